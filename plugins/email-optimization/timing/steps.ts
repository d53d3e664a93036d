/** The steps of `HeldMailWorkflow`; its flow has the mail's own id. Histories carry ids, names and numbers. */
import type { Sql } from "../../../core/db/postgres.ts";
import { once, outside, until } from "../../../core/flow/step.ts";
import type { EmailConfig } from "../config.ts";
import type { EmailCtx } from "../ctx.ts";
import { findMessage, type StoredTiming } from "../message_event.ts";

/** What was decided for a mail, without a word of it: who reads this finds the rest by the ids. */
export interface OptimizedEmail {
  personalized_content: { mail_id: string; kind: string; locale: string };
  optimal_timing: StoredTiming | null;
  /** Null until it was composed once. */
  deliverability_score: number | null;
  variant: string;
  reasons: string[];
}

/** In the transaction that stores the decision. */
export async function beginHeldMail(
  tx: Sql,
  { flows }: Pick<EmailCtx, "flows">,
  mail_id: string,
): Promise<void> {
  await flows.begin(tx, {
    ...{ flow_id: mail_id, kind: "held_mail", workflow: "HeldMailWorkflow" },
    ...{ account_id: null, request_id: null, priority: "low" },
  });
}

export const optimize_email = once<OptimizedEmail | null, EmailConfig>(async ({ tx, flow }) => {
  const message = await findMessage(tx, flow.flow_id);
  if (!message) return null;
  const { mail_id, kind, locale, timing, score, variant, reasons } = message;
  return {
    personalized_content: { mail_id, kind, locale },
    optimal_timing: timing,
    deliverability_score: score,
    variant,
    reasons,
  };
});

export const held_mail_hour = until<"due" | "over", EmailConfig>(async ({ tx, flow }) => {
  const message = await findMessage(tx, flow.flow_id);
  if (!message || message.sent_at || message.failed_at) return "over";
  const { held_until } = message;
  return held_until && held_until.getTime() > Date.now() ? { wait_until: held_until.toISOString() } : "due";
});

export const send_held_mail = outside<EmailConfig>(async ({ flow, ctx }) => {
  await ctx.service("mailer").deliverMail(flow.flow_id);
  return null;
});
