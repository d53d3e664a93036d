/**
 * From what the forests say to a probability: one logistic regression of three numbers (Platt 1999, with a second
 * forest), fitted on rows that the trees did not grow on and with the weights of life, not of training. Linear in
 * log-odds, so that what each feature did still adds up.
 */
import { sigmoid } from "./boost.ts";
import type { Calibration } from "./model.ts";

export interface CalibrationRow {
  /** Mean of the members, in log-odds. */
  trees: number;
  novelty: number;
  label: number;
  weight: number;
}

/**
 * Novelty, in log-odds a span, counts so much at least, however little the known frauds were novel, and never more than
 * `noveltyMax`, for to be new is no crime. README.md, "The never-seen", has what this costs and gains.
 */
export const noveltyMin = 0.25;
export const noveltyMax = 1;

/** Log-odds are kept within this: nobody has seen enough to be surer than one in three thousand. */
export const logOddsMax = 8;

/** Newton's method on the penalised likelihood; the penalties pull towards taking the trees at their word. */
export function calibrate(rows: readonly CalibrationRow[]): Calibration {
  const wanted = [0, 1, 0.5];
  const penalty = [0.01, 1, 5];
  let at = wanted.slice();
  for (let round = 0; round < 50; round++) {
    const { gradient, hessian } = derivatives(rows, at);
    for (let i = 0; i < 3; i++) {
      gradient[i] += penalty[i] * (at[i] - wanted[i]);
      hessian[i][i] += penalty[i];
    }
    const step = solve(hessian, gradient);
    const longest = Math.max(...step.map(Math.abs));
    // A step too far can make the next one worse; short ones always arrive.
    const scale = longest > 2 ? 2 / longest : 1;
    at = at.map((value, i) => value - scale * step[i]);
    at[2] = Math.min(noveltyMax, Math.max(noveltyMin, at[2]));
    if (longest < 1e-7) break;
  }
  // Trees that point the wrong way are not turned round: they are not believed.
  return { intercept: at[0], trees: Math.min(3, Math.max(0, at[1])), novelty: at[2] };
}

export function calibrated({ intercept, trees, novelty }: Calibration, said: number, beyond: number): number {
  const log_odds = intercept + trees * said + novelty * beyond;
  return Math.min(logOddsMax, Math.max(-logOddsMax, log_odds));
}

/** Mean logarithmic loss: what the likelihood is, and what shapes of trees are compared by. */
export function lossOf(calibration: Calibration, rows: readonly CalibrationRow[]): number {
  let [sum, all] = [0, 0];
  for (const { trees, novelty, label, weight } of rows) {
    const log_odds = calibrated(calibration, trees, novelty);
    sum += weight * Math.log1p(Math.exp(label === 1 ? -log_odds : log_odds));
    all += weight;
  }
  return sum / all;
}

function derivatives(rows: readonly CalibrationRow[], [intercept, trees, novelty]: number[]) {
  const gradient = [0, 0, 0];
  const hessian = [[0, 0, 0], [0, 0, 0], [0, 0, 0]];
  for (const row of rows) {
    const p = sigmoid(intercept + trees * row.trees + novelty * row.novelty);
    const inputs = [1, row.trees, row.novelty];
    for (let i = 0; i < 3; i++) {
      gradient[i] += row.weight * (p - row.label) * inputs[i];
      for (let j = 0; j < 3; j++) hessian[i][j] += row.weight * p * (1 - p) * inputs[i] * inputs[j];
    }
  }
  return { gradient, hessian };
}

/** Gauss, with pivots. Of a few unknowns. */
export function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  const size = right.length;
  for (let i = 0; i < size; i++) {
    let pivot = i;
    for (let j = i + 1; j < size; j++) if (Math.abs(rows[j][i]) > Math.abs(rows[pivot][i])) pivot = j;
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    if (Math.abs(rows[i][i]) < 1e-12) throw new RangeError("a singular system of equations");
    for (let j = 0; j < size; j++) {
      if (j === i) continue;
      const factor = rows[j][i] / rows[i][i];
      for (let k = i; k <= size; k++) rows[j][k] -= factor * rows[i][k];
    }
  }
  return rows.map((row, i) => row[size] / row[i]);
}
