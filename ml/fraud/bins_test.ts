import { expect } from "expect";
import { binned, binOf, edgesOf, missingBin } from "./bins.ts";
import { plainDataset } from "./testing.ts";

Deno.test("few different values get a bin each, with the border between them", () => {
  const edges = edgesOf(Float32Array.of(3, 1, 1, 7, NaN), 16);
  expect([...edges]).toEqual([2, 5]);
  expect([1, 2, 2.5, 3, 7, 99, -5].map((value) => binOf(edges, value))).toEqual([0, 0, 1, 1, 2, 2, 0]);
  expect(binOf(edges, NaN)).toBe(missingBin(edges));
});

Deno.test("neighbours in single precision are still told apart", () => {
  const low = Math.fround(1);
  const high = Math.fround(1 + 2 ** -23);
  const edges = edgesOf(Float32Array.of(low, high), 16);
  expect(binOf(edges, low)).not.toBe(binOf(edges, high));
});

Deno.test("a rare value beside one that fills every quantile keeps a border", () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => i < 990 ? 0 : i);
  expect(edgesOf(values, 8).length).toBeGreaterThan(0);
  expect(binOf(edgesOf(values, 8), 0)).toBe(0);
});

Deno.test("rare values below a common one keep a border too", () => {
  const edges = edgesOf(Float32Array.from({ length: 1000 }, (_, i) => i < 10 ? i : 5000), 8);
  expect(binOf(edges, 9)).toBeLessThan(binOf(edges, 5000));
});

Deno.test("a column of nothing has no border, and bins are at most 255 with the unknown", () => {
  expect(edgesOf(Float32Array.of(NaN, NaN), 16).length).toBe(0);
  expect(edgesOf(Float32Array.of(4, 4), 16).length).toBe(0);
  const many = edgesOf(Float32Array.from({ length: 5000 }, (_, i) => Math.sqrt(i)), 254);
  expect(missingBin(many)).toBeLessThanOrEqual(254);
  expect([...many]).toEqual([...many].sort((a, b) => a - b));
});

Deno.test("binned() refuses more bins than a byte holds", () => {
  for (const bins of [0, 1, 255, 1000, NaN]) expect(() => binned(plainDataset(50), bins)).toThrow(RangeError);
});
