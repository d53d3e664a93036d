import { expect } from "expect";
import { catalogues, locales, pickLocale, problemText, stringsFor } from "./mod.ts";

Deno.test("pickLocale() prefers the newest choice, then the remembered one, then the browser", () => {
  const rows: [string | null, string | undefined, string | undefined, string][] = [
    [null, undefined, undefined, "en"],
    ["de", undefined, "en", "en"],
    ["en", "de", undefined, "de"],
    ["fr-FR, de-AT;q=0.8, en;q=0.7", undefined, undefined, "de"],
    ["en;q=0.2, de;q=0.9", undefined, undefined, "de"],
    ["de;q=0, en", undefined, undefined, "en"],
    ["*", undefined, undefined, "en"],
    ["fr", "xx", "__proto__", "en"],
    [";;;q=,,", undefined, "constructor", "en"],
    ["de;q=oops", undefined, undefined, "de"],
  ];
  for (const [header, cookie, query, locale] of rows) expect(pickLocale(header, cookie, query)).toBe(locale);
});

Deno.test("every language has every string, with the same placeholders for islands", () => {
  const shape = (value: unknown, path = ""): string[] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => shape(inner, `${path}.${key}`))
      : [
        `${path}:${typeof value}${
          typeof value === "string" ? (value.match(/\{\w+\}/g) ?? []).sort().join() : ""
        }`,
      ];
  for (const locale of locales) expect(shape(catalogues[locale])).toEqual(shape(catalogues.en));
});

Deno.test("no string is empty in any language", () => {
  const empty = (value: unknown): boolean =>
    typeof value === "object" && value !== null ? Object.values(value).some(empty) : value === "";
  for (const locale of locales) expect(empty(catalogues[locale])).toBe(false);
});

Deno.test("strings for islands survive JSON, because that is how they travel", () => {
  for (const locale of locales) {
    expect(JSON.parse(JSON.stringify(catalogues[locale].islands))).toEqual(catalogues[locale].islands);
  }
});

Deno.test("problemText() says how long to wait, and has words for codes nobody knows", () => {
  const t = stringsFor("en");
  expect(problemText(t, "too_many_requests", { retry_after_seconds: 30 })).toContain("30 seconds");
  expect(problemText(t, "too_many_requests")).toContain("Wait a little");
  expect(problemText(stringsFor("de"), "hash_queue_full", { retry_after_seconds: 1 })).toContain("1 Sekunde");
  for (const code of ["", "toString", "__proto__", "brand_new"]) {
    expect(problemText(t, code)).toBe(t.problems.internal_error);
  }
});

Deno.test("mail texts print codes in two groups and leave out what they are not told", () => {
  for (const locale of locales) {
    for (const [kind, text] of Object.entries(catalogues[locale].mails)) {
      const bare = text({ name: null });
      expect(JSON.stringify(bare)).not.toMatch(/undefined|null,\s*code|Invalid/);
      expect(bare.code_line).toBe(null);
      const full = text({
        name: "Ada",
        code: "123456",
        expires_in_seconds: 3600,
        email: "a@b.example",
        when: new Date(0),
      });
      expect(full.paragraphs[0]).toContain("Ada");
      if (full.code_line) expect(`${kind} ${full.code_line}`).toContain("123 456");
    }
  }
});
