import { expect } from "expect";
import fc from "fast-check";
import { parseEmail } from "./email_address.ts";

const accepted: [string, string, string?][] = [
  // given, key, skeleton where it is not the key
  ["ann@example.com", "ann@example.com"],
  ["  ann@example.com\n", "ann@example.com"],
  ["Ann.B+Tag@EXAMPLE.com", "ann.b+tag@example.com"],
  ["ann@example.com.", "ann@example.com"],
  ["o'hara_{x}|~!#$%&*/=?^`-@example.co.uk", "o'hara_{x}|~!#$%&*/=?^`-@example.co.uk"],
  ["bill1@example.com", "bill1@example.com"],
  ["billl@example.com", "billl@example.com"],
  ["rn0@example.com", "rn0@example.com"],
  ["rosé@example.com", "rosé@example.com"],
  ["ros\u0065\u0301@example.com", "rosé@example.com"],
  ["ＡＮＮ@example.com", "ann@example.com"],
  ["straße@example.de", "straße@example.de"],
  ["ann@Bücher.example", "ann@xn--bcher-kva.example", "ann@bücher.example"],
  ["ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example", "ann@bücher.example"],
  ["用户@例え.jp", "用户@xn--r8jz45g.jp"],
  ["ひらカタ漢字abc@example.jp", "ひらカタ漢字abc@example.jp"],
  ["сосо@example.com", "сосо@example.com", "coco@example.com"],
  ["ɑnn@example.com", "ɑnn@example.com", "ann@example.com"],
  ["ΟΔΟΣ@example.gr", "οδοσ@example.gr"],
  ["οδος@example.gr", "οδοσ@example.gr"],
];

const refused: [string, "invalid_email" | "email_confusable"][] = [
  ["", "invalid_email"],
  ["@", "invalid_email"],
  ["ann", "invalid_email"],
  ["ann@", "invalid_email"],
  ["@example.com", "invalid_email"],
  ["ann@@example.com", "invalid_email"],
  ["a@b@example.com", "invalid_email"],
  [".ann@example.com", "invalid_email"],
  ["ann.@example.com", "invalid_email"],
  ["an..n@example.com", "invalid_email"],
  ["an n@example.com", "invalid_email"],
  ["an\tn@example.com", "invalid_email"],
  ["ann@example.com\r\nBcc: x@example.com", "invalid_email"],
  ["ann\0@example.com", "invalid_email"],
  ['"ann"@example.com', "invalid_email"],
  ["ann(comment)@example.com", "invalid_email"],
  ["<ann@example.com>", "invalid_email"],
  ["ann,bob@example.com", "invalid_email"],
  ["ann@[127.0.0.1]", "invalid_email"],
  ["ann@127.0.0.1", "invalid_email"],
  ["ann@0x7f.1", "invalid_email"],
  ["ann@localhost", "invalid_email"],
  ["ann@example.c", "invalid_email"],
  ["ann@example.123", "invalid_email"],
  ["ann@-example.com", "invalid_email"],
  ["ann@example-.com", "invalid_email"],
  ["ann@ex_ample.com", "invalid_email"],
  ["ann@example..com", "invalid_email"],
  ["ann@ex%61mple.com", "invalid_email"],
  ["ann@example.com/x", "invalid_email"],
  ["ann@example.com:25", "invalid_email"],
  ["ann@xn--a.com", "invalid_email"],
  ["ann@exam\u00adple.com", "invalid_email"],
  ["an\u200bn@example.com", "invalid_email"],
  ["an\u202en@example.com", "invalid_email"],
  ["an\u3164n@example.com", "invalid_email"],
  ["ann＠example.com", "invalid_email"],
  ["😀@example.com", "invalid_email"],
  ["ann’s@example.com", "invalid_email"],
  ["\u0301ann@example.com", "invalid_email"],
  ["a\u0301\u0301\u0301\u0301@example.com", "invalid_email"],
  ["ᎪᏢᏢᏞᎬ@example.com", "invalid_email"],
  ["\ud800@example.com", "invalid_email"],
  [`${"a".repeat(65)}@example.com`, "invalid_email"],
  [`${"é".repeat(33)}@example.com`, "invalid_email"],
  [`${"ﷺ".repeat(5)}@example.com`, "invalid_email"],
  [`ann@${"a".repeat(64)}.com`, "invalid_email"],
  [`ann@${"abcdefgh.".repeat(28)}com`, "invalid_email"],
  ["a".repeat(100_000) + "@example.com", "invalid_email"],
  ["pаypal@example.com", "email_confusable"], // a Cyrillic а
  ["αdmin@example.com", "email_confusable"],
  ["иван.smith@example.com", "email_confusable"],
  ["ann@gооgle.com", "email_confusable"],
  ["ひらхх@example.jp", "email_confusable"],
  ["ann@аpple.com", "email_confusable"],
];

for (const [given, key, skeleton] of accepted) {
  Deno.test(`parseEmail() accepts ${JSON.stringify(given)}`, () => {
    expect(parseEmail(given)).toEqual({
      email: given.trim().replace(/\.$/, ""),
      email_key: key,
      email_skeleton: skeleton ?? expect.any(String),
    });
  });
}

for (const [given, problem] of refused) {
  Deno.test(`parseEmail() refuses ${JSON.stringify(given).slice(0, 60)} as ${problem}`, () => {
    expect(parseEmail(given)).toEqual({ problem, detail: expect.any(String) });
  });
}

const plain = fc.tuple(
  fc.stringMatching(/^[a-z0-9_+-]{1,20}(\.[a-z0-9_+-]{1,20}){0,2}$/),
  fc.stringMatching(/^[a-z0-9]{1,20}(-[a-z0-9]{1,10})?\.(com|org|example)$/),
).map(([local, domain]) => `${local}@${domain}`);

function keysOf(given: string) {
  const parsed = parseEmail(given);
  return "problem" in parsed ? null : parsed;
}

Deno.test("the skeleton of an ASCII address is its key, so two that differ never collide", () => {
  fc.assert(fc.property(plain, (given) => {
    const parsed = keysOf(given);
    expect(parsed).not.toBeNull();
    expect(parsed!.email_key).toBe(given);
    expect(parsed!.email_skeleton).toBe(given);
  }));
});

Deno.test("upper and lower case of an address have one key", () => {
  fc.assert(fc.property(plain, (given) => {
    expect(keysOf(given.toUpperCase())?.email_key).toBe(keysOf(given)?.email_key);
  }));
});

Deno.test("parseEmail() never throws, and the key of a key is the key", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.string({ unit: "grapheme", maxLength: 40 }).map((local) => `${local}@example.com`),
    fc.string({ unit: "grapheme", maxLength: 40 }).map((domain) => `ann@${domain}.com`),
  );
  fc.assert(
    fc.property(anything, (given) => {
      const parsed = keysOf(given);
      if (!parsed) return;
      expect(keysOf(parsed.email_key)?.email_key).toBe(parsed.email_key);
      expect(keysOf(parsed.email_key)?.email_skeleton).toBe(parsed.email_skeleton);
      expect(parsed.email_key).toMatch(/^[^@\s]+@[a-z0-9.-]+$/u);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a Latin word written in Cyrillic doubles has the skeleton of the Latin one", () => {
  const doubles: Record<string, string> = {
    a: "а",
    c: "с",
    e: "е",
    o: "о",
    p: "р",
    x: "х",
    i: "і",
    j: "ј",
    s: "ѕ",
  };
  const word = fc.array(fc.constantFrom(...Object.keys(doubles)), { minLength: 1, maxLength: 12 });
  fc.assert(fc.property(word, (letters) => {
    const cyrillic = keysOf(`${letters.map((one) => doubles[one]).join("")}@example.com`);
    expect(cyrillic?.email_skeleton).toBe(`${letters.join("")}@example.com`);
  }));
});
