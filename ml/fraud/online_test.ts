import { expect } from "expect";
import { sigmoid } from "./boost.ts";
import { calibrate } from "./calibration.ts";
import { calibrationError, ranked } from "./metrics.ts";
import {
  type HeardVerdict,
  nothingHeard,
  offlineScore,
  offsetMax,
  onlineLogOdds,
  slopes,
  updateCalibration,
} from "./online.ts";
import { random } from "../lib/random.ts";

const chance = random(5);
/** Scores that say more than is so: the truth is half as far from even. */
const boastful = Array.from({ length: 6000 }, () => {
  const truth = chance.normal(-1, 1.2);
  return { trees: truth * 2 + 1, novelty: 0, label: chance.chance(sigmoid(truth)) ? 1 : 0, weight: 1 };
});

Deno.test("calibrate() makes probabilities of what was none", () => {
  const { intercept, trees } = calibrate(boastful.slice(0, 3000));
  const later = boastful.slice(3000);
  const labels = later.map(({ label }) => label);
  const before = calibrationError(ranked(later.map(({ trees }) => sigmoid(trees)), labels));
  const after = calibrationError(ranked(later.map((row) => sigmoid(intercept + trees * row.trees)), labels));
  expect(before).toBeGreaterThan(0.08);
  expect(after).toBeLessThan(0.04);
});

Deno.test("calibrate() does not turn round trees that are wrong, and copes with no rows", () => {
  const wrong = boastful.map((row) => ({ ...row, label: 1 - row.label }));
  expect(calibrate(wrong).trees).toBeGreaterThanOrEqual(0);
  const { intercept, trees } = calibrate([]);
  expect([intercept, trees]).toEqual([0, 1]);
});

const verdicts = (count: number, fraud_score: number, label: 0 | 1): HeardVerdict[] =>
  Array.from({ length: count }, () => ({ fraud_score, label }));

Deno.test("updateCalibration() moves scores towards verdicts, by little for one and never beyond its bounds", () => {
  const of = (state: ReturnType<typeof nothingHeard>, score = 0.8) =>
    sigmoid(onlineLogOdds(state, Math.log(score / (1 - score))));
  const one = updateCalibration(null, verdicts(1, 0.8, 0));
  expect(of(one)).toBeLessThan(0.8);
  expect(of(one)).toBeGreaterThan(0.7);
  const many = updateCalibration(null, verdicts(1000, 0.8, 0));
  expect(of(many)).toBeLessThan(of(one));
  expect(many.offset).toBeGreaterThanOrEqual(-offsetMax);
  expect(many.slope).toBeGreaterThanOrEqual(slopes.min);
  expect(many.verdicts).toBe(1000);
  const extreme = updateCalibration(null, [...verdicts(500, 1, 0), ...verdicts(500, 0, 1)]);
  for (const value of [extreme.offset, extreme.slope, ...extreme.precision]) {
    expect(Number.isFinite(value)).toBe(true);
  }
});

Deno.test("updateCalibration() agrees with what is already right", () => {
  const right = Array.from({ length: 900 }, (_, i): HeardVerdict => {
    const fraud_score = (i % 9 + 1) / 10;
    return { fraud_score, label: chance.chance(fraud_score) ? 1 : 0 };
  });
  const { offset, slope } = updateCalibration(null, right);
  expect(Math.abs(offset)).toBeLessThan(0.4);
  expect(slope).toBeGreaterThan(0.85);
  expect(slope).toBeLessThan(1.15);
});

Deno.test("updateCalibration() comes back when verdicts change", () => {
  const low = updateCalibration(null, verdicts(600, 0.5, 0));
  const back = updateCalibration(low, verdicts(600, 0.5, 1));
  expect(low.offset).toBeLessThan(-0.5);
  expect(back.offset).toBeGreaterThan(0.3);
});

Deno.test("updateCalibration() refuses what is no verdict, and does not change what it was given", () => {
  const state = nothingHeard();
  updateCalibration(state, verdicts(3, 0.9, 0));
  expect(state).toEqual(nothingHeard());
  for (const fraud_score of [-0.1, 1.1, NaN]) {
    expect(() => updateCalibration(null, [{ fraud_score, label: 1 }])).toThrow(RangeError);
  }
  expect(() => updateCalibration(null, [{ fraud_score: 0.5, label: 1, weight: 2 }])).toThrow(RangeError);
  expect(() => updateCalibration(null, verdicts(1001, 0.5, 1))).toThrow(RangeError);
});

Deno.test("offlineScore() undoes what the verdicts did", () => {
  const state = updateCalibration(null, verdicts(50, 0.7, 0));
  const moved = sigmoid(onlineLogOdds(state, Math.log(0.7 / 0.3)));
  expect(offlineScore(state, moved)).toBeCloseTo(0.7, 9);
  expect(offlineScore(null, 0.7)).toBe(0.7);
});
