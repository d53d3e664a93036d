/**
 * Six digits to the account's mailbox: as a weak factor of people who have nothing stronger, and as a look at who is
 * there when a sign-in is unusual. More than its owner may read a mailbox, so neither raises a level
 * (NIST SP 800-63B-4 §3.1.3).
 */
import { type Account, findById } from "../../../core/account.ts";
import { Problem } from "../../../core/http/problem.ts";
import type { RateLimit } from "../../../core/http/rate_limit.ts";
import { tooManyRequests } from "../../../core/http/route_limits.ts";
import type { Factor, FactorSubject } from "../../../core/plugin.ts";
import type { MailKind } from "../../../core/services/mod.ts";
import { guarded } from "../attempts.ts";
import { factorsOf } from "../authenticator.ts";
import type { MfaCtx } from "../ctx.ts";
import {
  claimMailedCode,
  LIFETIME_SECONDS,
  type MailedMethod,
  mailState,
  newMailedCode,
  putMailedCode,
} from "../mailed_code.ts";
import { masked } from "../masked.ts";
import { readDigits } from "../totp.ts";
import { codeBody } from "./totp.ts";

/** Over all challenges of an account: whoever knows the password must not fill its owner's mailbox. */
const mailsAnHour: Omit<RateLimit, "by"> = { pool: "mfa_mail", points: 10, per_seconds: 3600 };

const kinds: Record<MailedMethod, MailKind> = {
  email_code: "sign_in_code",
  device_verification: "device_verification_code",
};

function mailedFactor(method: MailedMethod, offered: Factor["offered"]): Factor {
  return {
    method,
    strength: "weak",
    body: codeBody,
    offered,
    begin: async (subject: FactorSubject, ctx: MfaCtx) => ({ sent_to: await send(subject, method, ctx) }),
    async verify(
      { account_id, challenge_id, input }: FactorSubject & { input: { code: string } },
      ctx: MfaCtx,
    ) {
      return await guarded(ctx, { account_id, method }, async () => {
        const digits = readDigits(input.code);
        const account = await findById(ctx.sql, account_id);
        if (digits === null || !account) return null;
        const purpose = { challenge_id, method, email_key: account.email_key };
        return await claimMailedCode(ctx.sql, ctx.keys, purpose, digits) ? ["otp"] : null;
      });
    },
  };
}

/** Answers where it goes. @throws {Problem} 429 `too_many_requests` */
async function send(subject: FactorSubject, method: MailedMethod, ctx: MfaCtx): Promise<string> {
  const { account_id, challenge_id } = subject;
  const account = await findById(ctx.sql, account_id);
  if (!account) {
    throw new Problem(400, "challenge_invalid", "This sign-in step is over. Start again at sign-in.");
  }
  const state = await mailState(ctx.sql, { challenge_id, method });
  if (state === "over") {
    throw new Problem(
      429,
      "too_many_requests",
      "That were enough mails for one sign-in. Start again later.",
      {
        retry_after_seconds: LIFETIME_SECONDS,
      },
    );
  }
  if (state === "none") await mail(subject, method, account, ctx);
  return masked(account.email);
}

async function mail(
  { challenge_id, request_id }: FactorSubject,
  method: MailedMethod,
  account: Account,
  ctx: MfaCtx,
): Promise<void> {
  const { account_id, email, email_key, first_name, locale } = account;
  const code = newMailedCode();
  // Of many who ask at once one sends, and only that one counts. A mail that is then refused, or lost, is asked for again.
  const number = await putMailedCode(ctx.sql, ctx.keys, { challenge_id, method, email_key }, code);
  if (number === null) return;
  const mails = await ctx.limiter.consume(mailsAnHour, account_id);
  if (!mails.allowed) throw tooManyRequests(mails);
  const expires_at = new Date(Date.now() + LIFETIME_SECONDS * 1000);
  await ctx.service("mailer").enqueue(ctx.sql, {
    kind: kinds[method],
    to: email,
    locale,
    dedupe_key: `${kinds[method]}/${challenge_id}/${number}`,
    // A challenge's id is its flow's.
    flow_id: challenge_id,
    account_id,
    request_id,
    data: { code, expires_at: expires_at.toISOString(), ...first_name ? { first_name } : {} },
    expires_at,
  });
  ctx.background("send a sign-in code", () => ctx.service("mailer").deliver(challenge_id));
}

/** A mailbox counts only while the account has nothing stronger. */
export const emailCodeFactor = mailedFactor("email_code", async (account_id, ctx) => {
  const { strong, email_code } = await factorsOf(ctx.sql, account_id);
  return strong === 0 && email_code;
});

/** There is always a mailbox to ask; where its code is a factor already, it is not asked for twice. */
export const deviceVerificationFactor = mailedFactor("device_verification", async (account_id, ctx) => {
  const { strong, email_code } = await factorsOf(ctx.sql, account_id);
  return strong === 0 && !email_code;
});
