import { expect } from "expect";
import { logOdds } from "./boost.ts";
import { rowOf, selectRows, splitByTime } from "./dataset.ts";
import { evaluate, evaluateScores } from "./evaluate.ts";
import { loadModel, ModelRefused, saveModel, sealed } from "./file.ts";
import { updateCalibration } from "./online.ts";
import { confidenceOf, probabilityOf } from "./score.ts";
import { type Dataset, explain, scoreWith, TooFewExamples, trainModel, type TrainOptions } from "./model.ts";
import { madeDataset, plainDataset } from "./testing.ts";
import { attribute, sumOf, TreeBuilder } from "./trees.ts";

const options: TrainOptions = {
  seed: 1,
  kind: "trained",
  version: "test-1",
  members: 3,
  boost: { trees: 25, rate: 0.2, depth_max: 3 },
  isolation: { trees: 25, sample: 64 },
};
const dataset = plainDataset(1200);
const unseen = plainDataset(600, 2);
const model = trainModel(dataset, options);
const aucOf = (of: typeof model, rows: Dataset) => evaluate(of, rows, { resamples: 1 }).auc.value;

Deno.test("trainModel() gives the same model for the same rows and seed, and another for another seed", () => {
  expect(trainModel(dataset, options).hash).toBe(model.hash);
  expect(trainModel(dataset, { ...options, seed: 2 }).hash).not.toBe(model.hash);
});

Deno.test("trainModel() learns what can be told apart, on rows it has not seen", () => {
  const clean = (seed: number) =>
    madeDataset({
      rows: 600,
      seed,
      features: ["x", "y"],
      row: (chance) => {
        const x = chance.next();
        return { values: [x, chance.next()], fraud: x > 0.6 ? 1 : 0 };
      },
    });
  expect(aucOf(trainModel(clean(1), options), clean(2))).toBeGreaterThan(0.995);
});

Deno.test("trainModel() learns what no single feature says", () => {
  const either = (seed: number) =>
    madeDataset({
      rows: 800,
      seed,
      features: ["x", "y"],
      row: (chance) => {
        const [x, y] = [chance.next(), chance.next()];
        return { values: [x, y], fraud: (x > 0.5) !== (y > 0.5) ? 0.98 : 0.02 };
      },
    });
  const both = { ...options, boost: { ...options.boost, columns_share: 1, depth_max: 4 } };
  expect(aucOf(trainModel(either(1), both), either(2))).toBeGreaterThan(0.93);
});

Deno.test("trainModel() learns from what is not known, also where a value was never missing before", () => {
  const known = probabilityOf(model, [0.1, 0.5, 0.5]);
  expect(known).toBeLessThan(0.1);
  expect(probabilityOf(model, [0.1, NaN, 0.5])).toBeGreaterThan(4 * known);
  for (const row of [[NaN, NaN, NaN], [NaN, 0.5, 0.5]]) {
    expect(probabilityOf(model, row)).toBeGreaterThan(0);
    expect(probabilityOf(model, row)).toBeLessThan(1);
  }
});

Deno.test("each tree mends what those before it said: their sum comes to rest at the true odds", () => {
  const groups = madeDataset({
    rows: 2000,
    features: ["group"],
    row: (chance) => {
      const group = chance.whole(0, 2);
      return { values: [group], fraud: group === 1 ? 0.7 : 0.3 };
    },
  });
  const many = { ...options, boost: { trees: 100, rate: 0.2, depth_max: 1 } };
  const { members } = trainModel(groups, many);
  for (const member of members) {
    expect(Math.abs(sumOf(member, [1]) - Math.log(0.7 / 0.3))).toBeLessThan(0.3);
    expect(Math.abs(sumOf(member, [0]) - Math.log(0.3 / 0.7))).toBeLessThan(0.3);
  }
});

Deno.test("trainModel() learns on which side what is not known belongs, be it low or high", () => {
  for (const high of [true, false]) {
    const sided = madeDataset({
      rows: 600,
      features: ["x"],
      row: (chance) => {
        const x = chance.chance(0.3) ? NaN : chance.next();
        // Only one question tells them apart: what is not known is like the low half, or like the high one.
        return { values: [x], fraud: Number.isNaN(x) || (x > 0.5) === high ? 0.95 : 0.05 };
      },
    });
    const stump = { ...options, boost: { trees: 1, depth_max: 1, rate: 1, columns_share: 1 } };
    expect(aucOf(trainModel(sided, stump), sided)).toBeGreaterThan(0.9);
  }
});

Deno.test("trainModel() is calibrated on rows it has not seen, though frauds weighed more in training", () => {
  expect(evaluate(model, plainDataset(5000, 3), { resamples: 1 }).calibration_error).toBeLessThan(0.05);
});

Deno.test("trainModel() leaves rows of no weight out", () => {
  const poisoned = selectRows(dataset, [...dataset.label.keys()]);
  for (let row = 0; row < 600; row++) {
    poisoned.weight[row] = 0;
    poisoned.label[row] = 1 - poisoned.label[row];
  }
  expect(aucOf(trainModel(poisoned, options), unseen)).toBeGreaterThan(0.85);
  const weightless = { ...dataset, weight: Float32Array.from(dataset.label, (label) => 1 - label) };
  expect(() => trainModel(weightless, options)).toThrow(TooFewExamples);
});

Deno.test("trainModel() refuses what teaches nothing and what does not fit", () => {
  const innocent = { ...dataset, label: new Uint8Array(1200) };
  expect(() => trainModel(innocent, options)).toThrow(TooFewExamples);
  const few = selectRows(dataset, [...dataset.label.keys()].slice(0, 30));
  expect(() => trainModel(few, options)).toThrow(TooFewExamples);
  const wrong: Partial<Dataset>[] = [
    { x: dataset.x.subarray(1) },
    { weight: dataset.weight.subarray(1) },
    { weight: new Float32Array(1200).fill(-1) },
    { weight: new Float32Array(1200).fill(NaN) },
    { at_ms: new Float64Array(1200).fill(NaN) },
    { label: new Uint8Array(1200).fill(2) },
    { features: ["a", "a", "b"] },
    { features: [] },
    { x: new Float32Array(3600).fill(Infinity) },
  ];
  for (const part of wrong) expect(() => trainModel({ ...dataset, ...part }, options)).toThrow(RangeError);
});

Deno.test("trainModel() copes with frauds that came all at once, long ago", () => {
  const early = selectRows(dataset, [...dataset.label.keys()]);
  for (let row = 300; row < 1200; row++) early.label[row] = 0;
  const learnt = trainModel(early, options);
  expect(aucOf(learnt, unseen)).toBeGreaterThan(0.8);
  // Calibrated on the newest alone, where nothing is fraud, it would believe in none.
  expect(probabilityOf(learnt, [0.95, 0.5, 0.5])).toBeGreaterThan(0.1);
});

Deno.test("an explanation adds up to the score", () => {
  for (const rows of [dataset, unseen]) {
    for (let row = 0; row < 100; row++) {
      const { base, effects, log_odds, fraud_score } = explain(model, rowOf(rows, row));
      expect(base + effects.reduce((sum, effect) => sum + effect, 0)).toBeCloseTo(log_odds, 6);
      expect(logOdds(fraud_score)).toBeCloseTo(log_odds, 4);
    }
  }
});

Deno.test("every feature's part is what its questions did: trees and roots add up before anything is scaled", () => {
  for (let row = 0; row < 50; row++) {
    for (const trees of [...model.members, model.isolation.trees]) {
      const effects = new Float64Array(3);
      const roots = attribute(trees, rowOf(unseen, row), effects, 1);
      expect(roots + effects[0] + effects[1] + effects[2]).toBeCloseTo(sumOf(trees, rowOf(unseen, row)), 6);
    }
  }
});

Deno.test("an explanation adds up where verdicts or the limit of a score have moved it", () => {
  const limited = { ...model, calibration: { ...model.calibration, trees: 3, intercept: 7 } };
  const online = updateCalibration(
    null,
    Array.from({ length: 80 }, () => ({ fraud_score: 0.9, label: 0 as const })),
  );
  for (const moved of [limited, { ...model, online }]) {
    for (const vector of [[0.95, 0.5, 0.5], [0.95, NaN, 0.1], [0.1, 0.2, 0.3]]) {
      const { base, effects, log_odds } = explain(moved, vector);
      expect(base + effects.reduce((sum, effect) => sum + effect, 0)).toBeCloseTo(log_odds, 6);
    }
  }
  expect(probabilityOf({ ...model, online }, [0.95, 0.5, 0.5])).toBeLessThan(
    probabilityOf(model, [0.95, 0.5, 0.5]),
  );
});

Deno.test("novelty is above all the part of the feature that is far", () => {
  const far = [0.5, 50, 0.5];
  const strict = { ...model, isolation: { ...model.isolation, usual: 0.4 } };
  const without = explain({ ...strict, calibration: { ...model.calibration, novelty: 0 } }, far);
  const withIt = explain(strict, far);
  expect(withIt.novelty).toBeGreaterThan(0);
  const gained = withIt.effects.map((effect, i) => effect - without.effects[i]);
  expect(gained[0] + gained[1] + gained[2]).toBeCloseTo(withIt.log_odds - without.log_odds, 6);
  expect(gained[1]).toBeGreaterThan(Math.max(Math.abs(gained[0]), Math.abs(gained[2])));
});

Deno.test("confidence falls with doubt and with novelty", () => {
  const known = { fraud_score: 0.5, log_odds: 0, base: 0, effects: new Float64Array(3), anomaly: 0.5 };
  const of = (doubt: number, novelty: number) => confidenceOf({ ...known, doubt, novelty });
  expect(of(0, 0)).toBe(1);
  expect(of(0.5, 0)).toBeLessThan(1);
  expect(of(5, 0)).toBeLessThan(0.01);
  expect(of(0, 3)).toBe(0.5);
});

Deno.test("every counterfactual is lower, and is of that one value alone", () => {
  let seen = 0;
  for (let row = 0; row < 200; row++) {
    const vector = Array.from(rowOf(unseen, row));
    const { fraud_score, reasons } = scoreWith(model, vector);
    for (const { feature, counterfactual } of reasons) {
      if (!counterfactual) continue;
      seen++;
      const other = vector.with(model.features.indexOf(feature), counterfactual.value!);
      expect(counterfactual.fraud_score).toBeLessThan(fraud_score);
      expect(probabilityOf(model, other)).toBe(counterfactual.fraud_score);
    }
  }
  expect(seen).toBeGreaterThan(50);
});

Deno.test("a far stranger has novelty, whose part is explained too, and less confidence", () => {
  const far = [50, 50, 50];
  const { novelty, base, effects, log_odds } = explain(model, far);
  expect(novelty).toBeGreaterThan(0);
  expect(base + effects.reduce((sum, effect) => sum + effect, 0)).toBeCloseTo(log_odds, 6);
  expect(scoreWith(model, far).confidence).toBeLessThan(scoreWith(model, [0.5, 0.5, 0.5]).confidence);
});

Deno.test("reasons name what speaks, strongest first, and their counterfactual is a score one can get", () => {
  const vector = [0.95, 0.5, 0.5];
  const { fraud_score, reasons, model: told } = scoreWith(model, vector);
  expect(told).toEqual({ version: "test-1", hash: model.hash, kind: "trained" });
  expect(reasons[0]).toMatchObject({ feature: "a", value: Math.fround(0.95) });
  const effects = reasons.map(({ effect }) => Math.abs(effect));
  expect(effects).toEqual(effects.toSorted((x, y) => y - x));
  const { value, fraud_score: would } = reasons[0].counterfactual!;
  expect(would).toBeLessThan(fraud_score);
  expect(probabilityOf(model, [value!, 0.5, 0.5])).toBe(would);
});

Deno.test("no counterfactual is told of what is not known or speaks for the innocent", () => {
  for (const { feature, effect, counterfactual } of scoreWith(model, [0.1, NaN, 0.5]).reasons) {
    if (feature === "b" || effect < 0) expect(counterfactual).toBeNull();
  }
});

Deno.test("scoreWith() refuses vectors of another length, and stays between 0 and 1 for strange values", () => {
  expect(() => scoreWith(model, [1, 2])).toThrow(RangeError);
  expect(() => scoreWith(model, [1, 2, 3, 4])).toThrow(RangeError);
  for (const vector of [[1e30, -1e30, 0], [Infinity, -Infinity, NaN], [NaN, NaN, NaN]]) {
    const { fraud_score, confidence, anomaly } = scoreWith(model, vector);
    for (const value of [fraud_score, confidence, anomaly]) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }
  }
});

Deno.test("loadModel() gives back what saveModel() wrote", () => {
  const text = saveModel(model);
  const again = loadModel(text, { features: ["a", "b", "c"], feature_version: 1 });
  expect(saveModel(again)).toBe(text);
  expect(again.hash).toBe(model.hash);
  for (let row = 0; row < 50; row++) {
    expect(scoreWith(again, rowOf(unseen, row))).toEqual(scoreWith(model, rowOf(unseen, row)));
  }
});

Deno.test("loadModel() refuses what is damaged or foreign, and says why", () => {
  const text = saveModel(model);
  // With a hash that fits, so that what comes after it is asked too.
  const changed = (part: object) => saveModel(sealed({ ...model, ...part }));
  const trees = model.members[0];
  const backwards = { ...trees, left: trees.left.map((child) => child === 0 ? 0 : 1) };
  const astray = { ...trees, feature: trees.feature.map((column) => column === 0 ? 40 : column) };
  const none = new TreeBuilder().done();
  const refused: [string, RegExp][] = [
    ["", /JSON/],
    [text.slice(0, text.length / 2), /JSON/],
    ["null", /format/],
    ["[]", /format/],
    ['{"format":"another"}', /format/],
    ['{"format":"flow-shield fraud model 1"}', /hash/],
    [text.replace('"test-1"', '"test-2"'), /hash/],
    [text.replace('"intercept":', '"intercept":1'), /hash|JSON/],
    [text.replace(model.hash, model.hash.replace(/./, (c) => c === "0" ? "1" : "0")), /hash/],
    [changed({ members: [] }), /no trees/],
    [changed({ members: [backwards] }), /out of itself/],
    [changed({ members: [astray] }), /out of itself/],
    [changed({ members: [none] }), /without trees/],
    [changed({ isolation: { ...model.isolation, trees: none } }), /without trees/],
    [changed({ isolation: { ...model.isolation, span: 0 } }), /above 0/],
    [changed({ isolation: { ...model.isolation, usual_depth: NaN } }), /above 0/],
    [changed({ reference: [] }), /distribution/],
    [changed({ kind: "rules" }), /kind/],
    [changed({ typical: new Float32Array(2) }), /bytes/],
    [changed({ calibration: { ...model.calibration, trees: NaN } }), /number/],
    [changed({ feature_version: 2 }), /version 2 of the features/],
    [changed({ features: ["a", "b", "d"] }), /other features/],
    [" ".repeat(8_000_001), /longer/],
  ];
  for (const [file, why] of refused) {
    const load = () => loadModel(file, { features: ["a", "b", "c"], feature_version: 1 });
    expect(load).toThrow(ModelRefused);
    expect(load).toThrow(why);
  }
});

Deno.test("splitByTime() keeps the newest apart, in whatever order rows stand", () => {
  const mixed = selectRows(
    dataset,
    [...dataset.label.keys()].sort((a, b) => (a * 7919) % 1200 - (b * 7919) % 1200),
  );
  const { earlier, later } = splitByTime(mixed, 0.25);
  expect([earlier.label.length, later.label.length]).toEqual([900, 300]);
  expect(Math.max(...earlier.at_ms)).toBeLessThan(Math.min(...later.at_ms));
});

Deno.test("evaluate() tells the scenarios apart at one threshold", () => {
  const scenario = Array.from(unseen.label, (label) => label === 1 ? "attack" : "normal");
  const { scenarios, threshold } = evaluate(model, { ...unseen, scenario }, { false_alarm_share: 0.05 });
  expect(scenarios.map(({ scenario }) => scenario)).toEqual(["attack", "normal"]);
  expect(scenarios[0].detected).toBeGreaterThan(0.5);
  expect(scenarios[1].false_alarms).toBeLessThanOrEqual(0.05);
  expect(threshold).toBeGreaterThan(0);
  expect(() => evaluateScores([0.5], { label: Uint8Array.of(1) })).toThrow(RangeError);
});
