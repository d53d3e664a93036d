import { expect } from "expect";
import { rowOf } from "./dataset.ts";
import { evaluate } from "./evaluate.ts";
import { feature_version, featureNames } from "./features/mod.ts";
import { loadModel } from "./model.ts";
import { datasetOf } from "./simulator/dataset.ts";
import { simulate } from "./simulator/mod.ts";
import { explain } from "./score.ts";

const text = await Deno.readTextFile(new URL("./model/prior.json", import.meta.url));
const prior = loadModel(text, { features: featureNames, feature_version });

Deno.test("the prior says that it is one, knows these features, and is small", () => {
  expect(prior.kind).toBe("prior");
  expect(prior.card.limits).toContain("prior");
  expect(text.length).toBeLessThan(1_500_000);
});

Deno.test("the prior finds fraud in a world it has not seen, and explains every score", () => {
  const world = datasetOf(simulate({ seed: "a test of the prior", days: 4, people: 60, attacks: 1 }));
  const { auc, scenarios } = evaluate(prior, world, { resamples: 1 });
  expect(auc.value).toBeGreaterThan(0.95);
  expect(scenarios.find(({ scenario }) => scenario === "bots")!.detected).toBeGreaterThan(0.8);
  for (let row = 0; row < world.label.length; row += 7) {
    const { base, effects, log_odds } = explain(prior, rowOf(world, row));
    expect(base + effects.reduce((sum, effect) => sum + effect, 0)).toBeCloseTo(log_odds, 5);
  }
});
