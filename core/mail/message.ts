/** One mail, ready to be handed to a transport. */
import type { CoreConfig } from "../config.ts";
import type { MailKind, MailPlan } from "../services/mod.ts";
import type { ClaimedMail } from "./mail.ts";
import { renderMail } from "./render.ts";

export interface Message {
  /** With its angle brackets; the same at every attempt, so that a receiver can tell a repetition. */
  message_id: string;
  from: { name: string; address: string };
  to: string;
  subject: string;
  /** Further headers, by name. Their values are ASCII of our own making. */
  headers: Record<string, string>;
  text: string;
  html: string;
  /** How it is signed (RFC 6376): the domain, the selector, and a private key in PEM. */
  dkim?: { domainName: string; keySelector: string; privateKey: string };
}

/** Mail that one may do without; what concerns the safety of an account cannot be turned off. */
export const optionalKinds: ReadonlySet<MailKind> = new Set<MailKind>(["welcome", "security_tips"]);
/** Mail that is as good some hours later; what concerns the safety of an account goes at once. */
export const kindsThatMayWait: ReadonlySet<MailKind> = new Set<MailKind>([
  "welcome",
  "verify_reminder",
  "security_tips",
]);

type SendPlan = MailPlan & { act: "send" };

export type MessageConfig = Pick<CoreConfig, "smtp_from" | "frontend_url" | "site_name">;

export function composeMessage(
  core: MessageConfig,
  mail: Omit<ClaimedMail, "data_sealed" | "client">,
  data: Record<string, string>,
  { plan = null, now = new Date() }: { plan?: SendPlan | null; now?: Date } = {},
): Message {
  const from = parseSender(core.smtp_from);
  const wording = plan?.wording ?? null;
  const headers: Record<string, string> = {
    // RFC 3834 §5, and what Exchange goes by: no out-of-office answers to these.
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
  };
  if (mail.request_id && /^[\w.:-]{1,128}$/.test(mail.request_id)) headers["X-Request-Id"] = mail.request_id;
  if (optionalKinds.has(mail.kind)) {
    headers["List-Unsubscribe"] = `<mailto:${from.address}?subject=unsubscribe>`;
  }
  const message: Message = {
    message_id: `<${mail.mail_id}@${messageDomain(core)}>`,
    from: { ...from, name: wording?.sender_name ?? from.name },
    to: mail.recipient,
    headers,
    ...renderMail({
      ...{ kind: mail.kind, locale: mail.locale, core, now, wording, leave_url: plan?.leave_url },
      data: plan?.link_tag && data.url ? { ...data, url: tagged(data.url, plan.link_tag) } : data,
    }),
  };
  return plan ? plan.finish(message) : message;
}

/** The address with its tag; see `core/http/mail_link.ts` for what becomes of it. */
function tagged(url: string, tag: string): string {
  const to = URL.parse(url);
  if (!to) return url;
  to.searchParams.append("m", tag);
  return to.href;
}

/** `Name <address>` or `address`, as config has checked it. */
export function parseSender(smtp_from: string): { name: string; address: string } {
  const [, name, address] = /^([^<>]*)<([^<>\s]+)>$/.exec(smtp_from.trim()) ?? [null, "", smtp_from.trim()];
  return { name: name.trim().replace(/^"(.*)"$/, "$1"), address };
}

/** The right side of a `Message-ID` (RFC 5322 §3.6.4): a domain of ours, in ASCII. */
function messageDomain(core: MessageConfig): string {
  const { address } = parseSender(core.smtp_from);
  const frontend = new URL(core.frontend_url).hostname;
  const domain = address.slice(address.lastIndexOf("@") + 1);
  return /^[\w-]+(\.[\w-]+)*$/.test(domain)
    ? domain.toLowerCase()
    : frontend.replace(/[^\w.-]/g, "") || "localhost";
}
