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

/** Between all neighbouring values if there are few, else so that bins hold about as many rows each. */
export function edgesOf(values: Float32Array, bins: number): Float32Array {
  const { distinct, counts } = tally(values);
  let left = counts.reduce((sum, count) => sum + count, 0);
  const edges: number[] = [];
  let inBin = 0;
  for (let i = 0; i + 1 < distinct.length; i++) {
    inBin += counts[i];
    const wanted = left / (bins - edges.length);
    // A value that fills a bin alone stands alone: what is rare beside it keeps a border.
    const full = inBin >= wanted || counts[i + 1] >= wanted || distinct.length <= bins;
    if (!full || edges.length === bins - 1) continue;
    edges.push(between(distinct[i], distinct[i + 1]));
    left -= inBin;
    inBin = 0;
  }
  return Float32Array.from(edges);
}

/** Known values, rising, and how often each occurs. */
function tally(values: Float32Array): { distinct: number[]; counts: number[] } {
  const distinct: number[] = [];
  const counts: number[] = [];
  // A typed array sorts NaN to its end.
  for (const value of values.slice().sort()) {
    if (Number.isNaN(value)) break;
    if (value === distinct[distinct.length - 1]) counts[counts.length - 1]++;
    else counts[distinct.push(value) - 1] = 1;
  }
  return { distinct, counts };
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
