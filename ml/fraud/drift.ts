/** Whether what comes in is still like what was learnt from: the population stability index of every feature. */
import type { Dataset } from "./dataset.ts";
import type { FraudModel } from "./model.ts";

/** How a feature was spread: shares of the bins between the edges, and last of what is not known. */
export interface Distribution {
  edges: number[];
  shares: number[];
}

/** Usual words for it: below `watch` nothing happened, above `act` a model needs to be looked at. */
export const psiLevels = { watch: 0.1, act: 0.25 } as const;

const binsWanted = 10;
/** An empty bin is taken to hold this share: one row in ten thousand, or one would make the index infinite. */
const shareMin = 1e-4;

export function distributionOf(values: ArrayLike<number>): Distribution {
  const known = Float32Array.from(values).filter((value) => !Number.isNaN(value)).sort();
  const edges = new Set<number>();
  for (let bin = 1; bin < binsWanted; bin++) {
    const edge = known[Math.floor(bin * known.length / binsWanted)];
    if (edge !== undefined && edge > known[0]) edges.add(edge);
  }
  // A yes that is rarer than one in ten lies beyond every quantile.
  if (edges.size === 0 && known.length > 0 && known[known.length - 1] > known[0]) {
    edges.add(known.find((value) => value > known[0])!);
  }
  const rising = [...edges].sort((a, b) => a - b);
  return { edges: rising, shares: sharesOf(rising, values) };
}

/** A bin begins at its edge. */
function sharesOf(edges: number[], values: ArrayLike<number>): number[] {
  const counts = new Array<number>(edges.length + 2).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = Math.fround(values[i]);
    if (Number.isNaN(value)) {
      counts[edges.length + 1]++;
      continue;
    }
    let bin = 0;
    while (bin < edges.length && value >= edges[bin]) bin++;
    counts[bin]++;
  }
  return counts.map((count) => values.length > 0 ? count / values.length : 0);
}

/** Sum of (recent − reference) × ln(recent / reference) over the bins. 0 where both are alike or either is empty. */
export function psiOf(reference: Distribution, recent: ArrayLike<number>): number {
  if (recent.length === 0 || reference.shares.every((share) => share === 0)) return 0;
  const shares = sharesOf(reference.edges, recent);
  return shares.reduce((sum, share, bin) => {
    const [now, before] = [Math.max(shareMin, share), Math.max(shareMin, reference.shares[bin])];
    return sum + (now - before) * Math.log(now / before);
  }, 0);
}

export const psi = (reference: ArrayLike<number>, recent: ArrayLike<number>): number =>
  psiOf(distributionOf(reference), recent);

/** Of every column of a data set, in four digits: it goes into files. */
export function distributionsOf({ features, x, label }: Dataset): Distribution[] {
  return features.map((_, column) => {
    const { edges, shares } = distributionOf(columnOf(x, features.length, label.length, column));
    return { edges, shares: shares.map((share) => Number(share.toFixed(4))) };
  });
}

const columnOf = (x: Float32Array, width: number, rows: number, column: number): Float32Array =>
  Float32Array.from({ length: rows }, (_, row) => x[row * width + column]);

/** The index of each feature, the most changed first. @param x recent vectors, row after row */
export function driftOf(
  { features, reference }: Pick<FraudModel, "features" | "reference">,
  x: Float32Array,
): { feature: string; psi: number }[] {
  const rows = x.length / features.length;
  if (!Number.isInteger(rows)) throw new RangeError(`vectors of ${features.length} numbers are needed`);
  return features
    .map((feature, i) => ({ feature, psi: psiOf(reference[i], columnOf(x, features.length, rows, i)) }))
    .sort((a, b) => b.psi - a.psi);
}
