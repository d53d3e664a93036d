/**
 * Whether mail arrives: what is looked at before a mail goes, the last touch as it goes, what a refusal says about its
 * address, and the sender's own domain.
 */
import type { Sql } from "../../../core/db/postgres.ts";
import { type Message, optionalKinds } from "../../../core/mail/message.ts";
import type { Notice } from "../../../core/plugin.ts";
import type { MailOutcome, MailToPrepare } from "../../../core/services/mod.ts";
import { findById } from "../../../core/account.ts";
import { type MessageScore, scoreMessage } from "../../../ml/email/message_score.ts";
import type { EmailCtx } from "../ctx.ts";
import { addressTags, isSuppressed, noteBounce, suppressionsOf } from "../suppression.ts";
import { type AddressFindings, checkAddress } from "./address.ts";
import { bounceOf } from "./reply.ts";
import { deliverabilityOf } from "./runtime.ts";

export { domainClass } from "./address.ts";

export interface BeforeSending {
  address: AddressFindings;
  /** Of every secret, newest first; null: it is no address. */
  tags: Uint8Array[] | null;
  /** Why it must not be sent, for the operator and without the address; null: nothing keeps it. */
  drop: string | null;
}

/** Asks Postgres once, and the DNS for 200 ms at most. Does not throw for anything that the address is. */
export async function checkBefore(
  ctx: EmailCtx,
  mail: Pick<MailToPrepare, "recipient" | "kind">,
): Promise<BeforeSending> {
  const { mail_domains } = deliverabilityOf(ctx);
  const tags = addressTags(ctx.keys, mail.recipient);
  const [address, suppression] = await Promise.all([
    checkAddress(mail.recipient, mail_domains),
    tags && isSuppressed(ctx.sql, tags, optionalKinds.has(mail.kind)),
  ]);
  const drop = address.problem !== null
    ? `not an address (${address.problem})`
    : suppression
    ? `suppressed: ${suppression.reason}`
    // RFC 7505 §3: the domain itself says that it takes no mail. That nothing is found in the DNS is not as final.
    : address.takes_mail === "no_mail"
    ? "the domain takes no mail"
    : null;
  return { address, tags, drop };
}

export interface Finished {
  message: Message;
  score: MessageScore;
}

/**
 * RFC 8058 §4: both headers for leaving MUST be covered by the signature, and nodemailer's own list has only one.
 * Those that are not there are left out.
 */
const signedFields =
  "From:To:Subject:Date:Message-ID:MIME-Version:Content-Type:Content-Transfer-Encoding:Auto-Submitted:" +
  "Reply-To:List-Unsubscribe:List-Unsubscribe-Post";

/** What does the last of a plan's `finish`, when every header is there: signs, and scores what then goes out. */
export async function finisher(
  ctx: EmailCtx,
  { kind }: Pick<MailToPrepare, "kind">,
): Promise<(message: Message) => Finished> {
  const { domain, signer } = deliverabilityOf(ctx);
  const key = await signer.get();
  const own_hosts = [new URL(ctx.core.frontend_url).hostname, new URL(ctx.core.backend_url).hostname, domain];
  return (message) => {
    const signed = key ? { ...message, dkim: { ...key, headerFieldNames: signedFields } } : message;
    const { subject, text, html, headers, from } = signed;
    const optional = optionalKinds.has(kind);
    const score = scoreMessage({
      subject,
      text,
      html,
      headers,
      from,
      own_hosts,
      optional,
      signed: key !== null,
    });
    return { message: signed, score };
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

/** The holder of an account learns when mail to them comes back. */
export async function notices(account_id: string, ctx: EmailCtx): Promise<Notice[]> {
  const account = await findById(ctx.sql, account_id);
  const tags = account && addressTags(ctx.keys, account.email);
  if (!tags) return [];
  const [bounce] = (await suppressionsOf(ctx.sql, tags)).filter(({ reason }) => /bounce/.test(reason));
  if (!bounce) return [];
  const since = bounce.created_at.toISOString().slice(0, 10);
  return [{
    tone: "warning",
    code: "mail_bounces",
    params: { email: account.email, since },
    href: "/account/security",
  }];
}
