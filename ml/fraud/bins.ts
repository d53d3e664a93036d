/** Columns cut into at most 255 bins, so that the best split of a node is found by adding up, not by sorting. */
import type { Dataset } from "./dataset.ts";

export const binsMax = 254;

export interface Bins {
  rows: number;
  /** Column after column, one bin a row. A value's bin is the number of edges below it. */
  of: Uint8Array[];
  /** Of each column, rising; a bin ends at its edge. One fewer than there are bins of known values. */
  edges: Float32Array[];
}

/** The bin of what is not known: behind those of the column's values. */
export const missingBin = (edges: Float32Array): number => edges.length + 1;

export function binned({ x, features, label }: Dataset, bins = 128): Bins {
  if (!(bins >= 2 && bins <= binsMax)) throw new RangeError(`bins: expected 2..${binsMax}, got ${bins}`);
  const rows = label.length;
  const width = features.length;
  const result: Bins = { rows, of: [], edges: [] };
  for (let column = 0; column < width; column++) {
    const values = new Float32Array(rows);
    for (let row = 0; row < rows; row++) values[row] = x[row * width + column];
    const edges = edgesOf(values, bins);
    result.edges.push(edges);
    result.of.push(Uint8Array.from(values, (value) => binOf(edges, value)));
  }
  return result;
}

/** Between neighbouring values if there are few, else at quantiles. */
export function edgesOf(values: Float32Array, bins: number): Float32Array {
  // A typed array sorts NaN to its end.
  const sorted = values.slice().sort();
  let known = sorted.length;
  while (known > 0 && Number.isNaN(sorted[known - 1])) known--;
  const distinct: number[] = [];
  for (let i = 0; i < known && distinct.length <= bins; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) distinct.push(sorted[i]);
  }
  if (distinct.length <= bins) {
    return Float32Array.from(distinct.slice(1), (value, i) => between(distinct[i], value));
  }
  const edges: number[] = [];
  for (let bin = 1; bin < bins; bin++) {
    const at = Math.floor(bin * known / bins);
    if (sorted[at] === sorted[at - 1]) continue;
    edges.push(between(sorted[at - 1], sorted[at]));
  }
  // Where one value fills many bins every quantile may fall inside a run of it; its borders are edges too.
  for (let bin = 1; bin < bins; bin++) {
    const value = sorted[Math.floor(bin * known / bins)];
    const first = lowerBound(sorted, known, value);
    if (first > 0) edges.push(between(sorted[first - 1], value));
  }
  return Float32Array.from(new Set(edges)).sort().slice(0, bins - 1);
}

/** At least `low` and below `high`, in single precision too. */
function between(low: number, high: number): number {
  const middle = Math.fround((low + high) / 2);
  return middle < high && middle >= low ? middle : low;
}

function lowerBound(sorted: Float32Array, length: number, value: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function binOf(edges: Float32Array, value: number): number {
  if (Number.isNaN(value)) return missingBin(edges);
  return lowerBound(edges, edges.length, value);
}
