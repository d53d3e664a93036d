/** The service `mail_advice`: asked before each attempt what a mail says, when it goes, and whether it goes at all. */
import { kindsThatMayWait, optionalKinds } from "../../core/mail/message.ts";
import type { Sql } from "../../core/db/postgres.ts";
import type { MailAdvice, MailOutcome, MailPlan, MailToPrepare } from "../../core/services/mod.ts";
import type { MessageScore } from "../../ml/email/message_score.ts";
import type { EmailCtx } from "./ctx.ts";
import { decideVariant } from "./decide.ts";
import { type AddressFindings, checkAddress } from "./deliverability/address.ts";
import { bounceOf } from "./deliverability/reply.ts";
import { standsAsEver } from "./experiments/standings.ts";
import { finishMessage } from "./finish.ts";
import { linkTagOf, mailOfTag } from "./link_tag.ts";
import {
  findMessage,
  insertAsking,
  type MailMessage,
  type NewMessage,
  noteEvent,
  recordPlain,
  recordScore,
} from "./message_event.ts";
import { nobodyKnown, readerOf } from "./reader.ts";
import { runtimeOf } from "./runtime.ts";
import {
  addressTags,
  gravest,
  isSuppressed,
  noteArrived,
  noteBounce,
  type SuppressionReason,
} from "./suppression.ts";
import { leaveUrl } from "./unsubscribe/headers.ts";
import { timingOf } from "./timing/mod.ts";
import { beginHeldMail } from "./timing/steps.ts";
import { wordingOf } from "./wording/mod.ts";

/** How an attempt's message looked, from when it was finished until it is heard what came of it. */
const scores = new WeakMap<MailPlan, MessageScore>();

export function mailAdvice(ctx: EmailCtx): MailAdvice {
  return {
    async prepare(mail) {
      const began = performance.now();
      const plan = await prepare(ctx, mail);
      ctx.metrics.observe("email_decision_seconds", (performance.now() - began) / 1000);
      ctx.metrics.inc("email_decisions_total", { kind: mail.kind, act: plan.act });
      return plan;
    },
    heard: (tx, outcome) => heard(ctx, tx, outcome),
    pressed(link_tag) {
      const mail_id = mailOfTag(ctx.keys, link_tag);
      if (mail_id) ctx.background("email.pressed", () => pressed(ctx, mail_id));
    },
  };
}

async function prepare(ctx: EmailCtx, mail: MailToPrepare): Promise<MailPlan> {
  const tags = addressTags(ctx.keys, mail.recipient);
  // Whoever took the address in has checked it by the same rules; without a tag nothing can be kept of it.
  if (!tags) return { act: "drop", reason: dropReasons.invalid_address };
  const findings = await checkAddress(mail.recipient, runtimeOf(ctx).mail_domains);
  const { message, suppressed } = await decided(ctx, mail, tags, findings);
  if (suppressed) return { act: "drop", reason: dropReasons[suppressed] };
  if (findings.takes_mail === "no_mail") return { act: "drop", reason: dropReasons.no_mail };
  if (message.held_until && message.held_until.getTime() > Date.now()) {
    return { act: "wait", until: message.held_until };
  }
  return await sendPlan(ctx, mail, message);
}

/** What an operator reads of a mail that was not sent. */
const dropReasons = {
  invalid_address: "not sent: this is no address",
  no_mail: "not sent: the domain takes no mail (RFC 7505)",
  hard_bounce: "not sent: the address does not exist, as earlier mail to it has shown",
  soft_bounce: "not sent: the mailbox has taken no mail for a while",
  complaint: "not sent: its reader called earlier mail spam",
  unsubscribed: "not sent: its reader wants no such mail",
  operator: "not sent: an operator has stopped mail to this address",
};

interface Decided {
  message: Pick<MailMessage, "variant" | "held_until">;
  suppressed: SuppressionReason | null;
}

/** The decision that stands for this mail, and what bars its address. Made now when there is none, in one statement. */
async function decided(
  ctx: EmailCtx,
  mail: MailToPrepare,
  tags: Uint8Array[],
  findings: AddressFindings,
): Promise<Decided> {
  const { sql } = ctx;
  const { mail_id, kind, flow_id, account_id, locale } = mail;
  const optional = optionalKinds.has(kind);
  // A look at a mail that is then held counts as no attempt.
  if (mail.attempts > 1 || kindsThatMayWait.has(kind)) {
    const [known, barred] = await Promise.all([
      findMessage(sql, mail_id),
      isSuppressed(sql, tags, optional),
    ]);
    if (known) return { message: known, suppressed: barred?.reason ?? null };
  }
  const standing = (await runtimeOf(ctx).standings.get()).get(kind) ?? standsAsEver;
  // Nobody is looked at where nothing hangs on them.
  const asks = standing.trial !== null || kindsThatMayWait.has(kind);
  const reader = asks ? readerOf(mail.client) : nobodyKnown;
  const timing = await timingOf(ctx, mail, reader);
  const { reasons, ...decision } = decideVariant(mail, findings.domain_class, reader, standing);
  const made: NewMessage = {
    ...{ mail_id, kind, flow_id, account_id, locale, address_tag: tags[0] },
    domain_class: findings.domain_class,
    ...decision,
    timing,
    held_until: timing?.held_until ? new Date(timing.held_until) : null,
    reasons: [...reasons, ...about(findings), ...timing ? [timing.reason] : []],
  };
  const store = async (tx: Sql): Promise<Decided> => {
    const barred = tx`select reason ${gravest(tx, tags, optional)}`;
    const { message, answer } = await insertAsking<SuppressionReason>(tx, made, barred);
    return { message, suppressed: answer };
  };
  if (!made.held_until) return await store(sql);
  return await sql.begin(async (tx) => {
    const stored = await store(tx);
    await beginHeldMail(tx, ctx, mail_id);
    return stored;
  });
}

/** Words of the catalogue beside `ChoiceReason`: what was noticed of the address, and decides nothing. */
function about({ disposable, role, takes_mail }: AddressFindings): string[] {
  return [
    ...disposable ? ["address_disposable"] : [],
    ...role ? ["address_role"] : [],
    ...takes_mail === "not_there" ? ["domain_not_there"] : [],
  ];
}

async function sendPlan(
  ctx: EmailCtx,
  mail: MailToPrepare,
  { variant }: Decided["message"],
): Promise<MailPlan> {
  const { sql, keys } = ctx;
  const { kind, locale } = mail;
  const [signer, wording] = await Promise.all([
    runtimeOf(ctx).signer.get(),
    wordingOf(sql, { kind, variant, locale }),
  ]);
  const plan: MailPlan = {
    act: "send",
    wording,
    link_tag: linkTagOf(keys, mail.mail_id),
    leave_url: leaveUrl(ctx, mail),
    finish(message) {
      const finished = finishMessage(ctx, mail, signer, message);
      scores.set(plan, finished.score);
      return finished.message;
    },
  };
  return plan;
}

async function heard(ctx: EmailCtx, tx: Sql, outcome: MailOutcome): Promise<void> {
  const { mail_id, result, attempts, reason, smtp, plan } = outcome;
  const message = await findMessage(tx, mail_id);
  // Nothing could be stored in time.
  if (!message) return;
  const type = result === "failed" && plan?.act === "drop" ? "dropped" : result;
  const source_id = type === "delayed" ? `${mail_id}/${attempts}` : mail_id;
  const score = plan && scores.get(plan);
  // Nothing was finished by this plan, so what went had the standard words.
  const plain = type === "sent" && !score;
  const detail = { attempts, reason, smtp, ...plain ? { plain } : {} };
  await noteEvent(tx, { mail_id, type, source: "service", source_id, detail });
  if (plain) await recordPlain(tx, mail_id);
  if (type === "dropped") ctx.metrics.inc("email_dropped_total", { kind: outcome.kind });
  if (score) await recordScore(tx, mail_id, score);
  const bounce = bounceOf(outcome);
  if (bounce) await bounced(ctx, tx, message, attempts, bounce);
}

async function bounced(
  ctx: EmailCtx,
  tx: Sql,
  { mail_id, address_tag, account_id }: MailMessage,
  attempts: number,
  { hard, detail }: { hard: boolean; detail: string },
): Promise<void> {
  const source_id = `${mail_id}/${attempts}`;
  if (
    !await noteEvent(tx, { mail_id, type: "bounced", source: "smtp", source_id, detail: { hard, detail } })
  ) return;
  await noteBounce(tx, { tag: address_tag, hard, detail, mail_id, account_id });
  ctx.metrics.inc("email_bounced_total", { hard: String(hard) });
}

/** Whoever presses a button has read the mail: earlier trouble with the mailbox is over. */
async function pressed({ sql, metrics }: EmailCtx, mail_id: string): Promise<void> {
  const message = await findMessage(sql, mail_id);
  if (!message) return;
  const added = await noteEvent(sql, { mail_id, type: "pressed", source: "service", source_id: mail_id });
  if (!added) return;
  metrics.inc("email_pressed_total", { kind: message.kind });
  await noteArrived(sql, message.address_tag);
}
