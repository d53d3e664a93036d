/** Languages of the pages and mails: one catalogue each, of the shape that the English one has. */
import { de } from "./de.ts";
import { en } from "./en.ts";

export type { Formats } from "./format.ts";
export type { MailParams, MailText } from "./mail_text.ts";

export type Strings = typeof en;
export const catalogues = { en, de } satisfies Record<string, Strings>;
export type Locale = keyof typeof catalogues;
export type ProblemCode = keyof Strings["problems"];
export type MailTextKind = keyof Strings["mails"];

export const locales = Object.keys(catalogues) as Locale[];
export const default_locale: Locale = "en";

export function isLocale(value: unknown): value is Locale {
  return typeof value === "string" && Object.hasOwn(catalogues, value);
}

/** The catalogue of a language; English for one that there is none of. */
export function stringsFor(locale: string): Strings {
  return isLocale(locale) ? catalogues[locale] : catalogues[default_locale];
}

/** A choice just made (`?lang=`), else one made before (cookie), else what the browser asks for, else English. */
export function pickLocale(
  accept_language: string | null,
  cookie: string | undefined,
  query: string | undefined,
): Locale {
  for (const chosen of [query, cookie]) if (isLocale(chosen)) return chosen;
  return preferred(accept_language ?? "") ?? default_locale;
}

/** The best of `Accept-Language` (RFC 9110 §12.5.4) that there is; regions are ignored: de-AT gets German. */
function preferred(accept_language: string): Locale | undefined {
  return accept_language
    // A header is as long as its sender likes; nobody speaks more languages than this.
    .slice(0, 500)
    .split(",")
    .map((part, order) => {
      const [tag, ...parameters] = part.trim().toLowerCase().split(";");
      const q = parameters.map((p) => /^\s*q=([0-9.]+)$/.exec(p)?.[1]).find((value) => value !== undefined);
      return { language: tag.split("-")[0], quality: q === undefined ? 1 : Number(q), order };
    })
    .filter((range) => range.quality > 0)
    .sort((a, b) => b.quality - a.quality || a.order - b.order)
    .map((range) => range.language === "*" ? default_locale : range.language)
    .find(isLocale);
}

/** What a problem of the API means to a person, and what to do. An unknown code reads as an error of ours. */
export function problemText(
  t: Strings,
  code: string,
  extra: { retry_after_seconds?: number | null } = {},
): string {
  const text = Object.hasOwn(t.problems, code) ? t.problems[code as ProblemCode] : t.problems.internal_error;
  return typeof text === "function" ? text(extra.retry_after_seconds ?? undefined) : text;
}
