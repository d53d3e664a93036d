/** What is looked at before a mail goes, the last touch as it goes, and what a refusal says about its address. */
import type { Sql } from "../../../core/db/postgres.ts";
import { type Message, optionalKinds } from "../../../core/mail/message.ts";
import type { MailOutcome, MailToPrepare } from "../../../core/services/mod.ts";
import { type MessageScore, scoreMessage } from "../../../ml/email/message_score.ts";
import type { EmailCtx } from "../ctx.ts";
import { addressTags, isSuppressed, noteBounce, type SuppressionReason } from "../suppression.ts";
import { type AddressFindings, checkAddress } from "./address.ts";
import { bounceOf } from "./reply.ts";
import { deliverabilityOf, senderOf } from "./runtime.ts";

export interface BeforeSending {
  address: AddressFindings;
  /** Of every secret, newest first; null: it is no address. */
  tags: Uint8Array[] | null;
  /** Why it must not be sent, for the operator and without the address; null: nothing keeps it. */
  drop: string | null;
}

const suppressed: Record<SuppressionReason, string> = {
  hard_bounce: "not sent: the address does not exist, as earlier mail to it has shown",
  soft_bounce: "not sent: the mailbox has taken no mail for a while",
  complaint: "not sent: its reader called earlier mail spam",
  unsubscribed: "not sent: its reader wants no such mail",
  operator: "not sent: an operator has stopped mail to this address",
};

/** Asks Postgres once, and the DNS for 200 ms at most. Does not throw for anything that the address is. */
export async function checkBefore(
  ctx: EmailCtx,
  mail: Pick<MailToPrepare, "recipient" | "kind">,
): Promise<BeforeSending> {
  const { mail_domains } = deliverabilityOf(ctx);
  const tags = addressTags(ctx.keys, mail.recipient);
  if (!tags) {
    return { address: await checkAddress(mail.recipient, null), tags, drop: "not sent: this is no address" };
  }
  const [address, suppression] = await Promise.all([
    checkAddress(mail.recipient, mail_domains),
    isSuppressed(ctx.sql, tags, optionalKinds.has(mail.kind)),
  ]);
  if (suppression) return { address, tags, drop: suppressed[suppression.reason] };
  // RFC 7505 §3: the domain itself says so. That nothing is found in the DNS is not as final.
  const refuses = address.takes_mail === "no_mail";
  return { address, tags, drop: refuses ? "not sent: the domain takes no mail (RFC 7505)" : null };
}

export interface Finished {
  message: Message;
  score: MessageScore;
}

/** What does the last of a plan's `finish`, when every header is there: signs, and scores what then goes out. */
export async function finisher(
  ctx: EmailCtx,
  { kind }: Pick<MailToPrepare, "kind">,
): Promise<(message: Message) => Finished> {
  const dkim = await deliverabilityOf(ctx).signer.get();
  const own_hosts = [
    ...[ctx.core.frontend_url, ctx.core.backend_url].map((url) => new URL(url).hostname),
    senderOf(ctx).domain,
  ];
  return (message) => {
    const { subject, text, html, headers, from } = message;
    const seen = { subject, text, html, headers, from, own_hosts };
    const score = scoreMessage({ ...seen, optional: optionalKinds.has(kind), signed: dkim !== null });
    return { message: dkim ? { ...message, dkim } : message, score };
  };
}

/**
 * In the transaction that writes an outcome down.
 *
 * @returns what was noted about the address; null: nothing
 */
export async function noteOutcome(
  tx: Sql,
  { tag, account_id }: { tag: Uint8Array; account_id: string | null },
  outcome: MailOutcome,
): Promise<{ hard: boolean; detail: string } | null> {
  const bounce = bounceOf(outcome);
  if (bounce) await noteBounce(tx, { ...bounce, tag, account_id, mail_id: outcome.mail_id });
  return bounce;
}
