/** What a model is worth on rows it has not learnt from, and whether it may take another's place. */
import { type Dataset, rowCount, rowOf } from "./dataset.ts";
import {
  auc,
  averagePrecision,
  brier,
  type CalibrationBin,
  calibrationBins,
  calibrationError,
  type Interval,
  type Point,
  prPoints,
  type Ranked,
  ranked,
  recallAt,
  rocPoints,
  thresholdAt,
  totals,
  withIntervals,
} from "./metrics.ts";
import type { FraudModel, ModelEvaluation } from "./model.ts";
import { probabilityOf } from "./score.ts";

export interface Report {
  rows: number;
  frauds: number;
  auc: Interval;
  average_precision: Interval;
  recall_at_1_percent: Interval;
  recall_at_01_percent: Interval;
  calibration_error: number;
  brier: number;
  /** x: false alarms, y: recall. */
  roc: Point[];
  /** x: recall, y: precision. */
  pr: Point[];
  calibration: CalibrationBin[];
  /** Of each scenario that the data set names. At the threshold with at most `false_alarm_share` false alarms. */
  scenarios: ScenarioReport[];
  false_alarm_share: number;
  threshold: number;
}

export interface ScenarioReport {
  scenario: string;
  rows: number;
  frauds: number;
  /** Share of its frauds at or above the threshold; null if it has none. */
  detected: number | null;
  /** Share of its innocent rows at or above the threshold; null if it has none. */
  false_alarms: number | null;
}

export interface EvaluateOptions {
  /** Of the threshold that scenarios are measured at. */
  false_alarm_share?: number;
  resamples?: number;
  seed?: number;
}

export function evaluate(model: FraudModel, dataset: Dataset, options: EvaluateOptions = {}): Report {
  const scores = Float64Array.from(
    { length: rowCount(dataset) },
    (_, row) => probabilityOf(model, rowOf(dataset, row)),
  );
  return evaluateScores(scores, dataset, options);
}

/** Of any judge: rules, another model. Throws RangeError if the rows are all of one kind. */
export function evaluateScores(
  scores: ArrayLike<number>,
  { label, weight, scenario }: Pick<Dataset, "label" | "scenario"> & { weight?: Float32Array },
  { false_alarm_share = 0.005, resamples = 200, seed = 1 }: EvaluateOptions = {},
): Report {
  const rows = ranked(scores, label, weight);
  const { frauds, others } = totals(rows);
  if (!(frauds > 0 && others > 0)) throw new RangeError("frauds and others are needed to measure anything");
  const { threshold } = thresholdAt(rows, false_alarm_share);
  return {
    rows: label.length,
    frauds: label.reduce((sum, value) => sum + value, 0),
    ...withIntervals(rows, measures, { resamples, seed }),
    calibration_error: calibrationError(rows),
    brier: brier(rows),
    roc: rocPoints(rows),
    pr: prPoints(rows),
    calibration: calibrationBins(rows),
    scenarios: scenario ? scenariosAt(threshold, scores, label, scenario) : [],
    false_alarm_share,
    threshold,
  };
}

const measures = {
  auc,
  average_precision: averagePrecision,
  recall_at_1_percent: (rows: Ranked) => recallAt(rows, 0.01),
  recall_at_01_percent: (rows: Ranked) => recallAt(rows, 0.001),
};

/** At one threshold, whichever rows it was found on. */
export function scenariosAt(
  threshold: number,
  scores: ArrayLike<number>,
  label: Uint8Array,
  scenario: readonly (string | null)[],
): ScenarioReport[] {
  const counts = new Map<string, { rows: number; frauds: number; caught: number; alarmed: number }>();
  for (let row = 0; row < label.length; row++) {
    const name = scenario[row] ?? "unknown";
    const count = counts.get(name) ?? { rows: 0, frauds: 0, caught: 0, alarmed: 0 };
    counts.set(name, count);
    count.rows++;
    count.frauds += label[row];
    if (scores[row] >= threshold) label[row] === 1 ? count.caught++ : count.alarmed++;
  }
  return [...counts].sort(([a], [b]) => a < b ? -1 : 1).map(([name, { rows, frauds, caught, alarmed }]) => ({
    scenario: name,
    rows,
    frauds,
    detected: frauds > 0 ? caught / frauds : null,
    false_alarms: rows > frauds ? alarmed / (rows - frauds) : null,
  }));
}

/** What is kept of a report on a model's card. */
export const cardEvaluation = (on: string, report: Report): ModelEvaluation => ({
  on,
  rows: report.rows,
  frauds: report.frauds,
  auc: report.auc.value,
  average_precision: report.average_precision.value,
  recall_at_1_percent: report.recall_at_1_percent.value,
  recall_at_01_percent: report.recall_at_01_percent.value,
  calibration_error: report.calibration_error,
  brier: report.brier,
});

/** Average precision must rise by so much, and recall at one false alarm in a hundred may not fall by more than that. */
export const promotionMargin = 0.01;
export const calibrationErrorMax = 0.05;
/** Fewer frauds among the later rows cannot tell two models apart. */
export const promotionFraudsMin = 20;

export interface Promotion {
  promote: boolean;
  /** For the training log, in a sentence. */
  because: string;
}

/**
 * Whether a new model takes the place of the one that answers, by both their reports on the same later rows, which
 * neither has learnt from. `current` is null where only rules answer. A prior gives way to a model of this deployment
 * that is no worse: what is known of here counts for more than what was imagined.
 */
export function shouldPromote(
  current: { report: Report; kind: FraudModel["kind"] | "rules" } | null,
  candidate: Report,
): Promotion {
  const no = (because: string): Promotion => ({ promote: false, because });
  if (candidate.frauds < promotionFraudsMin) {
    return no(`only ${candidate.frauds} frauds came later: too few to tell`);
  }
  if (!(candidate.calibration_error <= calibrationErrorMax)) {
    return no(
      `its calibration error is ${candidate.calibration_error.toFixed(3)}, above ${calibrationErrorMax}`,
    );
  }
  if (current === null) {
    return candidate.auc.value > 0.5 + promotionMargin
      ? { promote: true, because: "nothing answers yet, and it is better than chance" }
      : no("it is no better than chance");
  }
  if (current.report.rows !== candidate.rows || current.report.frauds !== candidate.frauds) {
    throw new RangeError("both models must be measured on the same rows");
  }
  const gain = candidate.average_precision.value - current.report.average_precision.value;
  const lost = current.report.recall_at_1_percent.value - candidate.recall_at_1_percent.value;
  // Asked the right way round: a measure that is no number promotes nothing.
  const margin = current.kind === "trained" ? promotionMargin : 0;
  const words = `average precision ${signed(gain)}, recall at 1 % false alarms ${signed(-lost)}`;
  if (!(gain >= margin)) return no(`${words}: it must be better by ${margin}`);
  if (!(lost <= promotionMargin)) return no(`${words}: it overlooks more where alarms are few`);
  return { promote: true, because: `${words}` };
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
