/** One row through a model: a probability, how far to believe it, and why. */
import { sigmoid } from "./boost.ts";
import { calibrated } from "./calibration.ts";
import { isolationEffects, isolationOf, noveltyOf } from "./isolation.ts";
import type { FraudModel } from "./model.ts";
import { onlineLogOdds } from "./online.ts";
import type { Reason, Scored } from "./scored.ts";
import { attribute, sumOf } from "./trees.ts";

/** So many reasons stand in an answer; counterfactuals with those of them that speak for fraud. */
export const reasonsMax = 8;
/** A weaker effect, in log-odds, is no reason. */
const effectMin = 0.02;

export interface Explained {
  fraud_score: number;
  log_odds: number;
  /** What the model says before it knows anything of the row. */
  base: number;
  /** One for each feature, in log-odds: base and effects add up to `log_odds`. */
  effects: Float64Array;
  /** Standard deviation of the members, in log-odds. */
  doubt: number;
  /** 0 for whoever is like the innocent, see `noveltyOf`. */
  novelty: number;
  anomaly: number;
}

/**
 * @param vector `model.features` in their order, NaN for what is not known
 * @throws RangeError for a vector of another length
 */
export function scoreWith(model: FraudModel, vector: ArrayLike<number>): Scored {
  const row = rowFor(model, vector);
  const explained = explainRow(model, row);
  return {
    fraud_score: explained.fraud_score,
    confidence: confidenceOf(explained),
    anomaly: explained.anomaly,
    reasons: reasonsOf(model, row, explained),
    model: { version: model.version, hash: model.hash, kind: model.kind },
  };
}

/** The probability alone: what evaluations and counterfactuals need. */
export function probabilityOf(model: FraudModel, vector: ArrayLike<number>): number {
  return sigmoid(logOddsOf(model, rowFor(model, vector)));
}

export function explain(model: FraudModel, vector: ArrayLike<number>): Explained {
  return explainRow(model, rowFor(model, vector));
}

/** In single precision, as the trees were grown: a value on a border would else fall on its other side. */
function rowFor(model: FraudModel, vector: ArrayLike<number>): Float32Array {
  if (vector.length !== model.features.length) {
    throw new RangeError(`expected ${model.features.length} features, got ${vector.length}`);
  }
  return Float32Array.from(vector);
}

function logOddsOf(model: FraudModel, row: Float32Array): number {
  let said = 0;
  for (const member of model.members) said += sumOf(member, row);
  const novelty = noveltyOf(model.isolation, isolationOf(model.isolation, row));
  return onlineLogOdds(model.online, calibrated(model.calibration, said / model.members.length, novelty));
}

function explainRow(model: FraudModel, row: Float32Array): Explained {
  const { members, calibration, isolation, online } = model;
  const effects = new Float64Array(row.length);
  const sums: number[] = [];
  let start = 0;
  for (const member of members) {
    start += attribute(member, row, effects, calibration.trees / members.length) / members.length;
    sums.push(sumOf(member, row));
  }
  const said = sums.reduce((sum, value) => sum + value, 0) / sums.length;
  const anomaly = isolationOf(isolation, row);
  const novelty = noveltyOf(isolation, anomaly);
  if (novelty > 0) shareNovelty(effects, isolationEffects(isolation, row), calibration.novelty * novelty);
  const log_odds = onlineLogOdds(online, calibrated(calibration, said, novelty));
  const base = onlineLogOdds(online, calibrated(calibration, start, 0));
  balance(effects, log_odds - base);
  const spread = sums.reduce((sum, value) => sum + (value - said) ** 2, 0) / sums.length;
  const doubt = Math.sqrt(spread) * calibration.trees * (online?.slope ?? 1);
  return { fraud_score: sigmoid(log_odds), log_odds, base, effects, doubt, novelty, anomaly };
}

/** What novelty adds is shared among the features that made the row alone, by how much they did. */
function shareNovelty(effects: Float64Array, alone: Float64Array, added: number): void {
  let sum = 0;
  for (const part of alone) if (part > 0) sum += part;
  if (sum <= 0) return;
  for (let i = 0; i < effects.length; i++) if (alone[i] > 0) effects[i] += added * alone[i] / sum;
}

/** Makes the effects add up to `sum` where a limit or the online slope has changed it; all by the same factor. */
function balance(effects: Float64Array, sum: number): void {
  const is = effects.reduce((total, effect) => total + effect, 0);
  // Effects that cancel out are left as they are: no factor would make a sum of nothing something.
  if (Math.abs(is) < 1e-9) return;
  const factor = sum / is;
  if (!(factor > 0 && factor < 10)) return;
  for (let i = 0; i < effects.length; i++) effects[i] *= factor;
}

/**
 * 1 where all members say the same of a row like those they know; 0 where their probabilities, two standard deviations
 * to either side, span everything, or where nothing like the row was ever seen.
 */
export function confidenceOf({ log_odds, doubt, novelty }: Explained): number {
  const agreement = 1 - (sigmoid(log_odds + 2 * doubt) - sigmoid(log_odds - 2 * doubt));
  return agreement / (1 + novelty / 3);
}

function reasonsOf(model: FraudModel, row: Float32Array, { effects, fraud_score }: Explained): Reason[] {
  const strongest = Array.from(effects.keys())
    .filter((column) => Math.abs(effects[column]) >= effectMin)
    .sort((a, b) => Math.abs(effects[b]) - Math.abs(effects[a]))
    .slice(0, reasonsMax);
  return strongest.map((column) => ({
    feature: model.features[column],
    value: Number.isNaN(row[column]) ? null : row[column],
    effect: effects[column],
    counterfactual: effects[column] > 0 ? counterfactual(model, row, column, fraud_score) : null,
  }));
}

/**
 * The score, had this one value been what it commonly is with the innocent. Null where it already is, where nothing is
 * known of either, or where the score would be no lower: then other values say the same, and this one alone is no way out.
 */
function counterfactual(
  model: FraudModel,
  row: Float32Array,
  column: number,
  fraud_score: number,
): Reason["counterfactual"] {
  const is = row[column];
  const value = model.typical[column];
  if (Number.isNaN(is) || Number.isNaN(value) || is === value) return null;
  row[column] = value;
  const would = sigmoid(logOddsOf(model, row));
  row[column] = is;
  return would < fraud_score ? { value, fraud_score: would } : null;
}
