/** Whether a wording still does what its mail is for: whoever wrote it, a person or a program. */
import { groupCode, type MailParams, type MailText } from "../../../core/i18n/mail_text.ts";

export type WordingProblem =
  | "no_button"
  | "no_code"
  | "a_link"
  | "no_subject"
  | "too_long"
  | "a_placeholder"
  | "footer_changed"
  | "no_expiry";

const [subjectMax, preheaderMax, headingMax, buttonMax, paragraphMax, paragraphsMax] = [
  120,
  200,
  120,
  60,
  600,
  8,
];
/** Links are ours alone: the button's. What looks like one is made one by mail programs. */
const link =
  /https?:|www\.|[\p{L}\p{N}-]\.(?:com|net|org|info|io|app|de|dev|xyz|top|ru|cn)\b|mailto:|<\s*a\b/iu;

/**
 * @param standard the words it stands for, made from the same `params`
 * @returns what is wrong with it; empty: it may be sent
 */
export function problemsOf(words: MailText, standard: MailText, params: MailParams): WordingProblem[] {
  const found = new Set<WordingProblem>();
  const said = [words.subject, words.preheader, words.heading, ...words.paragraphs, words.button ?? ""];
  if (words.subject.trim() === "" || /[\r\n]/.test(words.subject)) found.add("no_subject");
  if ((standard.button === null) !== (words.button === null) || words.button?.trim() === "") {
    found.add("no_button");
  }
  const code = params.code && groupCode(params.code);
  if (standard.code_line && code && !words.code_line?.endsWith(code)) found.add("no_code");
  if (said.some((text) => link.test(text.replaceAll(params.site_name ?? "\0", "")))) found.add("a_link");
  if (said.some((text) => /[{}]|\bundefined\b|\[object /.test(text))) found.add("a_placeholder");
  if (words.footer !== standard.footer) found.add("footer_changed");
  const long = words.subject.length > subjectMax || words.preheader.length > preheaderMax ||
    words.heading.length > headingMax || (words.button?.length ?? 0) > buttonMax ||
    words.paragraphs.length > paragraphsMax || words.paragraphs.some((text) => text.length > paragraphMax);
  if (long) found.add("too_long");
  // How long link and code are good is part of what must be said (standard: in the paragraph that names it).
  const until = standard.paragraphs.find((text) => /\d/.test(text));
  if (until && standard.button && params.expires_in_seconds && !words.paragraphs.includes(until)) {
    found.add("no_expiry");
  }
  return [...found];
}
