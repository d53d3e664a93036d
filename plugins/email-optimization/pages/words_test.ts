import { expect } from "expect";
import { stringsFor } from "../../../core/i18n/mod.ts";
import type { MailKind } from "../../../core/services/mod.ts";
import { goals } from "../goals.ts";
import { suppressionReasons } from "../suppression.ts";
import { variantsOf } from "../wording/mod.ts";

const kinds: MailKind[] = Object.values(goals).flatMap(({ kinds }) => kinds);
const [en, de] = [stringsFor("en").email_pages, stringsFor("de").email_pages];

Deno.test("every wording that comes with the service is told of in each language, in English as its file does", () => {
  const shipped = kinds.flatMap((kind) => variantsOf(kind));
  expect(en.wordings.abouts).toEqual(
    Object.fromEntries(shipped.map(({ variant, about }) => [variant, about])),
  );
  expect(Object.keys(de.wordings.abouts).sort()).toEqual(Object.keys(en.wordings.abouts).sort());
});

Deno.test("every mail, goal and reason that is stored has words in each language, and no words are left over", () => {
  for (const words of [en, de]) {
    expect(Object.keys(words.kinds).sort()).toEqual(Object.keys(stringsFor("en").mails).sort());
    expect(Object.keys(words.goals).sort()).toEqual(Object.keys(goals).sort());
    expect(Object.keys(words.suppressions.reasons).sort()).toEqual([...suppressionReasons].sort());
    expect(Object.keys(words.message.reasons)).toEqual(Object.keys(en.message.reasons));
    expect(Object.keys(words.message.types)).toEqual(Object.keys(en.message.types));
  }
});

Deno.test("every wording that comes with the service has a name in each language", () => {
  const names = kinds.flatMap((kind) => variantsOf(kind)).map(({ variant }) => variant);
  for (const { variants } of [en, de]) {
    expect(Object.keys(variants).sort()).toEqual(["standard", ...names].sort());
  }
});
