/** What several pages about mail show. */
import type { Strings } from "../../../../ui/types.ts";
import type { VariantJson } from "../shapes.ts";

/** Words of a name that is stored; the name itself where it is newer than the words. */
export const wordOf = (words: Record<string, string>, name: string): string =>
  Object.hasOwn(words, name) ? words[name] : name.replaceAll("_", " ");

export const percent = (t: Strings, value: number, digits = 1): string =>
  value.toLocaleString(t.locale === "de" ? "de-DE" : "en-GB", {
    style: "percent",
    maximumFractionDigits: digits,
  });

/** A probability: one that rounds to certainty is told as "> 99.9 %", which is what is known of it. */
export function likely(t: Strings, value: number): string {
  if (value > 0.9995) return `> ${percent(t, 0.999)}`;
  return value < 0.0005 ? `< ${percent(t, 0.001)}` : percent(t, value);
}

/** 139 (66 %) */
export const ofSent = (t: Strings, count: number, sent: number): string =>
  sent === 0 ? t.format.number(count) : `${t.format.number(count)} (${percent(t, count / sent, 0)})`;

/** What a wording tries; null: nobody said. */
export function aboutOf(t: Strings, { variant, origin, about }: VariantJson): string | null {
  const { abouts } = t.email_pages.wordings;
  return origin === "service" && Object.hasOwn(abouts, variant) ? abouts[variant] : about;
}
