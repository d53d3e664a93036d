/** What a refusal over SMTP says about an address. */
import { AWAY_PREFIX } from "../../../core/mail/smtp_error.ts";
import type { MailOutcome, SmtpReply } from "../../../core/services/mod.ts";

/**
 * `hard`: there is no such mailbox. `soft`: it takes nothing now. `message`: this mail is not wanted, which says nothing
 * about the address.
 */
export type BounceClass = "hard" | "soft" | "message";

/** RFC 3463 §3.2, §3.3, and IANA's registry: codes of a mailbox that is not there, was moved or is closed. */
const hardCodes = /^5\.(1\.(0|1|2|3|6|9|10)|2\.1)$/;
/** Full, busy, over a quota; too many for a moment. */
const softCodes = /^[45]\.(1\.5|2\.[02-9]|3\.\d+|4\.\d+|5\.3)$|^4\.\d+\.\d+$/;
const sortedOut =
  /\b(spam|blocked|block ?list|black ?list|listed|reputation|policy|dnsbl|rbl|dmarc|spf|dkim|unauthenticated|content)\b/i;
const full = /\b(full|quota|over ?quota|exceed\w*|insufficient)\b/i;

/**
 * Reads a reply by its enhanced code, which says what it is about; then by the reply code (RFC 5321 §4.2.3); and where
 * both are general, by words that receivers use. A refusal for the message's sake never counts against an address.
 *
 * @param text what was said, cleaned of addresses
 */
export function readReply({ code, enhanced }: SmtpReply, text: string): BounceClass {
  if (enhanced !== null && /^5\.(6|7)\./.test(enhanced)) return "message";
  if (enhanced !== null && hardCodes.test(enhanced)) return sortedOut.test(text) ? "message" : "hard";
  if (enhanced !== null && softCodes.test(enhanced)) return "soft";
  if (code >= 400 && code < 500) return "soft";
  if (sortedOut.test(text)) return "message";
  if (code === 552 || full.test(text)) return "soft";
  // RFC 5321 §4.2.2: 550 mailbox unavailable, 551 not local, 553 name not allowed; 521, 556: takes no mail (RFC 7504).
  return [521, 550, 551, 553, 556].includes(code) ? "hard" : "message";
}

/** What an attempt showed about its address; null: nothing. A greylisted first attempt is no bounce. */
export function bounceOf(outcome: MailOutcome): { hard: boolean; detail: string } | null {
  const { smtp, reason, result, recipient_refused, attempts } = outcome;
  // What concerns the server or its settings is told apart from what concerns one mail.
  if (smtp === null || result === "sent" || reason?.startsWith(AWAY_PREFIX)) return null;
  const detail = reason ?? `SMTP ${smtp.code}`;
  const read = readReply(smtp, detail);
  if (read === "message") return null;
  if (recipient_refused) return { hard: read === "hard", detail };
  // Refused for now: what counts is that it still is when the mail is given up, or after several attempts.
  return result === "failed" || (read === "soft" && attempts === 4) ? { hard: false, detail } : null;
}
