/** What a mail is for, and when it was reached: goals are facts of this service, never something a mail program says. */
import { findById } from "../../core/account.ts";
import type { Events } from "../../core/events/catalogue.ts";
import type { MailKind } from "../../core/services/mod.ts";
import type { EmailCtx } from "./ctx.ts";
import { lastSent, noteEvent } from "./message_event.ts";
import { addressTags, lift } from "./suppression.ts";
import { learnHabit } from "./timing/habits.ts";

export type Goal = "verified" | "reset_completed" | "returned";

/** Kinds whose goal can be told, and within how many hours a mail is thanked for it where no experiment says otherwise. */
export const goals: Record<Goal, { kinds: MailKind[]; hours: number }> = {
  verified: { kinds: ["verify_email", "verify_reminder"], hours: 24 },
  reset_completed: { kinds: ["password_reset"], hours: 24 },
  returned: { kinds: ["welcome", "security_tips"], hours: 168 },
};

export const goalOf = (kind: MailKind): Goal | null =>
  (Object.keys(goals) as Goal[]).find((goal) => goals[goal].kinds.includes(kind)) ?? null;

/** Longer than any experiment's window: which of its mails count is decided where they are counted. */
const lookBackHours = 720;

type Whose = { flow_id: string } | { account_id: string };

/** Thanks the newest mail that may have led to it, once; none, when there was none. */
async function reach({ sql, metrics }: EmailCtx, goal: Goal, by: Whose): Promise<void> {
  const at = new Date();
  const mail = await lastSent(sql, { by, kinds: goals[goal].kinds, at, hours: lookBackHours });
  if (!mail) return;
  const { mail_id } = mail;
  const event = {
    mail_id,
    type: "goal",
    source: "service",
    source_id: mail_id,
    at,
    detail: { goal },
  } as const;
  if (await noteEvent(sql, event)) metrics.inc("email_goal_total", { goal });
}

export const on = {
  "account.verified": async ({ account_id, flow_id }: Events["account.verified"], ctx: EmailCtx) => {
    await reach(ctx, "verified", { flow_id });
    await learnHabit(ctx.sql, account_id);
  },
  "password.changed": async ({ account_id, origin }: Events["password.changed"], ctx: EmailCtx) => {
    if (origin === "reset") await reach(ctx, "reset_completed", { account_id });
  },
  "session.started": async ({ account_id }: Events["session.started"], ctx: EmailCtx) => {
    await reach(ctx, "returned", { account_id });
    await learnHabit(ctx.sql, account_id);
  },
  "mail.wanted": async ({ account_id, at }: Events["mail.wanted"], { sql, keys }: EmailCtx) => {
    const account = await findById(sql, account_id);
    const tags = account && addressTags(keys, account.email);
    if (tags) await lift(sql, tags, ["unsubscribed"], new Date(at));
  },
};
