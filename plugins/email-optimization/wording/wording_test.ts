/** Every wording does what its mail is for; one that does not is refused. */
import { expect } from "expect";
import type { MailText } from "../../../core/i18n/mail_text.ts";
import { catalogues, type Locale, locales } from "../../../core/i18n/mod.ts";
import { testDatabase } from "../../../core/testing/postgres.ts";
import { faultsOf, type WordingFault } from "./check.ts";
import { variantNames, variantsOf, wordingOf } from "./mod.ts";
import { sampleParams } from "./sample.ts";
import { decideDraft, insertDraft, rewritesOf, type StoredTexts } from "./stored_variant.ts";
import { wordingFrom } from "./variant.ts";

const kinds = ["verify_email", "verify_reminder", "password_reset", "welcome"] as const;

for (const kind of kinds) {
  for (const one of variantsOf(kind)) {
    for (const locale of locales) {
      Deno.test(`${kind}/${one.variant} in ${locale} keeps link, code and what must be said`, () => {
        for (const name of ["Ada", null]) {
          const params = { ...sampleParams(kind, "Example"), name };
          const standard = catalogues[locale].mails[kind](params);
          const words = wordingFrom(one, locale).rewrite(standard, params);
          expect(faultsOf(words, standard, params)).toEqual([]);
          expect(words).not.toEqual(standard);
        }
      });
    }
  }
}

const params = sampleParams("verify_email", "Example");
const standard = catalogues.en.mails.verify_email(params);

const said = (faults: WordingFault[]) => faults.map(({ part, problem }) => `${part}: ${problem}`);
const broken: [string, Partial<MailText>, string][] = [
  ["without its button", { button: null }, "button: no_button"],
  ["with an empty button", { button: " " }, "button: no_button"],
  ["without its code", { code_line: null }, "code_line: no_code"],
  ["with another code", { code_line: "Type 999 999" }, "code_line: no_code"],
  [
    "with a link of its own",
    { paragraphs: [...standard.paragraphs, "See https://evil.example"] },
    "paragraphs: a_link",
  ],
  ["with what programs make a link of", { subject: "Visit evil.com" }, "subject: a_link"],
  ["with a tag", { paragraphs: [...standard.paragraphs, "<a href=x>y</a>"] }, "paragraphs: a_link"],
  ["without a subject", { subject: "  " }, "subject: no_subject"],
  ["with two lines of subject", { subject: "a\r\nBcc: b" }, "subject: no_subject"],
  ["with a subject that is too long", { subject: "a".repeat(121) }, "subject: too_long"],
  [
    "with too much to read",
    { paragraphs: [...standard.paragraphs, "a".repeat(601)] },
    "paragraphs: too_long",
  ],
  ["with a placeholder nobody fills", { subject: "Hello {first}" }, "subject: a_placeholder"],
  ["with another footer", { footer: "Bye" }, "footer: footer_changed"],
  ["that does not say how long it is good", { paragraphs: ["Press."] }, "paragraphs: no_facts"],
];
for (const [claim, changed, fault] of broken) {
  Deno.test(`refused: a wording ${claim}`, () => {
    expect(said(faultsOf({ ...standard, ...changed }, standard, params))).toEqual([fault]);
  });
}

const stored = (texts: StoredTexts, locale: Locale = "en") =>
  wordingFrom({ variant: "x", texts: rewritesOf({ en: texts }) }, locale).rewrite(standard, params);

Deno.test("a stored wording fills in facts, keeps the greeting and how long it is good, and nothing in other languages", () => {
  const words = stored({ subject: "{site_name}: {code}", paragraphs: ["Dear {name} , press."] });
  expect(words.subject).toBe("Example: 123 456");
  expect(words.paragraphs).toEqual([standard.paragraphs[0], "Dear Ada, press.", standard.paragraphs[2]]);
  expect(faultsOf(words, standard, params)).toEqual([]);
  expect(stored({ subject: "x" }, "de").subject).toBe(standard.subject);
});

Deno.test("a stored wording of a digest keeps its tips, with a number in them or not", () => {
  const params = sampleParams("security_tips", "Example");
  const standard = catalogues.en.mails.security_tips(params);
  const rewrite = rewritesOf({ en: { paragraphs: ["Look at this:"] } }).en!;
  const words = { ...standard, ...rewrite(standard, params) };
  expect(words.paragraphs).toEqual([
    standard.paragraphs[0],
    "Look at this:",
    expect.stringMatching(/second way/),
    expect.stringMatching(/2 devices/),
  ]);
  expect(faultsOf(words, standard, params)).toEqual([]);
  const without = { ...words, paragraphs: words.paragraphs.toSpliced(2, 1) };
  expect(said(faultsOf(without, standard, params))).toEqual(["paragraphs: no_facts"]);
});

Deno.test("a placeholder that is no fact of a mail is left, and refused", () => {
  const words = stored({ subject: "{constructor} {password}" });
  expect(words.subject).toBe("{constructor} {password}");
  expect(said(faultsOf(words, standard, params))).toEqual(["subject: a_placeholder"]);
});

Deno.test("a draft is sent only once it is approved, and a rejected one never", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const made = { kind: "verify_email" as const, texts: { en: { subject: "Hi" } }, sender_name: null };
  const draft = { ...made, code_first: false, origin: "operator" as const, model: null, why: null };
  expect(await insertDraft(sql, { ...draft, variant: "mine" })).toBe(true);
  expect(await insertDraft(sql, { ...draft, variant: "mine" })).toBe(false);
  await insertDraft(sql, { ...draft, variant: "other" });
  const asked = { kind: made.kind, variant: "mine", locale: "en" };
  expect(await wordingOf(sql, asked)).toBeNull();
  const by = crypto.randomUUID();
  expect(await decideDraft(sql, { ...asked, state: "approved", by })).toMatchObject({ state: "approved" });
  expect(await decideDraft(sql, { ...asked, state: "rejected", by })).toBeNull();
  await decideDraft(sql, { kind: made.kind, variant: "other", state: "rejected", by });
  expect(await variantNames(sql, made.kind)).toEqual(["standard", "code_first", "one_step_left", "mine"]);
  expect((await wordingOf(sql, asked))!.rewrite(standard, params).subject).toBe("Hi");
  expect(await wordingOf(sql, { ...asked, variant: "other" })).toBeNull();
  expect(await wordingOf(sql, { ...asked, variant: "gone" })).toBeNull();
});
