/** The intent to recover, and what ends it: each in one transaction, its story told on. */
import { randomUUID } from "node:crypto";
import { lockById } from "../../../core/account.ts";
import { findOpen } from "../../../core/sign_in/challenge.ts";
import type { Sql } from "../../../core/db/postgres.ts";
import { strongCount } from "../authenticator.ts";
import type { MfaCtx } from "../ctx.ts";
import { mailRecovery } from "./mails.ts";
import { type CancelledBy, cancelRecovery, insertRecovery, openRecovery, type Recovery } from "./recovery.ts";

const LINK_SECONDS = 86_400;
const AGAIN_MILLISECONDS = 600_000;

/**
 * From an open sign-in whose password was right, and which waits for what is lost. One that is open already stays as it
 * is: its time does not begin anew, and the mail with its link is sent again at most every ten minutes.
 *
 * @returns the flow; null when there is no such sign-in, or nothing that could be lost
 */
export async function beginRecovery(
  ctx: MfaCtx,
  { challenge_id, request_id }: { challenge_id: string; request_id: string },
): Promise<string | null> {
  const challenge = await findOpen(ctx.sql, challenge_id);
  // A step-up belongs to somebody who is signed in; and without a password, nobody has shown anything.
  if (!challenge || challenge.session_id !== null || !challenge.amr.includes("pwd")) return null;
  const { account_id } = challenge;
  return await ctx.sql.begin(async (tx) => {
    await lockById(tx, account_id);
    if (await strongCount(tx, account_id) === 0) return null;
    const open = await openRecovery(tx, account_id);
    if (open) {
      const number = Math.floor((Date.now() - open.created_at.getTime()) / AGAIN_MILLISECONDS);
      if (open.state === "asked") await mailRecovery(tx, ctx, "recovery_confirm", open, number);
      return open.flow_id;
    }
    const flow_id = randomUUID();
    await ctx.flows.begin(tx, {
      flow_id,
      kind: "factor_recovery",
      workflow: "FactorRecoveryWorkflow",
      account_id,
      request_id,
    });
    await insertRecovery(tx, { flow_id, account_id, lifetime_seconds: LINK_SECONDS });
    ctx.metrics.inc("mfa_recovery_total", { event: "asked" });
    return flow_id;
  });
}

/** Answers the one it called off; null when none is open. */
export async function callOff(
  ctx: MfaCtx,
  which: { flow_id: string } | { account_id: string },
  by: CancelledBy,
): Promise<Recovery | null> {
  return await ctx.sql.begin((tx) => callOffIn(tx, ctx, which, by));
}

export async function callOffIn(
  tx: Sql,
  ctx: MfaCtx,
  which: { flow_id: string } | { account_id: string },
  by: CancelledBy,
): Promise<Recovery | null> {
  const cancelled = await cancelRecovery(tx, which, by);
  if (!cancelled) return null;
  await mailRecovery(tx, ctx, "recovery_cancelled", cancelled);
  await ctx.flows.poke(tx, cancelled.flow_id);
  ctx.metrics.inc("mfa_recovery_total", { event: "cancelled" });
  ctx.log.warn("recovery.cancelled", { account_id: cancelled.account_id, by });
  return cancelled;
}
