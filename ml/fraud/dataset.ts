/** Rows to learn from or to be measured by, as arrays that can be handed to another thread. */

export interface Dataset {
  /** Names of the columns, in their order. */
  features: readonly string[];
  /** Of the meaning of these columns. */
  feature_version: number;
  /** Row after row, `features.length` numbers each; NaN: not known. */
  x: Float32Array;
  /** 1: fraud, 0: not. */
  label: Uint8Array;
  /** How much a row counts: 1 for a certain label, less for a guess, 0 to leave it out. */
  weight: Float32Array;
  /** Unix time in milliseconds. Rows need not be in its order. */
  at_ms: Float64Array;
  /** What kind of fraud (or of person) a row is, where that is known: the simulator knows it, life does not. */
  scenario?: readonly (string | null)[];
}

export const rowCount = ({ label }: Dataset): number => label.length;

/** One row, as `scoreWith` takes it. A view: it changes with the data set. */
export const rowOf = ({ x, features }: Dataset, row: number): Float32Array =>
  x.subarray(row * features.length, (row + 1) * features.length);

/** Throws RangeError, naming what does not fit. */
export function checkDataset({ features, x, label, weight, at_ms, scenario }: Dataset): void {
  const rows = label.length;
  if (features.length === 0) throw new RangeError("a data set needs features");
  if (new Set(features).size !== features.length) throw new RangeError("a feature is named twice");
  const fits: [string, number, number][] = [
    ["x", x.length, rows * features.length],
    ["weight", weight.length, rows],
    ["at_ms", at_ms.length, rows],
    ["scenario", scenario?.length ?? rows, rows],
  ];
  for (const [name, is, must] of fits) {
    if (is !== must) throw new RangeError(`${name}: expected ${must} values for ${rows} rows, got ${is}`);
  }
  if (label.some((value) => value > 1)) throw new RangeError("label: expected 0 or 1");
  if (weight.some((value) => !(value >= 0 && value < Infinity))) {
    throw new RangeError("weight: expected 0 or more");
  }
  if (at_ms.some((value) => !Number.isFinite(value))) throw new RangeError("at_ms: expected a time");
  // An infinite value would be taken for the largest bin in training and for something else in scoring.
  if (x.some((value) => value === Infinity || value === -Infinity)) {
    throw new RangeError("x: a value is infinite");
  }
}

/** The chosen rows, in this order, copied. */
export function selectRows(dataset: Dataset, rows: ArrayLike<number>): Dataset {
  const width = dataset.features.length;
  const x = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) x.set(rowOf(dataset, rows[i]), i * width);
  const pick = Array.from(rows);
  return {
    features: dataset.features,
    feature_version: dataset.feature_version,
    x,
    label: Uint8Array.from(pick, (row) => dataset.label[row]),
    weight: Float32Array.from(pick, (row) => dataset.weight[row]),
    at_ms: Float64Array.from(pick, (row) => dataset.at_ms[row]),
    ...(dataset.scenario ? { scenario: pick.map((row) => dataset.scenario![row]) } : {}),
  };
}

/** Row numbers from the oldest to the newest; of the same time, in the order they stand. */
export function byTime({ at_ms }: Dataset): Uint32Array {
  return Uint32Array.from(at_ms.keys()).sort((a, b) => at_ms[a] - at_ms[b] || a - b);
}

/** The newest `share` of the rows is `later`: a model is measured on what came after what it learnt from. */
export function splitByTime(dataset: Dataset, share: number): { earlier: Dataset; later: Dataset } {
  const order = byTime(dataset);
  const cut = order.length - Math.round(order.length * share);
  return {
    earlier: selectRows(dataset, order.subarray(0, cut)),
    later: selectRows(dataset, order.subarray(cut)),
  };
}
