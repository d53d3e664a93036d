/** A wording that stands in a file: functions from the standard words to what is said instead, in each language. */
import type { Locale } from "../../../core/i18n/mod.ts";
import { isLocale } from "../../../core/i18n/mod.ts";
import type { MailParams, MailText } from "../../../core/i18n/mail_text.ts";
import type { MailKind, MailWording } from "../../../core/services/mod.ts";

/** What may be said otherwise. Why this person gets this mail, its footer, never is. */
export type Words = Partial<Omit<MailText, "footer">>;
export type Rewrite = (standard: MailText, params: MailParams) => Words;

export interface Variant {
  kind: MailKind;
  variant: string;
  /** What is tried out by it, for operators. */
  about: string;
  /** In place of the name in SMTP_FROM. */
  sender_name?: string;
  /** The code stands above the button. */
  code_first?: boolean;
  texts: Record<Locale, Rewrite>;
}

/** As the mailer takes it: a language without a text of its own keeps the standard words. */
export function wordingFrom({ variant, sender_name = null, code_first = false, texts }: {
  variant: string;
  sender_name?: string | null;
  code_first?: boolean;
  texts: Partial<Record<Locale, Rewrite>>;
}, locale: string): MailWording {
  const rewrite = isLocale(locale) ? texts[locale] : undefined;
  return {
    variant,
    sender_name,
    code_first,
    rewrite: (standard, params) => ({ ...standard, ...rewrite?.(standard, params), footer: standard.footer }),
  };
}
