import { expect } from "expect";
import { z } from "zod";
import { passwordField, profileFields } from "./person.ts";

const names = z.object(profileFields);

const refused: [field: "first_name" | "last_name" | "username", value: unknown, why: string][] = [
  ["first_name", "Ann\r\nBcc: eve@example.com", "a header of its own"],
  ["first_name", "Ann\u0000", "a NUL"],
  ["first_name", "Ann\u2028Bcc", "a line separator"],
  ["first_name", "Ann\u202eevil", "a bidi override"],
  ["first_name", "Ann\u200b", "an invisible character"],
  ["first_name", "<b>Ann</b>", "markup"],
  ["first_name", "Win! https://evil.example", "a link"],
  ["first_name", "Win! WWW.evil.example", "a link without a scheme"],
  ["first_name", "\ud800", "half a surrogate pair"],
  ["first_name", "x".repeat(65), "65 characters"],
  ["last_name", 7, "a number"],
  ["last_name", ["Miller"], "a list"],
  ["username", "two words", "a space"],
  ["username", ".hidden", "a leading dot"],
  ["username", "x".repeat(33), "33 characters"],
  ["username", "../etc/passwd", "a path"],
];
for (const [field, value, why] of refused) {
  Deno.test(`${field} refuses ${why}`, () => {
    const result = names.safeParse({ [field]: value });
    expect(new Set(result.error?.issues.map(({ path }) => path[0]))).toEqual(new Set([field]));
  });
}

Deno.test("names of living people are accepted as they are, and nothing is null", () => {
  const given = { first_name: " Seán-Łukasz ", last_name: "O’Connor d'Artagnan", username: "李.小龍_1" };
  expect(names.parse(given)).toEqual({ ...given, first_name: "Seán-Łukasz" });
  expect(names.parse({ first_name: "  ", username: "" })).toEqual({ first_name: null, username: null });
});

for (const value of ["", "x".repeat(4097), "\ud800".repeat(10), 12345678, null, ["password"]]) {
  Deno.test(`a password field refuses ${JSON.stringify(value)?.slice(0, 30)}`, () => {
    expect(passwordField.safeParse(value).success).toBe(false);
  });
}
