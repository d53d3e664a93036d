/** What every wording of a mail says, since it hangs on the person and the moment. */
import type { MailParams, MailText } from "../../../core/i18n/mail_text.ts";

/** Of the standard words: paragraphs that say how long the mail is good, and the tips of a digest, which stand last. */
export function factsOf({ paragraphs }: MailText, { tips = [] }: MailParams): string[] {
  return paragraphs.filter((text, i) => i > 0 && (/\d/.test(text) || i >= paragraphs.length - tips.length));
}
