/**
 * What is learnt from, and what is measured on. Verdicts are few and of what scored high, so simulated acts of the kind
 * the prior learnt from stand beside them: they hold the model where it is until this deployment's own examples outweigh
 * them. Measuring is on what came later, and on simulated acts of an unseen seed: a model that learns two new frauds and
 * forgets stuffing must not pass.
 */
import { type Dataset, splitByTime } from "../../../ml/fraud/model.ts";

/** Of the live examples, the newest are measured on. */
export const laterShare = 0.25;
/** A simulated row counts half as much when there are so many live ones. */
const halfAt = 500;
/** A live example counts as much as so many simulated ones do at first. */
const liveWeight = 3;

export interface Mixed {
  train: Dataset;
  test: Dataset;
}

export function mix(live: Dataset, simulated: Dataset, unseen: Dataset): Mixed {
  const rows = live.label.length;
  const { earlier, later } = rows >= 8 ? splitByTime(live, laterShare) : { earlier: live, later: live };
  const fade = halfAt / (halfAt + rows);
  return {
    train: joined([weighted(earlier, liveWeight), weighted(before(simulated, earlier), fade)]),
    test: joined([weighted(later, liveWeight), weighted(unseen, fade)]),
  };
}

const weighted = (dataset: Dataset, factor: number): Dataset => ({
  ...dataset,
  weight: dataset.weight.map((weight) => weight * factor),
});

/** Simulated acts happened, as it were, before: what is newest calibrates, and that should be life. */
function before(simulated: Dataset, live: Dataset): Dataset {
  if (live.label.length === 0) return simulated;
  const first = live.at_ms.reduce((a, b) => Math.min(a, b), Infinity);
  const last = simulated.at_ms.reduce((a, b) => Math.max(a, b), -Infinity);
  return { ...simulated, at_ms: simulated.at_ms.map((at) => at - last + first - 1) };
}

export function joined(sets: Dataset[]): Dataset {
  const [first] = sets;
  const rows = sets.reduce((sum, { label }) => sum + label.length, 0);
  const x = new Float32Array(rows * first.features.length);
  const all: Dataset = {
    features: first.features,
    feature_version: first.feature_version,
    x,
    label: new Uint8Array(rows),
    weight: new Float32Array(rows),
    at_ms: new Float64Array(rows),
  };
  let at = 0;
  for (const set of sets) {
    x.set(set.x, at * first.features.length);
    all.label.set(set.label, at);
    all.weight.set(set.weight, at);
    all.at_ms.set(set.at_ms, at);
    at += set.label.length;
  }
  return all;
}
