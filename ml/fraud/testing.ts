/** Small data sets for tests, made from a seed. */
import type { Dataset } from "./dataset.ts";
import { type Random, random } from "../lib/random.ts";

export interface MadeOptions {
  rows: number;
  seed?: number;
  features: string[];
  /** Values and the chance of fraud of one row. */
  row: (chance: Random) => { values: number[]; fraud: number };
}

/** Rows an hour apart. */
export function madeDataset({ rows, seed = 1, features, row }: MadeOptions): Dataset {
  const chance = random(seed);
  const x = new Float32Array(rows * features.length);
  const label = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const { values, fraud } = row(chance);
    x.set(values, i * features.length);
    label[i] = chance.chance(fraud) ? 1 : 0;
  }
  return {
    features,
    feature_version: 1,
    x,
    label,
    weight: new Float32Array(rows).fill(1),
    at_ms: Float64Array.from({ length: rows }, (_, i) => Date.UTC(2026, 0, 1) + i * 3_600_000),
  };
}

/** Fraud when a known `a` is above 0.7, or often when `b` is not known; `c` says nothing. */
export const plainDataset = (rows: number, seed = 1): Dataset =>
  madeDataset({
    rows,
    seed,
    features: ["a", "b", "c"],
    row: (chance) => {
      const a = chance.next();
      const b = chance.chance(0.2) ? NaN : chance.next();
      return { values: [a, b, chance.next()], fraud: a > 0.7 ? 0.95 : Number.isNaN(b) ? 0.5 : 0.02 };
    },
  });
