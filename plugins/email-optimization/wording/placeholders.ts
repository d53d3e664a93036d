/** The few facts that a stored wording may name in braces. */
import { groupCode, type MailParams } from "../../../core/i18n/mail_text.ts";

export const placeholders = ["name", "site_name", "code"] as const;

/** An unknown one stays as it is, which the check refuses. */
export function fillIn(text: string, { name, site_name, code }: MailParams): string {
  const values: Record<string, string> = {
    name: name ?? "",
    site_name: site_name ?? "",
    code: code ? groupCode(code) : "",
  };
  return text.replaceAll(
    /\{(\w+)\}/g,
    (whole, key: string) => Object.hasOwn(values, key) ? values[key] : whole,
  )
    .replaceAll(/ {2,}/g, " ").replaceAll(/ ([,.!?])/g, "$1").trim();
}
