/** How good scores are, against labels. Rows of equal score are never told apart: they pass a threshold together. */
import { random } from "../lib/random.ts";

export interface Interval {
  value: number;
  /** 95 % of the resamples lie between. */
  low: number;
  high: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface CalibrationBin {
  from: number;
  to: number;
  rows: number;
  /** Of its rows, together. */
  weight: number;
  /** Mean score, and the share that was fraud. */
  mean: number;
  rate: number;
}

/** Rows by falling score, with the borders between rows of different scores. */
export interface Ranked {
  label: Uint8Array;
  weight: Float64Array;
  score: Float64Array;
}

export function ranked(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Ranked {
  if (scores.length !== labels.length) throw new RangeError("as many labels as scores are needed");
  const order = Uint32Array.from({ length: scores.length }, (_, row) => row)
    .sort((a, b) => scores[b] - scores[a] || a - b);
  return {
    label: Uint8Array.from(order, (row) => labels[row]),
    weight: Float64Array.from(order, (row) => weights?.[row] ?? 1),
    score: Float64Array.from(order, (row) => scores[row]),
  };
}

/** Calls back after every run of equal scores, with the frauds and the others so far. */
function walk({ label, weight, score }: Ranked, at: (frauds: number, others: number, score: number) => void) {
  let [frauds, others] = [0, 0];
  for (let i = 0; i < label.length; i++) {
    if (label[i] === 1) frauds += weight[i];
    else others += weight[i];
    if (i + 1 === label.length || score[i + 1] !== score[i]) at(frauds, others, score[i]);
  }
}

export function totals({ label, weight }: Ranked): { frauds: number; others: number } {
  let [frauds, others] = [0, 0];
  for (let i = 0; i < label.length; i++) label[i] === 1 ? frauds += weight[i] : others += weight[i];
  return { frauds, others };
}

/** Chance that a fraud scores higher than another row; a draw counts half. NaN where either kind is missing. */
export function auc(rows: Ranked): number {
  const { frauds, others } = totals(rows);
  let area = 0;
  let [lastFrauds, lastOthers] = [0, 0];
  walk(rows, (f, o) => {
    area += (o - lastOthers) * (lastFrauds + f) / 2;
    [lastFrauds, lastOthers] = [f, o];
  });
  return area / (frauds * others);
}

/** Mean precision over the frauds, each at its own rank: the area below the steps, not between them. */
export function averagePrecision(rows: Ranked): number {
  const { frauds } = totals(rows);
  let sum = 0;
  let last = 0;
  walk(rows, (f, o) => {
    if (f > last) sum += (f - last) * f / (f + o);
    last = f;
  });
  return sum / frauds;
}

/** The lowest threshold at which at most `share` of the others are alarmed about; above all scores if there is none. */
export function thresholdAt(
  rows: Ranked,
  share: number,
): { threshold: number; recall: number; false_alarms: number } {
  const { frauds, others } = totals(rows);
  let best = { threshold: Infinity, recall: 0, false_alarms: 0 };
  walk(rows, (f, o, score) => {
    if (o <= share * others + 1e-9) best = { threshold: score, recall: f / frauds, false_alarms: o / others };
  });
  return best;
}

export const recallAt = (rows: Ranked, share: number): number => thresholdAt(rows, share).recall;

/** Mean squared distance of score and label. */
export function brier({ label, weight, score }: Ranked): number {
  let [sum, all] = [0, 0];
  for (let i = 0; i < label.length; i++) {
    sum += weight[i] * (score[i] - label[i]) ** 2;
    all += weight[i];
  }
  return sum / all;
}

/** Ten bins of equal width; empty ones are left out. */
export function calibrationBins({ label, weight, score }: Ranked, bins = 10): CalibrationBin[] {
  const sums = Array.from({ length: bins }, () => ({ rows: 0, weight: 0, score: 0, frauds: 0 }));
  for (let i = 0; i < label.length; i++) {
    const bin = sums[Math.min(bins - 1, Math.floor(score[i] * bins))];
    bin.rows++;
    bin.weight += weight[i];
    bin.score += weight[i] * score[i];
    bin.frauds += weight[i] * label[i];
  }
  return sums.map(({ rows, weight, score, frauds }, i) => ({
    from: i / bins,
    to: (i + 1) / bins,
    rows,
    weight,
    mean: score / weight,
    rate: frauds / weight,
  })).filter(({ rows, mean }) => rows > 0 && Number.isFinite(mean));
}

/** Expected calibration error: how far score and rate lie apart, over the rows. */
export function calibrationError(rows: Ranked): number {
  const bins = calibrationBins(rows);
  const all = bins.reduce((sum, bin) => sum + bin.weight, 0);
  return bins.reduce((sum, { weight, mean, rate }) => sum + weight * Math.abs(mean - rate), 0) / all;
}

const pointsMax = 200;

/** False alarms against recall, from (0, 0) to (1, 1). */
export function rocPoints(rows: Ranked): Point[] {
  const { frauds, others } = totals(rows);
  const points: Point[] = [{ x: 0, y: 0 }];
  walk(rows, (f, o) => points.push({ x: o / others, y: f / frauds }));
  return fewer(points);
}

/** Recall against precision. */
export function prPoints(rows: Ranked): Point[] {
  const { frauds } = totals(rows);
  const points: Point[] = [];
  walk(rows, (f, o) => points.push({ x: f / frauds, y: f / (f + o) }));
  return fewer(points);
}

/** Drops points that lie near the one kept before; keeps the first and the last. */
function fewer(points: Point[]): Point[] {
  const kept: Point[] = [];
  for (const [i, point] of points.entries()) {
    const last = kept.at(-1);
    const far = !last || Math.max(Math.abs(point.x - last.x), Math.abs(point.y - last.y)) >= 2 / pointsMax;
    if (far || i === points.length - 1) kept.push(point);
  }
  return kept.map(({ x, y }) => ({ x: Number(x.toFixed(5)), y: Number(y.toFixed(5)) }));
}

/**
 * Several measures with their intervals, by drawing the rows anew with replacement. Rows of one ring are not
 * independent of each other, so where rings make the frauds the intervals are too narrow.
 */
export function withIntervals<K extends string>(
  rows: Ranked,
  measures: Record<K, (rows: Ranked) => number>,
  { resamples, seed }: { resamples: number; seed: number },
): Record<K, Interval> {
  const names = Object.keys(measures) as K[];
  const drawn = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  const chance = random(seed);
  const weight = new Float64Array(rows.label.length);
  for (let round = 0; round < resamples; round++) {
    weight.fill(0);
    for (let i = 0; i < weight.length; i++) {
      const row = chance.whole(0, weight.length);
      weight[row] += rows.weight[row];
    }
    for (const name of names) {
      const value = measures[name]({ ...rows, weight });
      if (Number.isFinite(value)) drawn[name].push(value);
    }
  }
  return Object.fromEntries(names.map((name) => {
    const sorted = drawn[name].sort((a, b) => a - b);
    const value = measures[name](rows);
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? value;
    return [name, { value, low: at(0.025), high: at(0.975) }];
  })) as Record<K, Interval>;
}
