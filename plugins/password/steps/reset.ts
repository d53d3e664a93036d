/** The steps of a password reset: a link for whoever reads the mailbox, and its end. */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { findByEmailKey, lockById } from "../../../core/account.ts";
import { recordAccount } from "../../../core/flow/flow.ts";
import { once, until } from "../../../core/flow/step.ts";
import { hashSecret } from "../../../core/session/session.ts";
import type { PasswordConfig } from "../config.ts";
import { mailResetLink } from "../mails.ts";
import type { PasswordCtx } from "../runtime.ts";
import { expireReset, findReset, leaveUnanswered, openReset, recentResets } from "../reset.ts";

/** Who may not gets no mail, and the answer that everybody gets. A factor is asked for when somebody signs in with it. */
async function mayReset(flow_id: string, account_id: string, ctx: PasswordCtx): Promise<boolean> {
  const decision = await ctx.gates.ask("reset_password", { flow_id, account_id });
  if (decision.kind !== "deny") return true;
  const { reason, assessment } = decision;
  ctx.log.warn("password_reset.denied", { account_id, reason, decision_id: assessment?.decision_id });
  return false;
}

/** An unknown address takes the same way and gets no mail; so does one that has got enough for now. */
export const open_password_reset = once<{ answered: boolean }, PasswordConfig>(async ({ tx, flow, ctx }) => {
  const reset = await findReset(tx, flow.flow_id);
  if (!reset?.email_key) return { answered: false };
  const found = await findByEmailKey(tx, reset.email_key);
  // Held until the end, so that of two requests at once the links do not both stay open.
  const account = found && await lockById(tx, found.account_id);
  const enough = account && await recentResets(tx, account.account_id) >= ctx.config.reset_mails_per_hour_max;
  const allowed = account && !enough && await mayReset(flow.flow_id, account.account_id, ctx);
  if (!account || account.status === "disabled" || !allowed) {
    if (enough) ctx.log.warn("password_reset.enough_mails", { account_id: account.account_id });
    await leaveUnanswered(tx, flow.flow_id);
    return { answered: false };
  }
  const token = Buffer.from(randomBytes(32)).toString("base64url");
  const { account_id } = account;
  const { superseded } = await openReset(tx, {
    flow_id: flow.flow_id,
    account_id,
    token_hash: hashSecret(token),
  });
  for (const flow_id of superseded) await ctx.flows.poke(tx, flow_id);
  await recordAccount(tx, flow.flow_id, account_id);
  await mailResetLink({ tx, flow, ctx }, account, token, reset.expires_at);
  return { answered: true };
});

export const check_password_reset = until<"confirmed" | "expired", PasswordConfig>(async ({ tx, flow }) => {
  await expireReset(tx, flow.flow_id);
  const reset = await findReset(tx, flow.flow_id);
  if (reset?.state === "open") return { wait_until: reset.expires_at.toISOString() };
  return reset?.state === "confirmed" ? "confirmed" : "expired";
});
