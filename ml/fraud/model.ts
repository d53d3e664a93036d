/**
 * A model that scores one act for fraud: boosted trees that learnt from labels, an isolation forest that knows what was
 * seen at all, and a calibration that makes one probability of both. README.md says how and why.
 *
 *   const model = trainModel(dataset, { seed: 1, kind: "trained" });
 *   scoreWith(model, vector)           // a probability with its reasons
 *   loadModel(saveModel(model))        // the same model
 */
import type { Distribution } from "./drift.ts";
import type { Isolation } from "./isolation.ts";
import type { Trees } from "./trees.ts";

export type { Dataset } from "./dataset.ts";
export type { Reason, Scored } from "./scored.ts";

export interface FraudModel {
  /** What people call it: "prior-1", "2026-03-01T04:00Z". */
  version: string;
  /** SHA-256 of the file's content, hexadecimal. */
  hash: string;
  /** `prior`: learnt from the simulator; `trained`: from this deployment. */
  kind: "prior" | "trained";
  features: readonly string[];
  feature_version: number;
  card: ModelCard;
  /** Boosters, each grown on rows and columns of its own. Their mean is the score, their spread the doubt. */
  members: readonly Trees[];
  isolation: Isolation;
  /** From the two forests to log-odds; fitted on rows later than those the trees grew on. */
  calibration: Calibration;
  /** Of each feature: its median among the innocent, or the commoner answer to a yes/no. NaN: never known. */
  typical: Float32Array;
  /** How each feature was spread among the rows it learnt from: drift is measured against it. */
  reference: readonly Distribution[];
  /** Learnt from verdicts since; not part of the file or of its hash. Null: nothing yet. */
  online: OnlineCalibration | null;
}

/** log-odds = intercept + trees × (mean of the members) + novelty × (how far beyond the innocent it is isolated). */
export interface Calibration {
  intercept: number;
  trees: number;
  novelty: number;
}

/** log-odds' = offset + slope × log-odds; small and bounded, see `online.ts`. */
export interface OnlineCalibration {
  offset: number;
  slope: number;
  /** How sure of offset and slope: the inverse of their covariance, [oo, os, ss]. */
  precision: [number, number, number];
  /** Verdicts it has heard. */
  verdicts: number;
}

/** What stands on a model's file for people. */
export interface ModelCard {
  /** What it was trained on, in a sentence. */
  trained_on: string;
  /** What it must not be taken for. */
  limits: string;
  seed: number;
  rows: number;
  frauds: number;
  /** ISO 8601, of the oldest and the newest row. */
  from: string;
  until: string;
  /** Null where nobody looked at the clock: the same rows give the same model. */
  training_seconds: number | null;
  /** How the trees were grown, see `BoostOptions`. */
  shape: Record<string, number>;
  /** The features that moved scores most, by mean absolute effect in log-odds over the later rows. */
  top_features: { feature: string; effect: number }[];
  /** On rows it has not seen: filled by whoever evaluates, see `Report`. */
  evaluation: ModelEvaluation | null;
}

/** The part of a `Report` that is kept with a model. */
export interface ModelEvaluation {
  on: string;
  rows: number;
  frauds: number;
  auc: number;
  average_precision: number;
  recall_at_1_percent: number;
  recall_at_01_percent: number;
  calibration_error: number;
  brier: number;
}

export { type Distribution, driftOf, psi, psiLevels } from "./drift.ts";
export {
  cardEvaluation,
  evaluate,
  evaluateScores,
  type Promotion,
  promotionMargin,
  type Report,
  type ScenarioReport,
  shouldPromote,
} from "./evaluate.ts";
export { type HeardVerdict, nothingHeard, offlineScore, updateCalibration } from "./online.ts";
export { loadModel, ModelRefused, saveModel, sealed, sizeOf } from "./file.ts";
export { splitByTime } from "./dataset.ts";
export { explain, probabilityOf, scoreWith } from "./score.ts";
export { ThreadTimeout } from "../lib/in_thread.ts";
export { trainInThread } from "./train_thread.ts";
export { TooFewExamples, trainModel, type TrainOptions } from "./train.ts";
