/** Gradient boosted trees for a yes or no: logistic loss, shrinkage, rows and columns drawn anew for every tree. */
import type { Bins } from "./bins.ts";
import { drawn, Grower, type GrowOptions } from "./grow.ts";
import { type Random, random } from "../lib/random.ts";
import { TreeBuilder, type Trees } from "./trees.ts";

export interface BoostOptions {
  trees: number;
  rate: number;
  depth_max: number;
  leaf_min: number;
  ridge: number;
  /** Share of the rows and of the columns that each tree sees. */
  rows_share: number;
  columns_share: number;
}

export const boostDefaults: BoostOptions = {
  trees: 80,
  rate: 0.12,
  depth_max: 5,
  leaf_min: 2,
  ridge: 1.5,
  rows_share: 0.7,
  columns_share: 0.5,
};

/**
 * Where labels are hard to tell, deep trees learn them by heart; where they follow from a few values together, shallow
 * ones cannot say so. A training tries both.
 */
export const boostShapes: readonly BoostOptions[] = [
  { ...boostDefaults, depth_max: 3, rate: 0.06, leaf_min: 10 },
  boostDefaults,
];

export const sigmoid = (log_odds: number): number => 1 / (1 + Math.exp(-log_odds));

/** Of a probability; bounded, since nothing here is ever sure. */
export const logOdds = (probability: number): number => {
  const p = Math.min(1 - 1e-6, Math.max(1e-6, probability));
  return Math.log(p / (1 - p));
};

/**
 * Its answer for a row is the sum of the trees, in log-odds: what is known before any question stands in the root of
 * the first. `rows` are those it may learn from; `stopped` is asked before every tree and may throw.
 */
export function boost(
  bins: Bins,
  { label, weight }: { label: Uint8Array; weight: Float32Array },
  rows: Uint32Array,
  options: BoostOptions,
  seed: string,
  stopped: () => void = () => {},
): Trees {
  const chance = random(seed);
  const builder = new TreeBuilder();
  const scores = new Float64Array(bins.rows);
  const gradients = { first: new Float64Array(bins.rows), second: new Float64Array(bins.rows) };
  const columns = bins.of.map((_, column) => column);
  const grow: GrowOptions = { ...options, gain_min: 1e-6 };
  const grower = new Grower(bins, grow, builder);
  scores.fill(begin(builder, rows, label, weight));
  const perTree = Math.max(1, Math.round(columns.length * options.columns_share));
  for (let tree = 0; tree < options.trees; tree++) {
    stopped();
    const sample = thinned(rows, options.rows_share, chance);
    for (const row of rows) {
      const p = sigmoid(scores[row]);
      gradients.first[row] = weight[row] * (p - label[row]);
      gradients.second[row] = weight[row] * p * (1 - p);
    }
    grower.grow(sample, drawn(columns, perTree, chance), gradients);
    for (const row of rows) scores[row] += builder.saysOf(bins, row);
  }
  return builder.done();
}

/** A first tree without a question: the log-odds of the whole. */
function begin(builder: TreeBuilder, rows: Uint32Array, label: Uint8Array, weight: Float32Array): number {
  let [frauds, all] = [0, 0];
  for (const row of rows) {
    frauds += weight[row] * label[row];
    all += weight[row];
  }
  const value = Math.fround(logOdds(all > 0 ? frauds / all : 0.5));
  builder.setValue(builder.begin(), value);
  return value;
}

/** Each row with the same chance, in their order. */
export function thinned(rows: Uint32Array, share: number, chance: Random): Uint32Array {
  if (share >= 1) return rows.slice();
  return rows.filter(() => chance.next() < share);
}
