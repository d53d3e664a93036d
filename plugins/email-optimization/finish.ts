/** The last look at a message: its headers, its signature, and how it looks to those who sort mail. */
import type { CoreConfig } from "../../core/config.ts";
import { type Message, optionalKinds, parseSender } from "../../core/mail/message.ts";
import type { MailToPrepare } from "../../core/services/mod.ts";
import { type MessageScore, scoreMessage } from "../../ml/email/message_score.ts";
import type { Signer } from "./deliverability/dkim_keys.ts";
import { type HeaderParts, withHeaders } from "./unsubscribe/headers.ts";

export interface Finished {
  message: Message;
  score: MessageScore;
}

export function finishMessage(
  parts: HeaderParts & { core: Pick<CoreConfig, "backend_url" | "frontend_url" | "smtp_from"> },
  mail: Pick<MailToPrepare, "mail_id" | "kind">,
  signer: Signer | null,
  message: Message,
): Finished {
  const finished = withHeaders(parts, mail, message);
  if (signer) finished.dkim = signer;
  const { subject, text, html, headers, from } = finished;
  const sender = parseSender(parts.core.smtp_from).address;
  const score = scoreMessage({
    ...{ subject, text, html, headers, from },
    own_hosts: [
      hostOf(parts.core.frontend_url),
      hostOf(parts.core.backend_url),
      sender.slice(sender.lastIndexOf("@") + 1),
    ],
    optional: optionalKinds.has(mail.kind),
    signed: signer !== null,
  });
  return { message: finished, score };
}

const hostOf = (url: string) => new URL(url).hostname;
