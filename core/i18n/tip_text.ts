/** How the words of a tip are put together, in any language. */
import type { MailParams } from "./mail_text.ts";

/** What is known of a tip where its words are chosen. */
export interface TipParams {
  /** Of what it counts, as digits. */
  count?: string;
}

export interface TipText {
  title(params: TipParams): string;
  text(): string;
  /** Of the button that leads to where it is done. */
  link: string;
}

type Given = NonNullable<MailParams["tips"]>[number];

/** @param words there are some for this code */
export const tipTitle = (words: Record<string, TipText>, { code, params }: Given) =>
  words[code].title(params);
export const tipLine = (words: Record<string, TipText>, tip: Given) =>
  `${tipTitle(words, tip)}. ${words[tip.code].text()}`;
