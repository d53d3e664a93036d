import { expect } from "expect";
import fc from "fast-check";
import { guessesLog10, readTable } from "./guess_table.ts";

const table = {
  model: "0".repeat(64),
  samples: 1000,
  bits: [10, 20, 20, 40],
  guesses_log10: [1, 3, 3.5, 9],
};

Deno.test("guessesLog10() follows the line between two points, and each bit beyond the last doubles the guesses", () => {
  expect(guessesLog10(table, 15)).toBeCloseTo(2);
  expect(guessesLog10(table, 30)).toBeCloseTo(6.25);
  expect(guessesLog10(table, 50)).toBeCloseTo(9 + 10 * Math.log10(2));
  expect(guessesLog10(table, 0)).toBe(0);
});

Deno.test("guessesLog10() rises with the bits", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 3000, noNaN: true }),
      fc.double({ min: 0, max: 50, noNaN: true }),
      (a, more) => {
        expect(guessesLog10(table, a + more)).toBeGreaterThanOrEqual(guessesLog10(table, a));
      },
    ),
  );
});

for (
  const [what, changed] of [
    ["bits that fall", { bits: [10, 20, 15, 40] }],
    ["guesses that fall", { guesses_log10: [1, 3, 2, 9] }],
    ["lists of two lengths", { bits: [10, 20] }],
    ["no model", { model: "x" }],
    ["too few samples", { samples: 3 }],
    ["text for numbers", { bits: ["a", "b", "c", "d"] }],
  ] as const
) {
  Deno.test(`readTable() refuses ${what}`, () => {
    expect(() => readTable(JSON.stringify({ ...table, ...changed }))).toThrow();
  });
}
