/** Claims a token or a code, once, and wakes the story that waits for it. */
import { lockById } from "../../core/account.ts";
import type { Sql } from "../../core/db/postgres.ts";
import { Problem } from "../../core/http/problem.ts";
import { hashSecret } from "../../core/session/session.ts";
import { forgetAttempts, spendAttempt } from "./code_attempt.ts";
import { hashAddress, isCode, type VerificationCtx } from "./letters.ts";
import {
  claim,
  type EmailVerification,
  find,
  findByToken,
  openAt,
  type State,
  supersede,
} from "./verification.ts";

/** @throws {Problem} 400 `token_invalid`, `token_used`, `token_expired` */
export async function verifyToken(ctx: VerificationCtx, token: string): Promise<EmailVerification> {
  const verification = await findByToken(ctx.sql, hashSecret(token));
  if (!verification) throw new Problem(400, "token_invalid", "This link does not work.");
  return await claimed(ctx, verification);
}

/**
 * A code is one of a million, so tries are counted before they are looked at, by address, whether or not anything
 * waits there.
 * @throws {Problem} 400 `code_wrong`, `code_attempts_exhausted`
 */
export async function verifyCode(
  ctx: VerificationCtx,
  email_key: string,
  code: string | null,
): Promise<EmailVerification> {
  const address = hashAddress(ctx.keys, email_key);
  if (!await spendAttempt(ctx.sql, address, ctx.config)) {
    throw new Problem(400, "code_attempts_exhausted", "Too many wrong codes. Ask for a new mail.");
  }
  const waiting = code === null ? [] : await openAt(ctx.sql, email_key);
  const found = waiting.find((verification) => isCode(ctx.keys, verification, code!));
  if (!found) {
    throw new Problem(400, "code_wrong", "This code is not right. The newest mail has the one that works.");
  }
  const verification = await claimed(ctx, found);
  await forgetAttempts(ctx.sql, address);
  return verification;
}

async function claimed(ctx: VerificationCtx, verification: EmailVerification): Promise<EmailVerification> {
  await ctx.sql.begin(async (tx) => {
    // The account first: of several links to the same account clicked at once, one wins.
    await lockById(tx, verification.account_id);
    if (!await claim(tx, verification.flow_id)) throw await refusal(tx, verification.flow_id);
    const { account_id, purpose, flow_id } = verification;
    const others = await supersede(tx, { account_id, purpose, except: flow_id });
    for (const woken of [flow_id, ...others]) await ctx.flows.poke(tx, woken);
  });
  return verification;
}

const useless: Record<State, [code: string, detail: string]> = {
  // Open, and yet not claimed: its time is over.
  open: ["token_expired", "This link has expired. Ask for a new one."],
  expired: ["token_expired", "This link has expired. Ask for a new one."],
  verified: ["token_used", "This link has been used already."],
  applied: ["token_used", "This link has been used already."],
  refused: ["token_used", "This link has been used already."],
  // Another mail to the same address was used.
  superseded: ["token_used", "This address was confirmed with another mail already."],
};

async function refusal(tx: Sql, flow_id: string): Promise<Problem> {
  const verification = await find(tx, flow_id);
  if (!verification) return new Problem(400, "token_expired", "This link has expired. Ask for a new one.");
  if (verification.purpose === "email_change" && verification.state === "superseded") {
    return new Problem(400, "token_invalid", "This change of address was called off, or asked for anew.");
  }
  const [code, detail] = useless[verification.state];
  return new Problem(400, code, detail);
}
