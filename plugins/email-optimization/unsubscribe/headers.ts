/** Headers a mail gets besides its own: how to leave, and by what name a mail service shall report on it. */
import type { CoreConfig } from "../../../core/config.ts";
import type { Keys } from "../../../core/keys/keys.ts";
import { type Message, optionalKinds } from "../../../core/mail/message.ts";
import type { MailKind } from "../../../core/services/mod.ts";
import type { WebhookConfig } from "../webhooks/settings.ts";
import { makeToken } from "./token.ts";

export interface HeaderParts {
  core: Pick<CoreConfig, "backend_url">;
  keys: Keys;
  config: Pick<
    WebhookConfig,
    "webhook_postmark_password" | "webhook_ses_topic_arn" | "webhook_sendgrid_public_key"
  >;
}

/** The same message with them; a plan's `finish` ends in it. */
export function withHeaders(
  parts: HeaderParts,
  { mail_id, kind }: { mail_id: string; kind: MailKind },
  message: Message,
): Message {
  const headers = { ...message.headers };
  Object.assign(headers, leaving(parts, { mail_id, kind }, message.to));
  // They give a mail another Message-ID than ours, or leave it out, and hand these back with what they report.
  if (parts.config.webhook_postmark_password) headers["X-PM-Metadata-mail_id"] = mail_id;
  if (parts.config.webhook_ses_topic_arn) headers["X-SES-MESSAGE-TAGS"] = `mail_id=${mail_id}`;
  if (parts.config.webhook_sendgrid_public_key) {
    headers["X-SMTPAPI"] = JSON.stringify({ unique_args: { mail_id } });
  }
  return { ...message, headers };
}

/** Where a mail that one may do without is left; null for any other. */
export function leaveUrl(
  { core: { backend_url }, keys }: Pick<HeaderParts, "core" | "keys">,
  { mail_id, kind, recipient }: { mail_id: string; kind: MailKind; recipient: string },
): string | null {
  if (!optionalKinds.has(kind)) return null;
  const token = makeToken(keys, { address: recipient, mail_id });
  return token && `${backend_url}/email/unsubscribe?token=${token}`;
}

function leaving(
  parts: HeaderParts,
  mail: { mail_id: string; kind: MailKind },
  to: string,
): Record<string, string> {
  const url = leaveUrl(parts, { ...mail, recipient: to });
  if (!url) return {};
  // RFC 8058 §3.1: one HTTPS URI. It stands in place of the mailto: of before, which somebody would have to read.
  const list = { "List-Unsubscribe": `<${url}>` };
  if (!parts.core.backend_url.startsWith("https:")) return list;
  // RFC 8058 §3.1: MUST contain this one key and value.
  return { ...list, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" };
}
