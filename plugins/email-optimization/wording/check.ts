/** Whether a wording still does what its mail is for: whoever wrote it, a person or a program. */
import { groupCode, type MailParams, type MailText } from "../../../core/i18n/mail_text.ts";
import { factsOf } from "./facts.ts";

export type WordingProblem =
  | "no_button"
  | "no_code"
  | "a_link"
  | "no_subject"
  | "too_long"
  | "a_placeholder"
  | "footer_changed"
  | "no_facts";

/** Characters of each part; of `paragraphs`, of each. */
const longest = { subject: 120, preheader: 200, heading: 120, paragraphs: 600, button: 60 };
const paragraphsMax = 8;
/** Links are ours alone: the button's. What looks like one is made one by mail programs. */
const link =
  /https?:|www\.|[\p{L}\p{N}-]\.(?:com|net|org|info|io|app|de|dev|xyz|top|ru|cn)\b|mailto:|<\s*a\b/iu;

/** One thing that is wrong, and in which part of the words. */
export interface WordingFault {
  part: keyof MailText;
  problem: WordingProblem;
}

/**
 * @param standard the words it stands for, made from the same `params`
 * @returns what is wrong with it; empty: it may be sent
 */
export function faultsOf(words: MailText, standard: MailText, params: MailParams): WordingFault[] {
  const found: WordingFault[] = [];
  const add = (part: WordingFault["part"], problem: WordingProblem) => found.push({ part, problem });
  if (words.subject.trim() === "" || /[\r\n]/.test(words.subject)) add("subject", "no_subject");
  if ((standard.button === null) !== (words.button === null) || words.button?.trim() === "") {
    add("button", "no_button");
  }
  const code = params.code && groupCode(params.code);
  if (standard.code_line && code && !words.code_line?.endsWith(code)) add("code_line", "no_code");
  for (const part of ["subject", "preheader", "heading", "paragraphs", "button"] as const) {
    const said = [words[part] ?? ""].flat();
    if (said.some((text) => link.test(text.replaceAll(params.site_name ?? "\0", "")))) add(part, "a_link");
    if (said.some((text) => /[{}]|\bundefined\b|\[object /.test(text))) add(part, "a_placeholder");
    if (said.some((text) => text.length > longest[part])) add(part, "too_long");
  }
  if (words.paragraphs.length > paragraphsMax) add("paragraphs", "too_long");
  if (words.footer !== standard.footer) add("footer", "footer_changed");
  if (!factsOf(standard, params).every((fact) => words.paragraphs.includes(fact))) {
    add("paragraphs", "no_facts");
  }
  return found;
}
