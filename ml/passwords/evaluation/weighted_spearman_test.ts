import { expect } from "expect";
import { weightedSpearman } from "./weighted_spearman.ts";

Deno.test("weightedSpearman() with equal weights is Spearman's", () => {
  // Ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4.
  expect(weightedSpearman([1, 5, 5, 9], [10, 30, 20, 40], [1, 1, 1, 1])).toBeCloseTo(0.9486833, 6);
});

Deno.test("weightedSpearman() counts a row as often as it weighs", () => {
  const weighed = weightedSpearman([1, 2, 3, 4], [2, 1, 4, 3], [3, 1, 2, 1]);
  const repeated = weightedSpearman([1, 1, 1, 2, 3, 3, 4], [2, 2, 2, 1, 4, 4, 3], [1, 1, 1, 1, 1, 1, 1]);
  expect(weighed).toBeCloseTo(repeated, 12);
});

Deno.test("weightedSpearman() is 1 for the same order, -1 for the opposite, and nothing where nothing varies", () => {
  const weights = [5, 1, 9];
  expect(weightedSpearman([1, 2, 3], [10, 200, 3000], weights)).toBeCloseTo(1);
  expect(weightedSpearman([1, 2, 3], [3, 2, 1], weights)).toBeCloseTo(-1);
  expect(weightedSpearman([1, 2, 3], [7, 7, 7], weights)).toBeNaN();
});
