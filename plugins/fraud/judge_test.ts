import { expect } from "expect";
import { feature_version, featureNames } from "../../ml/fraud/features/mod.ts";
import { assessVectorByRules } from "../../ml/fraud/rules.ts";
import type { FraudModel } from "../../ml/fraud/model.ts";
import type { Scored } from "../../ml/fraud/scored.ts";
import { judgeVector } from "./judge.ts";

const vector = new Float32Array(featureNames.length).fill(NaN);
const model = { version: "a", features: featureNames, feature_version } as FraudModel;
const scored = { ...assessVectorByRules("sign_in", vector), fraud_score: 0.9 };
scored.model = { version: "a", hash: "h", kind: "trained" };

function by(score: () => Scored, took = 1) {
  let now = 0;
  return { score, now: () => (now += took) - took };
}

Deno.test("judgeVector() believes a model that answers in time", () => {
  const judged = judgeVector("sign_in", vector, { model, why: null }, 20, by(() => scored));
  expect(judged).toEqual({ scored, fallback: null });
});

Deno.test("judgeVector() has rules answer, and says why, whenever the model does not", () => {
  const broken = () => {
    throw new Error("a tree is gone\nwith its leaves");
  };
  const cases: [Parameters<typeof judgeVector>[2], Parameters<typeof judgeVector>[4], RegExp][] = [
    [{ model: null, why: "there is no model file" }, undefined, /^there is no model file$/],
    [{ model: null, why: null }, undefined, /^there is no model$/],
    [{ model, why: null }, by(() => scored, 21), /^the model took 21 ms, more than 20$/],
    [{ model, why: null }, by(broken), /^a tree is gone$/],
    [{ model, why: null }, by(() => ({ ...scored, fraud_score: NaN })), /gave no probability/],
    [{ model, why: null }, by(() => ({ ...scored, fraud_score: 1.01 })), /gave no probability/],
    // A model of other features refuses the vector by itself.
    [{ model: { ...model, features: ["one"] }, why: null }, undefined, /expected 1 features/],
  ];
  for (const [served, judge, why] of cases) {
    const judged = judgeVector("sign_in", vector, served, 20, judge);
    expect(judged.fallback).toMatch(why);
    expect(judged.scored).toEqual(assessVectorByRules("sign_in", vector));
    expect(judged.scored.model.kind).toBe("rules");
  }
});
