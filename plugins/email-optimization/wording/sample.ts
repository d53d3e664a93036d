/** A made-up reader, for previews and checks. */
import type { MailParams } from "../../../core/i18n/mail_text.ts";
import type { MailKind } from "../../../core/services/mod.ts";

const withCode = new Set<MailKind>(["verify_email", "verify_reminder", "email_change_verify"]);

const tips = [
  { code: "second_factor_missing", params: {} },
  { code: "devices_unused", params: { count: "2" } },
];

export const sampleParams = (kind: MailKind, site_name: string): MailParams => ({
  site_name,
  name: "Ada",
  expires_in_seconds: 86_400,
  ...withCode.has(kind) ? { code: "123456" } : {},
  ...kind === "security_tips" ? { tips } : {},
});
