/** An authenticator app set up inside a sign-in, where policy wants a factor and there is none. */
import { lockById } from "../../../core/account.ts";
import type { Factor, FactorSubject } from "../../../core/plugin.ts";
import { guarded } from "../attempts.ts";
import { confirmAuthenticator } from "../authenticator.ts";
import { factorsChanged } from "../changed.ts";
import type { MfaCtx } from "../ctx.ts";
import { lockForFirst } from "../enrol.ts";
import { beginTotp, defaultTotpName, type NewTotp, shownOnce } from "../new_totp.ts";
import { readDigits } from "../totp.ts";
import { claimTotp, secretOf } from "../totp_secret.ts";
import { codeBody } from "./totp.ts";

export const enrollTotpFactor: Factor = {
  method: "enroll_totp",
  strength: "strong",
  comes_last: true,
  body: codeBody,
  offered: () => Promise.resolve(false),
  begin: (subject: FactorSubject, ctx: MfaCtx) => ctx.sql.begin((tx) => begin(tx, subject, ctx)),
  verify(subject: FactorSubject & { input: { code: string } }, ctx: MfaCtx) {
    const { account_id } = subject;
    return guarded(ctx, { account_id, method: "enroll_totp" }, async () => {
      const digits = readDigits(subject.input.code);
      return digits === null ? null : await ctx.sql.begin((tx) => enrol(tx, subject, digits, ctx));
    });
  },
};

type Tx = Parameters<typeof beginTotp>[0];

/** Asked again, it is the same secret: the QR code on the page stays good. */
async function begin(tx: Tx, subject: FactorSubject, ctx: MfaCtx): Promise<NewTotp> {
  const { account_id, challenge_id, locale } = subject;
  await lockById(tx, account_id);
  // The app carries the challenge's id, so that no other sign-in's secret is ever confirmed in this one.
  const begun = await secretOf(tx, ctx.keys, challenge_id);
  if (begun) return await shownOnce(tx, ctx, account_id, challenge_id, begun);
  return await beginTotp(tx, ctx, {
    account_id,
    name: defaultTotpName(locale),
    authenticator_id: challenge_id,
  });
}

async function enrol(
  tx: Tx,
  { account_id, challenge_id, request_id }: FactorSubject,
  digits: string,
  ctx: MfaCtx,
): Promise<string[] | null> {
  const keep_session_id = await lockForFirst(tx, { account_id, challenge_id });
  if (await claimTotp(tx, ctx.keys, [challenge_id], digits) === null) return null;
  const added = await confirmAuthenticator(tx, account_id, challenge_id);
  if (!added) return null;
  const { type, name } = added;
  await factorsChanged(tx, ctx, { account_id, type, name, added: true, keep_session_id, request_id });
  return ["otp"];
}
