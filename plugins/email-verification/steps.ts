/** The steps of a verification: waiting with reminders, and what a proven address changes. */
import { type Account, activate, changeEmail, lockById } from "../../core/account.ts";
import type { Sql } from "../../core/db/postgres.ts";
import { parseEmail } from "../../core/email_address.ts";
import { type Flow, once, until } from "../../core/flow/step.ts";
import type { VerificationConfig } from "./config.ts";
import { sendAgain, type VerificationCtx } from "./letters.ts";
import { nextReminder } from "./rules.ts";
import { type EmailVerification, expire, find, flowBegan, settle } from "./verification.ts";

interface Step {
  tx: Sql;
  flow: Flow;
  ctx: VerificationCtx;
}

/**
 * Waits for the click. A flow without a verification is the sign-up for an address that is taken: it waits as long
 * as any other and then expires, so that from outside the two look alike.
 */
export const check_email_verification = until<"verified" | "expired", VerificationConfig>(async (step) => {
  const { tx, flow, ctx } = step;
  await expire(tx, flow.flow_id);
  const verification = await find(tx, flow.flow_id);
  if (!verification) {
    const began = await flowBegan(tx, flow.flow_id);
    const end = new Date(began.getTime() + ctx.config.code_lifetime_hours * 3_600_000);
    return end > new Date() ? { wait_until: end.toISOString() } : "expired";
  }
  if (verification.state === "verified" || verification.state === "applied") return "verified";
  if (verification.state !== "open") return "expired";
  return { wait_until: (await remind(step, verification)).toISOString() };
});

/** Sends a reminder that is due; answers when to look again. */
async function remind({ tx, flow, ctx }: Step, verification: EmailVerification): Promise<Date> {
  const { issued_at, expires_at, purpose } = verification;
  if (purpose !== "registration") return expires_at;
  const hours = [ctx.config.first_reminder_hours, ctx.config.second_reminder_hours];
  const next = (reminded: number) => nextReminder({ issued_at, expires_at, reminded }, hours);
  const due = next(verification.reminders);
  if (!due) return expires_at;
  if (due > new Date()) return due;
  const sent = await sendAgain(tx, ctx, flow.flow_id, { reminder: true });
  // Not sent when mails were asked for too often already: then nobody needs to be reminded.
  const following = sent ? next(verification.reminders + 1) : null;
  if (!following) return expires_at;
  // After a long outage both are due: they do not come in one minute.
  const calm = new Date(Date.now() + 3_600_000);
  return following > calm ? following : calm < expires_at ? calm : expires_at;
}

/** Opens the account, or gives it the new address. `applied: false` when somebody has come to hold that meanwhile. */
export const activate_account = once<{ applied: boolean }, VerificationConfig>(async (step) => {
  const { tx, flow } = step;
  const verification = await find(tx, flow.flow_id);
  const account = verification && await lockById(tx, verification.account_id);
  if (!account) return { applied: false };
  const applied = verification.purpose === "registration"
    ? await open(step, account, verification)
    : await move(step, account, verification);
  await settle(tx, flow.flow_id, applied ? "applied" : "refused");
  return { applied };
});

async function open(step: Step, account: Account, verification: EmailVerification): Promise<boolean> {
  const { tx, flow, ctx } = step;
  const { account_id } = account;
  await ctx.optional("passwords")?.adopt(tx, flow.flow_id);
  if (await activate(tx, account_id)) {
    await ctx.events.publish(tx, "account.verified", { account_id, flow_id: flow.flow_id });
  }
  await ctx.service("mailer").enqueue(tx, {
    kind: "welcome",
    to: verification.email,
    locale: verification.locale,
    dedupe_key: `welcome/${account_id}`,
    flow_id: flow.flow_id,
    account_id,
    request_id: flow.request_id,
    data: {
      url: `${ctx.core.frontend_url}/account`,
      ...verification.first_name ? { first_name: verification.first_name } : {},
    },
    expires_at: new Date(Date.now() + 3 * 86_400_000),
  });
  return true;
}

async function move(step: Step, former: Account, verification: EmailVerification): Promise<boolean> {
  const { tx, flow, ctx } = step;
  const { account_id } = former;
  const to = parseEmail(verification.email);
  if ("problem" in to || former.status === "disabled") return false;
  if (await changeEmail(tx, account_id, to) !== "changed") {
    ctx.log.warn("email_change.address_taken", { flow_id: flow.flow_id, account_id });
    return false;
  }
  await ctx.events.publish(tx, "account.email_changed", { account_id });
  await ctx.service("mailer").enqueue(tx, {
    kind: "email_changed",
    to: former.email,
    locale: former.locale,
    dedupe_key: `email_changed/${flow.flow_id}`,
    flow_id: flow.flow_id,
    account_id,
    request_id: flow.request_id,
    data: {
      url: `${ctx.core.frontend_url}/account`,
      email: to.email,
      when: new Date().toISOString(),
      ...former.first_name ? { first_name: former.first_name } : {},
    },
    expires_at: new Date(Date.now() + 3 * 86_400_000),
  });
  return true;
}
