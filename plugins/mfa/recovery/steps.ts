/** The steps of a recovery: the mail that proves the mailbox, the wait with its notices, and what it leads to. */
import { lockById } from "../../../core/account.ts";
import { once, until } from "../../../core/flow/step.ts";
import type { MfaConfig } from "../config.ts";
import { removeAll } from "../remove_all.ts";
import { mailRecovery } from "./mails.ts";
import { claimDue, expireRecovery, findRecovery, noteNotice } from "./recovery.ts";
import { noticesDue, noticeTimes } from "./rules.ts";

export const ask_recovery = once<null, MfaConfig>(async ({ tx, flow, ctx }) => {
  const recovery = await findRecovery(tx, flow.flow_id);
  if (recovery?.state === "asked") await mailRecovery(tx, ctx, "recovery_confirm", recovery);
  return null;
});

/** Waits for the click. */
export const check_recovery_proof = until<"waiting" | "over", MfaConfig>(async ({ tx, flow }) => {
  await expireRecovery(tx, flow.flow_id);
  const recovery = await findRecovery(tx, flow.flow_id);
  if (recovery?.state === "asked") return { wait_until: recovery.expires_at.toISOString() };
  return recovery?.state === "waiting" || recovery?.state === "done" ? "waiting" : "over";
});

/** Waits for its time, telling its owner again on the way. */
export const check_recovery = until<"due" | "over", MfaConfig>(async ({ tx, flow, ctx }) => {
  const recovery = await findRecovery(tx, flow.flow_id);
  if (recovery?.state === "done") return "due";
  if (recovery?.state !== "waiting") return "over";
  const due_at = recovery.due_at!;
  const now = new Date();
  if (due_at <= now) return "due";
  const times = noticeTimes(recovery.proven_at!, due_at);
  const { notices, next } = noticesDue(times, due_at, recovery.notices, now);
  // After a long outage several are due: one is enough.
  if (notices > recovery.notices) {
    await mailRecovery(tx, ctx, "recovery_notice", recovery, notices);
    await noteNotice(tx, flow.flow_id, notices);
  }
  return { wait_until: next.toISOString() };
});

/** `removed: false` when it was called off at the last moment. */
export const carry_out_recovery = once<{ removed: boolean }, MfaConfig>(async ({ tx, flow, ctx }) => {
  const standing = await findRecovery(tx, flow.flow_id);
  // Held before it is claimed, in the order of everybody who changes factors.
  if (standing) await lockById(tx, standing.account_id);
  const recovery = await claimDue(tx, flow.flow_id);
  if (!recovery) return { removed: false };
  const { account_id } = recovery;
  await removeAll(tx, ctx, account_id);
  await mailRecovery(tx, ctx, "recovery_done", recovery);
  ctx.metrics.inc("mfa_recovery_total", { event: "done" });
  ctx.log.warn("recovery.done", { account_id });
  return { removed: true };
});
