import { expect } from "expect";
import { newCode, nextReminder, readCode } from "./rules.ts";

const typed: [text: string, code: string | null][] = [
  ["123456", "123456"],
  [" 123 456 ", "123456"],
  ["123-456", "123456"],
  ["123\u2013456", "123456"],
  ["１２３４５６", "123456"],
  ["12345", null],
  ["1234567", null],
  ["12345a", null],
  ["123456' or '1'='1", null],
  ["٣٤٥٦٧٨", null],
  ["12 34 56 7", null],
  ["", null],
  ["-123456-7", null],
  ["1e5000", null],
];
for (const [text, code] of typed) {
  Deno.test(`readCode() ${code ? "reads" : "refuses"} ${JSON.stringify(text)}`, () => {
    expect(readCode(text)).toBe(code);
  });
}

Deno.test("newCode() makes six digits, leading zeros kept, all tenths of the range alike", () => {
  const codes = Array.from({ length: 5000 }, newCode);
  for (const code of codes) expect(code).toMatch(/^[0-9]{6}$/);
  for (const first of "0123456789") {
    const share = codes.filter((code) => code.startsWith(first)).length;
    expect(share).toBeGreaterThan(350);
    expect(share).toBeLessThan(650);
  }
});

const issued_at = new Date("2030-01-01T00:00:00Z");
const at = (hours: number) => new Date(issued_at.getTime() + hours * 3_600_000);
const plans: [what: string, reminded: number, hours: number[], lifetime: number, due: Date | null][] = [
  ["the first", 0, [3, 20], 24, at(3)],
  ["the second", 1, [3, 20], 24, at(20)],
  ["none after the last", 2, [3, 20], 24, null],
  ["none when they are off", 0, [0, 0], 24, null],
  ["the second alone", 0, [0, 20], 24, at(20)],
  ["the earlier first, however they are written", 0, [20, 3], 24, at(3)],
  ["none that comes with the end", 0, [24, 0], 24, null],
  ["none that comes after the end", 1, [3, 20], 12, null],
];
for (const [what, reminded, hours, lifetime, due] of plans) {
  Deno.test(`nextReminder() plans ${what}`, () => {
    expect(nextReminder({ issued_at, expires_at: at(lifetime), reminded }, hours)).toEqual(due);
  });
}
