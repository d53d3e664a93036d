/** An authenticator app, in two steps: a secret, then the first code of it. */
import { z } from "zod";
import type { Call } from "../../../core/http/route.ts";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import { demandFresh, freshAnswer } from "../../../core/sign_in/fresh.ts";
import { guarded } from "../attempts.ts";
import { confirmAuthenticator, findAuthenticator } from "../authenticator.ts";
import { factorsChanged } from "../changed.ts";
import type { MfaCtx } from "../ctx.ts";
import { firstRecoveryCodes, lockForOneMore } from "../enrol.ts";
import { beginTotp, defaultTotpName, newTotpSchema } from "../new_totp.ts";
import { authenticatorSchema, nameField, recoveryCodesField, showAuthenticator } from "../shown.ts";
import { readDigits } from "../totp.ts";
import { claimTotp } from "../totp_secret.ts";

const tags = ["Second factors"];

export const addTotp: Route = defineRoute({
  method: "POST",
  path: "/mfa/totp",
  summary: "Begin to set up an authenticator app",
  description: "It counts once a code of it was shown. What is not confirmed within an hour is gone.",
  tags,
  access: "session",
  body: z.object({ name: nameField.optional() }),
  limits: [{ pool: "mfa_totp_begin", points: 20, per_seconds: 3600, by: "account" }],
  answers: {
    201: { description: "Show the QR code", schema: newTotpSchema },
    401: freshAnswer,
    409: { description: "There are enough", problem_codes: ["too_many_factors"] },
  },
  async handle(call, ctx: MfaCtx) {
    await demandFresh(call, ctx);
    const { account_id } = call.visitor!;
    const name = call.body.name ?? defaultTotpName(call.locale);
    const begun = await ctx.sql.begin(async (tx) => {
      await lockForOneMore(tx, account_id);
      return await beginTotp(tx, ctx, { account_id, name });
    });
    return { status: 201, body: begun };
  },
});

export const confirmTotp: Route = defineRoute({
  method: "POST",
  path: "/mfa/totp/{authenticator_id}/confirm",
  summary: "Show the first code of an authenticator app",
  description:
    "My other sessions end, no device is remembered any more, a mail tells me, and this session is raised: a " +
    "browser gets another cookie. With the first factor come ten recovery codes, seen here and never again.",
  tags,
  access: "session",
  params: z.object({ authenticator_id: z.uuid() }),
  body: z.object({ code: z.string().min(1).max(60) }),
  answers: {
    200: {
      description: "It counts",
      schema: z.object({ authenticator: authenticatorSchema, recovery_codes: recoveryCodesField.optional() }),
    },
    400: { description: "Not the right code", problem_codes: ["factor_wrong"] },
    401: freshAnswer,
    404: { description: "Nothing of mine that waits for it", problem_codes: ["not_found"] },
    409: { description: "There are enough", problem_codes: ["too_many_factors"] },
    429: { description: "Wrong too often", problem_codes: ["too_many_requests"] },
  },
  async handle(call, ctx: MfaCtx) {
    const { account_id } = call.visitor!;
    const { authenticator_id } = call.params;
    const begun = await findAuthenticator(ctx.sql, account_id, authenticator_id);
    if (begun?.type !== "totp" || begun.confirmed_at !== null) throw gone();
    await demandFresh(call, ctx);
    const confirmed = await guarded(ctx, { account_id, method: "totp_confirm" }, async () => {
      const digits = readDigits(call.body.code);
      return digits === null ? null : await ctx.sql.begin((tx) => confirm(tx, call, digits, ctx));
    });
    if (!confirmed) {
      throw new Problem(
        400,
        "factor_wrong",
        "That was not right. Type the code the app shows now; if it keeps being wrong, look at the clock of its device.",
      );
    }
    const { added, recovery_codes, cookies } = confirmed;
    const body = { authenticator: showAuthenticator(added), ...recovery_codes ? { recovery_codes } : {} };
    return { status: 200, body, cookies };
  },
});

type Tx = Parameters<typeof lockForOneMore>[0];
type ConfirmCall = Pick<
  Call<unknown, unknown, { authenticator_id: string }>,
  "visitor" | "params" | "request_id"
>;

async function confirm(tx: Tx, { visitor, params, request_id }: ConfirmCall, digits: string, ctx: MfaCtx) {
  const { account_id, session, session_id } = visitor!;
  const { authenticator_id } = params;
  await lockForOneMore(tx, account_id);
  if (await claimTotp(tx, ctx.keys, [authenticator_id], digits) === null) return null;
  const added = await confirmAuthenticator(tx, account_id, authenticator_id);
  if (!added) throw gone();
  const { type, name } = added;
  const change = { account_id, type, name, added: true, keep_session_id: session_id, request_id };
  await factorsChanged(tx, ctx, change);
  const recovery_codes = await firstRecoveryCodes(tx, account_id);
  const cookies = await ctx.sign_in.strengthen(tx, session, ["otp"]);
  return { added, recovery_codes, cookies };
}

const gone = () => new Problem(404, "not_found", "Nothing of yours waits for a code. Begin once more.");
