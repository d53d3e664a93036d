import { expect } from "expect";
import {
  auc,
  averagePrecision,
  brier,
  calibrationBins,
  calibrationError,
  prPoints,
  ranked,
  recallAt,
  rocPoints,
  thresholdAt,
  withIntervals,
} from "./metrics.ts";

// By falling score: fraud, other, fraud, other.
const rows = ranked([0.1, 0.9, 0.4, 0.8], [0, 1, 1, 0]);
const draw = ranked([0.5, 0.5, 0.5, 0.5], [0, 1, 1, 0]);

Deno.test("measures are those computed by hand", () => {
  // Of four pairs of a fraud and another, three stand rightly.
  expect(auc(rows)).toBeCloseTo(0.75, 12);
  // Frauds at ranks 1 and 3: (1/1 + 2/3) / 2.
  expect(averagePrecision(rows)).toBeCloseTo(5 / 6, 12);
  expect(brier(rows)).toBeCloseTo((0.1 ** 2 + 0.1 ** 2 + 0.6 ** 2 + 0.8 ** 2) / 4, 12);
  expect(calibrationError(rows)).toBeCloseTo((0.1 + 0.1 + 0.6 + 0.8) / 4, 12);
});

Deno.test("rows of equal score are never told apart", () => {
  expect(auc(draw)).toBe(0.5);
  expect(averagePrecision(draw)).toBe(0.5);
  expect(recallAt(draw, 0.1)).toBe(0);
  expect(rocPoints(draw)).toEqual([{ x: 0, y: 0 }, { x: 1, y: 1 }]);
});

Deno.test("a threshold alarms about no more of the innocent than was allowed", () => {
  expect(thresholdAt(rows, 0)).toEqual({ threshold: 0.9, recall: 0.5, false_alarms: 0 });
  expect(thresholdAt(rows, 0.49)).toEqual({ threshold: 0.9, recall: 0.5, false_alarms: 0 });
  expect(thresholdAt(rows, 0.5)).toEqual({ threshold: 0.4, recall: 1, false_alarms: 0.5 });
  expect(thresholdAt(ranked([0.9, 0.1], [0, 1]), 0.01).threshold).toBe(Infinity);
});

Deno.test("weights count as if rows were there so many times", () => {
  const twice = ranked([0.1, 0.9, 0.4, 0.8, 0.8], [0, 1, 1, 0, 0]);
  const weighted = ranked([0.1, 0.9, 0.4, 0.8], [0, 1, 1, 0], [1, 1, 1, 2]);
  for (const measure of [auc, averagePrecision, brier, (of: typeof rows) => recallAt(of, 0.4)]) {
    expect(measure(weighted)).toBeCloseTo(measure(twice), 12);
  }
});

Deno.test("curves begin and end where they must", () => {
  expect(rocPoints(rows).at(-1)).toEqual({ x: 1, y: 1 });
  expect(prPoints(rows)[0]).toEqual({ x: 0.5, y: 1 });
  expect(prPoints(rows).at(-1)).toEqual({ x: 1, y: 0.5 });
  const bins = calibrationBins(rows);
  expect(bins.map(({ from }) => from)).toEqual([0.1, 0.4, 0.8, 0.9]);
});

Deno.test("an interval holds its value, and is the same each time", () => {
  const measured = () => withIntervals(rows, { auc }, { resamples: 100, seed: 1 }).auc;
  const { value, low, high } = measured();
  expect(low).toBeLessThanOrEqual(value);
  expect(high).toBeGreaterThanOrEqual(value);
  expect(low).toBeLessThan(high);
  expect(measured()).toEqual({ value, low, high });
});
