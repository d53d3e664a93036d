import { expect } from "expect";
import { commonPasswords } from "./blocklist.ts";
import { type PolicyCode, refusePassword } from "./policy.ts";

const context = {
  email: "ann.miller@example.com",
  names: ["annie.miller", "Annemarijke", "Miller-Smith", null],
};

const cases: [password: string, refusal: PolicyCode | null, why: string][] = [
  ["", "password_too_short", "nothing"],
  ["1234567", "password_too_short", "seven characters"],
  ["🦀🦀🦀🦀🦀🦀🦀", "password_too_short", "seven characters of two code units each"],
  ["e\u0301".repeat(7), "password_too_short", "seven letters that NFKC puts together"],
  ["x".repeat(257), "password_too_long", "257 characters"],
  ["ﷺ".repeat(15), "password_too_long", "fifteen characters that NFKC makes 270"],
  ["password", "password_too_common", "the second most common one"],
  ["PassWord", "password_too_common", "another case of it"],
  ["ｐａｓｓｗｏｒｄ", "password_too_common", "full-width letters of it"],
  ["qwertyuiop", "password_too_common", "a row of keys"],
  ["12345678", "password_too_common", "a row of digits"],
  ["ann.miller@example.com", "password_same_as_email", "the address"],
  ["ANN.Miller@Example.com", "password_same_as_email", "the address in another case"],
  ["ann.miller", "password_same_as_email", "its local part"],
  ["example.com", "password_same_as_email", "its domain"],
  ["Annemarijke", "password_same_as_email", "the first name"],
  ["miller-smith", "password_same_as_email", "the last name"],
  ["annie.miller", "password_same_as_email", "the username"],
  ["8 chars.", null, "eight characters"],
  ["correct horse battery staple", null, "words"],
  ["        ", null, "eight spaces: any character is fine"],
  ["🦀".repeat(256), null, "256 crabs"],
  ["before\0after", null, "a NUL"],
  ["ann.miller!", null, "the local part and something"],
];
for (const [password, refusal, why] of cases) {
  Deno.test(`the policy ${refusal ? `refuses (${refusal})` : "accepts"} ${why}`, async () => {
    const limits = { length_min: 8, length_max: 256, common: await commonPasswords() };
    expect(refusePassword(password, context, limits)).toBe(refusal);
  });
}

Deno.test("the list of common passwords holds those long enough to matter, in one form", async () => {
  const common = await commonPasswords();
  expect(common.size).toBeGreaterThan(10_000);
  for (const word of common) {
    if (word.length < 8 || word !== word.toLowerCase()) throw new Error(`not in its form: ${word}`);
  }
});
