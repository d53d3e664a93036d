/**
 * What verdicts teach between two trainings: no more than an offset and a slope on the log-odds, in small and bounded
 * steps. Operators look at what scored high, so their verdicts are no fair sample; the trees wait for the next
 * training, and however many verdicts come, a score is moved by at most `offsetMax` and stretched within `slopes`.
 */
import { logOdds, sigmoid } from "./boost.ts";
import type { OnlineCalibration } from "./model.ts";

export const offsetMax = 1.5;
export const slopes = { min: 0.7, max: 1.3 } as const;
/** At most so many are heard at once; the rest waits for the next call. */
export const verdictsMax = 1000;

/** How sure we are before any verdict: an offset within ±0.5, a slope within ±0.15. */
const prior: OnlineCalibration["precision"] = [1 / 0.5 ** 2, 0, 1 / 0.15 ** 2];
/** What was heard long ago counts less: after 230 more verdicts a tenth. */
const forgetting = 0.99;

export interface HeardVerdict {
  /** As the model scored it without any online calibration: `offlineScore`. */
  fraud_score: number;
  /** 1: fraud, 0: not. An "unsure" teaches nothing and is left out. */
  label: 0 | 1;
  /** How much it counts; 1 unless said. */
  weight?: number;
}

export const nothingHeard = (): OnlineCalibration => ({
  offset: 0,
  slope: 1,
  precision: [...prior],
  verdicts: 0,
});

/** One Bayesian step of logistic regression (Laplace) for every verdict, in their order. `state` is not changed. */
export function updateCalibration(
  state: OnlineCalibration | null,
  verdicts: readonly HeardVerdict[],
): OnlineCalibration {
  if (verdicts.length > verdictsMax) {
    throw new RangeError(`verdicts: at most ${verdictsMax} at once, got ${verdicts.length}`);
  }
  let now = state ?? nothingHeard();
  for (const verdict of verdicts) now = heard(now, verdict);
  return now;
}

function heard(
  state: OnlineCalibration,
  { fraud_score, label, weight = 1 }: HeardVerdict,
): OnlineCalibration {
  if (!(fraud_score >= 0 && fraud_score <= 1) || !(weight >= 0 && weight <= 1)) {
    throw new RangeError("a verdict needs a score and a weight of 0 to 1");
  }
  const score = logOdds(fraud_score);
  const p = sigmoid(state.offset + state.slope * score);
  const information = weight * p * (1 - p);
  const [oo, os, ss] = state.precision.map((value, i) =>
    Math.max(value * forgetting, i === 1 ? -Infinity : prior[i])
  );
  const precision: OnlineCalibration["precision"] = [
    oo + information,
    os + information * score,
    ss + information * score * score,
  ];
  const error = weight * (label - p);
  const determinant = precision[0] * precision[2] - precision[1] ** 2;
  const offset = state.offset + (precision[2] - precision[1] * score) / determinant * error;
  const slope = state.slope + (precision[0] * score - precision[1]) / determinant * error;
  return {
    offset: Math.min(offsetMax, Math.max(-offsetMax, offset)),
    slope: Math.min(slopes.max, Math.max(slopes.min, slope)),
    precision,
    verdicts: state.verdicts + 1,
  };
}

/** Log-odds as the verdicts have them. */
export const onlineLogOdds = (state: OnlineCalibration | null, log_odds: number): number =>
  state === null ? log_odds : state.offset + state.slope * log_odds;

/** What a score was before `state` moved it: verdicts are compared with that. */
export const offlineScore = (state: OnlineCalibration | null, fraud_score: number): number =>
  state === null ? fraud_score : sigmoid((logOdds(fraud_score) - state.offset) / state.slope);
