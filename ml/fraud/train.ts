/** From rows to a model. Pure: the same rows and options give the same model, to the bit. */
import { binned } from "./bins.ts";
import { boost, boostDefaults, type BoostOptions, boostShapes } from "./boost.ts";
import { calibrate, type CalibrationRow, lossOf } from "./calibration.ts";
import { byTime, checkDataset, type Dataset, rowOf } from "./dataset.ts";
import { distributionsOf } from "./drift.ts";
import { sealed } from "./file.ts";
import { isolate, isolationDefaults, isolationOf, type IsolationOptions, noveltyOf } from "./isolation.ts";
import type { FraudModel, ModelCard } from "./model.ts";
import { explain } from "./score.ts";
import { random } from "../lib/random.ts";
import { sumOf, type Trees } from "./trees.ts";

export interface TrainOptions {
  seed: number;
  kind: FraudModel["kind"];
  version: string;
  /** For the card: what the rows are, and what the model must not be taken for. */
  trained_on?: string;
  limits?: string;
  /** Boosters; the more, the better the spread of their answers tells doubt. */
  members?: number;
  /** Without it, `boostShapes` are tried and the later rows choose. */
  boost?: Partial<BoostOptions>;
  isolation?: Partial<IsolationOptions>;
  /** The newest share of the rows, which the trees do not see: the calibration is fitted on it. */
  calibration_share?: number;
  /** Asked between trees; throws to end the training. */
  stopped?: () => void;
}

/** Fewer frauds, or fewer innocent rows, teach nothing. */
export const examplesMin = 25;

export class TooFewExamples extends Error {
  override name = "TooFewExamples";
  constructor(readonly frauds: number, readonly innocent: number) {
    super(`a model needs ${examplesMin} frauds and as many others; these are ${frauds} and ${innocent}`);
  }
}

/** Throws TooFewExamples; RangeError for a data set that does not fit itself. */
export function trainModel(dataset: Dataset, options: TrainOptions): FraudModel {
  checkDataset(dataset);
  const { seed, members = 5, stopped = () => {} } = options;
  const all = byTime(dataset).filter((row) => dataset.weight[row] > 0);
  checkExamples(dataset, all);
  const { growing, calibrating } = parts(dataset, all, options.calibration_share ?? 0.2, seed);
  const bins = binned(dataset);
  const weight = balanced(dataset, growing);
  const grown = (from: Uint32Array, boosting: BoostOptions, name: string) =>
    Array.from({ length: members }, (_, member) => {
      const chance = random(`${seed}/${name}/rows/${member}`);
      // Each member lacks other rows: where few rows decide, they differ.
      const rows = from.filter(() => members === 1 || chance.next() < 0.8);
      const learnt = { label: dataset.label, weight };
      return boost(bins, learnt, rows, boosting, `${seed}/${name}/${member}`, stopped);
    });
  const innocent = growing.filter((row) => dataset.label[row] === 0);
  const isolation = isolate(
    dataset,
    innocent,
    calibrating.filter((row) => dataset.label[row] === 0),
    { ...isolationDefaults, ...options.isolation },
    `${seed}/isolation`,
    stopped,
  );
  const shapes = options.boost ? [{ ...boostDefaults, ...options.boost }] : boostShapes;
  const tried = shapes.map((shape) => {
    const heard = heardBy(dataset, calibrating, grown(growing, shape, "boost"), isolation);
    const calibration = calibrate(heard);
    return { shape, calibration, loss: lossOf(calibration, heard) };
  });
  const { shape, calibration } = tried.reduce((best, one) => one.loss < best.loss ? one : best);
  const model: Omit<FraudModel, "hash"> = {
    version: options.version,
    kind: options.kind,
    features: [...dataset.features],
    feature_version: dataset.feature_version,
    card: cardOf(dataset, all, options, shape),
    // Grown once more from all rows: the newest are worth the most, and what they taught of doubt stays true.
    ...{ members: grown(all, shape, "again"), isolation, calibration },
    typical: typicalOf(dataset, innocent),
    reference: distributionsOf(dataset),
    online: null,
  };
  model.card.top_features = topFeatures({ ...model, hash: "" }, dataset, calibrating);
  return sealed(model);
}

function checkExamples({ label }: Dataset, rows: Uint32Array): void {
  const frauds = rows.reduce((count, row) => count + label[row], 0);
  if (Math.min(frauds, rows.length - frauds) < examplesMin) {
    throw new TooFewExamples(frauds, rows.length - frauds);
  }
}

/** The newest rows calibrate; where fraud is missing among them or among the older, rows are drawn by chance. */
function parts({ label }: Dataset, rows: Uint32Array, share: number, seed: number) {
  const cut = rows.length - Math.round(rows.length * share);
  const newest = { growing: rows.slice(0, cut), calibrating: rows.slice(cut) };
  const enough = (part: Uint32Array) => {
    const frauds = part.reduce((count, row) => count + label[row], 0);
    return Math.min(frauds, part.length - frauds) >= examplesMin / 5;
  };
  if (enough(newest.growing) && enough(newest.calibrating)) return newest;
  const chance = random(`${seed}/parts`);
  // Of each kind its share, so that neither part is without frauds.
  const kinds = [0, 1].map((kind) => shuffled(rows.filter((row) => label[row] === kind), chance));
  const head = (part: Uint32Array) => Math.round(part.length * share);
  return {
    growing: joined(kinds.map((part) => part.slice(head(part)))),
    calibrating: joined(kinds.map((part) => part.slice(0, head(part)))),
  };
}

function shuffled(rows: Uint32Array, chance: { whole(from: number, to: number): number }): Uint32Array {
  for (let i = rows.length - 1; i > 0; i--) {
    const j = chance.whole(0, i + 1);
    [rows[i], rows[j]] = [rows[j], rows[i]];
  }
  return rows;
}

const joined = (parts: Uint32Array[]): Uint32Array =>
  Uint32Array.from(parts.flatMap((part) => [...part])).sort();

/** At most so many times does a fraud count. */
const balanceMax = 20;

/**
 * Frauds are few: they are weighted by the root of how many times fewer they are. Full balance would have the trees
 * invent frauds from a handful of rows, none would have them overlook the rare kinds. The calibration, fitted with the
 * true weights, takes the inflation out again.
 */
function balanced({ label, weight }: Dataset, rows: Uint32Array): Float32Array {
  let [frauds, others] = [0, 0];
  for (const row of rows) {
    if (label[row] === 1) frauds += weight[row];
    else others += weight[row];
  }
  const factor = frauds > 0 ? Math.min(balanceMax, Math.max(1, Math.sqrt(others / frauds))) : 1;
  return weight.map((value, row) => label[row] === 1 ? value * factor : value);
}

function heardBy(
  dataset: Dataset,
  rows: Uint32Array,
  members: Trees[],
  isolation: FraudModel["isolation"],
): CalibrationRow[] {
  return Array.from(rows, (row) => {
    const values = rowOf(dataset, row);
    return {
      trees: members.reduce((sum, member) => sum + sumOf(member, values), 0) / members.length,
      novelty: noveltyOf(isolation, isolationOf(isolation, values)),
      label: dataset.label[row],
      weight: dataset.weight[row],
    };
  });
}

function typicalOf(dataset: Dataset, innocent: Uint32Array): Float32Array {
  const width = dataset.features.length;
  return Float32Array.from(dataset.features, (_, column) => {
    const known = Float32Array.from(innocent, (row) => dataset.x[row * width + column])
      .filter((value) => !Number.isNaN(value)).sort();
    // The lower of two middles: a value that occurs, so 0 or 1 for a yes/no.
    return known.length === 0 ? NaN : known[(known.length - 1) >>> 1];
  });
}

function cardOf(dataset: Dataset, rows: Uint32Array, options: TrainOptions, shape: BoostOptions): ModelCard {
  const time = (row: number) => new Date(dataset.at_ms[row]).toISOString();
  return {
    trained_on: options.trained_on ?? "verdicts and outcomes of this deployment",
    limits: options.limits ?? "It knows the attacks it was shown.",
    seed: options.seed,
    rows: rows.length,
    frauds: rows.reduce((count, row) => count + dataset.label[row], 0),
    from: time(rows[0]),
    until: time(rows[rows.length - 1]),
    training_seconds: null,
    shape: { ...shape },
    top_features: [],
    evaluation: null,
  };
}

/** At most so many rows are explained for the card. */
const explainedMax = 1000;

function topFeatures(model: FraudModel, dataset: Dataset, rows: Uint32Array): ModelCard["top_features"] {
  const step = Math.max(1, Math.floor(rows.length / explainedMax));
  const picked = rows.filter((_, i) => i % step === 0);
  const sums = new Float64Array(dataset.features.length);
  for (const row of picked) {
    explain(model, rowOf(dataset, row)).effects.forEach((effect, column) => sums[column] += Math.abs(effect));
  }
  return Array.from(sums, (sum, column) => ({
    feature: dataset.features[column],
    effect: Number((sum / Math.max(1, picked.length)).toFixed(4)),
  })).filter(({ effect }) => effect > 0).sort((a, b) => b.effect - a.effect).slice(0, 20);
}
