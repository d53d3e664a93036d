import { expect } from "expect";
import { distributionOf, driftOf, psi, psiOf } from "./drift.ts";

const numbers = (count: number, of: (i: number) => number) =>
  Float32Array.from({ length: count }, (_, i) => of(i));
const hundred = numbers(1000, (i) => i % 100);

Deno.test("psi() of the same values is nothing", () => {
  expect(psi(hundred, hundred)).toBe(0);
});

Deno.test("psi() is what a hand computes", () => {
  // Half 0, half 1; then nine in ten are 1: 0.4·ln(0.9/0.5) + (−0.4)·ln(0.1/0.5).
  const before = numbers(100, (i) => i % 2);
  const after = numbers(100, (i) => i % 10 === 0 ? 0 : 1);
  const expected = 0.4 * Math.log(0.9 / 0.5) - 0.4 * Math.log(0.1 / 0.5);
  expect(psi(before, after)).toBeCloseTo(expected, 6);
  // Half is not known any more, of what was always known: the empty bin counts as one in ten thousand.
  const halfGone = numbers(100, (i) => i % 4 < 2 ? i % 2 : NaN);
  const gone = 2 * (0.25 - 0.5) * Math.log(0.25 / 0.5) + (0.5 - 1e-4) * Math.log(0.5 / 1e-4);
  expect(psi(before, halfGone)).toBeCloseTo(gone, 6);
});

Deno.test("psi() sees what is no longer known, a rare yes that becomes common, and values never seen", () => {
  expect(psi(hundred, numbers(1000, () => NaN))).toBeGreaterThan(1);
  const rare = numbers(1000, (i) => i % 50 === 0 ? 1 : 0);
  expect(psi(rare, numbers(1000, (i) => i % 5 === 0 ? 1 : 0))).toBeGreaterThan(0.25);
  expect(psi(hundred, numbers(1000, () => 5000))).toBeGreaterThan(1);
});

Deno.test("psi() is finite and nothing where there is nothing to compare", () => {
  expect(psi(hundred, [])).toBe(0);
  expect(psi([], hundred)).toBe(0);
  expect(psi(numbers(10, () => NaN), numbers(10, () => NaN))).toBe(0);
  expect(Number.isFinite(psi(numbers(10, () => 1), numbers(10, () => 2)))).toBe(true);
});

Deno.test("driftOf() names the changed feature first, and takes whole vectors only", () => {
  const model = {
    features: ["same", "other"],
    reference: [distributionOf(hundred), distributionOf(hundred)],
  };
  const recent = numbers(2000, (i) => i % 2 === 0 ? (i / 2) % 100 : (i / 2) % 10);
  const drift = driftOf(model, recent);
  expect(drift[0].feature).toBe("other");
  expect(drift[1].psi).toBeLessThan(0.01);
  expect(() => driftOf(model, recent.subarray(0, 3))).toThrow(RangeError);
});

Deno.test("a constant has a distribution too", () => {
  expect(psiOf(distributionOf(numbers(100, () => 3)), numbers(100, () => 3))).toBe(0);
});
