/**
 * An isolation forest (Liu, Ting, Zhou 2008): trees that cut at random until a row is alone. What is unlike the rest is
 * alone soon. It needs no labels, so it speaks of what was never seen, which the other trees cannot.
 */
import type { Dataset } from "./dataset.ts";
import { type Random, random } from "../lib/random.ts";
import { attribute, sumOf, TreeBuilder, type Trees } from "./trees.ts";

export interface Isolation {
  /** Leaves say how deep a row was led, with what a full tree of the rows left there would add. */
  trees: Trees;
  /** Mean depth of a full tree of `sample` rows: by it depths become comparable. */
  usual_depth: number;
  /** Of the innocent, 998 in 1000 are less isolated than this; and how far from there to the 950th. */
  usual: number;
  span: number;
}

export interface IsolationOptions {
  trees: number;
  /** Rows of each tree; depth is limited to its logarithm. */
  sample: number;
}

export const isolationDefaults: IsolationOptions = { trees: 100, sample: 256 };

/** Mean depth of an unsuccessful search in a binary tree of `rows`, equation 1 of the paper. */
export function fullDepth(rows: number): number {
  if (rows <= 1) return 0;
  if (rows === 2) return 1;
  return 2 * (Math.log(rows - 1) + 0.5772156649) - 2 * (rows - 1) / rows;
}

/** 0 to 1: about 0.5 is usual, near 1 is alone at once (s of the paper: 2^(-mean depth / usual depth)). */
export function isolationOf(isolation: Isolation, row: ArrayLike<number>): number {
  return 2 ** -depthOf(isolation, row);
}

/** Mean depth, of the usual one. Small is strange. */
export function depthOf({ trees, usual_depth }: Isolation, row: ArrayLike<number>): number {
  return sumOf(trees, row) / trees.roots.length / usual_depth;
}

/** How far beyond the innocent, in spans; 0 for whoever is among them; at most 3. */
export function noveltyOf({ usual, span }: Isolation, isolated: number): number {
  return Math.min(3, Math.max(0, (isolated - usual) / span));
}

/** Each feature's part in the loss of depth: positive where it made the row more alone. */
export function isolationEffects({ trees, usual_depth }: Isolation, row: ArrayLike<number>): Float64Array {
  const effects = new Float64Array(row.length);
  attribute(trees, row, effects, -1 / (trees.roots.length * usual_depth));
  return effects;
}

/** Learns from the rows that nobody called fraud; `usual` and `span` from `innocent`, which may be others. */
export function isolate(
  dataset: Dataset,
  rows: Uint32Array,
  innocent: Uint32Array,
  { trees, sample }: IsolationOptions,
  seed: string,
  stopped: () => void = () => {},
): Isolation {
  const chance = random(seed);
  const builder = new TreeBuilder();
  const size = Math.min(sample, rows.length);
  const limit = Math.ceil(Math.log2(Math.max(2, size)));
  for (let tree = 0; tree < trees; tree++) {
    stopped();
    const picked = Uint32Array.from({ length: size }, () => rows[chance.whole(0, rows.length)]);
    cut({ dataset, builder, chance, limit }, builder.begin(), picked, 0);
  }
  const isolation: Isolation = {
    trees: builder.done(),
    usual_depth: Math.max(1e-6, fullDepth(size)),
    usual: 0,
    span: 1,
  };
  return { ...isolation, ...usualOf(isolation, dataset, innocent) };
}

/** At most so many rows are looked at: a quantile of some thousands is good enough. */
const looksMax = 5000;

function usualOf(isolation: Isolation, { x, features }: Dataset, innocent: Uint32Array) {
  if (innocent.length === 0) return { usual: 0.6, span: 0.1 };
  const step = Math.max(1, Math.floor(innocent.length / looksMax));
  const seen = Float64Array.from(
    innocent.filter((_, i) => i % step === 0),
    (row) => isolationOf(isolation, x.subarray(row * features.length, (row + 1) * features.length)),
  ).sort();
  const at = (share: number) => seen[Math.min(seen.length - 1, Math.floor(share * seen.length))];
  // A span is never so small that a hair's breadth beyond the usual counts as much.
  return { usual: at(0.998), span: Math.max(0.02, at(0.998) - at(0.95)) };
}

interface Cutting {
  dataset: Dataset;
  builder: TreeBuilder;
  chance: Random;
  limit: number;
}

/** Answers with the mean over the rows of what the leaves below say. */
function cut(cutting: Cutting, node: number, rows: Uint32Array, depth: number): number {
  const { builder, chance, limit } = cutting;
  const question = depth < limit && rows.length > 1 ? drawQuestion(cutting, rows) : null;
  if (question === null) {
    const value = Math.fround(depth + fullDepth(rows.length));
    builder.setValue(node, value);
    return value;
  }
  const { column, threshold } = question;
  const { x, features } = cutting.dataset;
  // Whoever says nothing goes along with either side by chance: to say nothing is not strange in itself.
  const missingLeft = chance.chance(0.5);
  const goesLeft = (row: number) => {
    const value = x[row * features.length + column];
    return Number.isNaN(value) ? missingLeft : value <= threshold;
  };
  const left = builder.split(node, column, threshold, missingLeft);
  const [ofLeft, ofRight] = [rows.filter(goesLeft), rows.filter((row) => !goesLeft(row))];
  const value = (cut(cutting, left, ofLeft, depth + 1) * ofLeft.length +
    cut(cutting, left + 1, ofRight, depth + 1) * ofRight.length) / rows.length;
  builder.setValue(node, value);
  return value;
}

/** A column that differs among the rows and a border in its range, both by chance; null after a few tries in vain. */
function drawQuestion({ dataset: { x, features }, chance }: Cutting, rows: Uint32Array) {
  for (let attempt = 0; attempt < 12; attempt++) {
    const column = chance.whole(0, features.length);
    let [low, high] = [Infinity, -Infinity];
    for (const row of rows) {
      const value = x[row * features.length + column];
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (!(low < high)) continue;
    const threshold = Math.fround(low + chance.next() * (high - low));
    return { column, threshold: threshold < high ? threshold : low };
  }
  return null;
}
