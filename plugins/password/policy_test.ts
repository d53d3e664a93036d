import { expect } from "expect";
import { breachFilter } from "./breach.ts";
import { type PolicyCode, type PolicyContext, refusePassword } from "./policy.ts";

const context: PolicyContext = {
  email: "ann.miller@example.com",
  username: "annie.miller",
  first_name: "Annemarijke",
  last_name: "Miller-Smith",
  site_names: ["Flow Shield"],
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
  ["Password1", "password_too_common", "a capital and a digit"],
  ["qwertyuiop", "password_too_common", "a row of keys"],
  ["12345678", "password_too_common", "a row of digits"],
  ["ann.miller@example.com", "password_same_as_email", "the address"],
  ["ANN.Miller@Example.com", "password_same_as_email", "the address in another case"],
  ["ann.miller", "password_same_as_email", "its local part"],
  ["example.com", "password_same_as_email", "its domain"],
  ["Annemarijke", "password_same_as_email", "the first name"],
  ["miller-smith", "password_same_as_email", "the last name"],
  ["annie.miller", "password_same_as_email", "the username"],
  ["ann.miller!", "password_personal", "the local part and something"],
  ["Ann3mar1jke", "password_personal", "the first name with digits for letters"],
  ["ekjiramenna!", "password_personal", "the first name backwards"],
  ["htimsrellim", "password_personal", "the last name backwards"],
  ["MillerMiller11111", "password_personal", "the last name twice and a row of one digit"],
  ["Smith1985!", "password_personal", "a part of the last name with a year"],
  ["12345miller", "password_personal", "a part of the address behind a row"],
  ["flowshield2026", "password_personal", "the name of the site"],
  ["F10wSh1eld", "password_personal", "the same with digits for letters"],
  ["dfcbkbcrf", "password_breached", "one that is rarer, but known"],
  ["DFCBKBCRF", "password_breached", "another case of it"],
  ["8 chars.", null, "eight characters"],
  ["correct horse battery staple", null, "words"],
  ["        ", null, "eight spaces: any character is fine"],
  ["🦀".repeat(256), null, "256 crabs"],
  ["before\0after", null, "a NUL"],
  ["miller sings in the rain", null, "a name among other words"],
  ["xk7Qp2vLm9", null, "ten that were drawn"],
];
for (const [password, refusal, why] of cases) {
  Deno.test(`the policy ${refusal ? `refuses (${refusal})` : "accepts"} ${why}`, async () => {
    const limits = { length_min: 8, length_max: 256, breach: await breachFilter(null) };
    expect(refusePassword(password, context, limits)).toBe(refusal);
  });
}

Deno.test("of whom nothing is known nothing is personal", async () => {
  const limits = { length_min: 8, length_max: 256, breach: await breachFilter(null) };
  expect(refusePassword("Annemarijke!", { email: "" }, limits)).toBe(null);
});

Deno.test("a filter that is not there is told of by the name of its setting", async () => {
  await expect(breachFilter("/nowhere/filter")).rejects.toThrow(
    "PASSWORD_BREACH_FILTER_FILE: /nowhere/filter",
  );
});

Deno.test("known passwords are asked for as it is after NFKC, and in lower case", () => {
  const asked: string[] = [];
  const breach = { rank: (password: string) => (asked.push(password), null) };
  refusePassword("ＡbcdEFGHz", { email: "" }, { length_min: 8, length_max: 256, breach });
  expect(asked).toEqual(["AbcdEFGHz", "abcdefghz"]);
});
