/**
 * `deno run -A ml/fraud/training/train_prior.ts`: trains the model that answers before a deployment has labels of its
 * own, on the simulator, and writes `ml/fraud/model/prior.json` with its report beside it. The same seeds give the same file, to the byte. Prints
 * what the model does in worlds it has not seen. About a minute.
 *
 * `--check` writes nothing, and fails where the file is another.
 */
import { type Dataset, rowOf } from "../dataset.ts";
import { cardEvaluation, evaluateScores, type Report } from "../evaluate.ts";
import {
  type FraudModel,
  probabilityOf,
  saveModel,
  scoreWith,
  sealed,
  sizeOf,
  trainModel,
} from "../model.ts";
import { simulatedDataset } from "../simulator/dataset.ts";

const file = new URL("../model/prior.json", import.meta.url);
/** Of that model, by its hash: the curves that operators are shown. */
const reportFile = new URL("../model/prior_report.json", import.meta.url);
const seed = 20260301;
const rows = 40_000;
const unseenSeeds = ["unseen 1", "unseen 2", "unseen 3"];

/**
 * The simulator makes far more attacks than a usual day has. The prior is told that one act in twenty is fraud: sure
 * enough to act when it comes thick, careful enough not to challenge everybody on a quiet day.
 */
const fraudShare = 0.05;

export function asLife<D extends Dataset>(dataset: D): D {
  const frauds = dataset.label.reduce((sum, label) => sum + label, 0);
  const others = dataset.label.length - frauds;
  const weight = Math.min(1, fraudShare / (1 - fraudShare) * others / frauds);
  return { ...dataset, weight: Float32Array.from(dataset.label, (label) => label === 1 ? weight : 1) };
}

export function measured(model: FraudModel): { reports: Report[]; all: Report } {
  const sets = unseenSeeds.map((seed) => asLife(simulatedDataset({ seed, rows: 10_000 })));
  const scored = sets.map((set) => ({
    set,
    scores: Float64Array.from(set.label, (_, row) => probabilityOf(model, rowOf(set, row))),
  }));
  const join = (arrays: Float32Array[]) => Float32Array.from(arrays.flatMap((array) => [...array]));
  return {
    reports: scored.map(({ set, scores }) => evaluateScores(scores, set, { resamples: 20 })),
    all: evaluateScores(scored.flatMap(({ scores }) => [...scores]), {
      label: Uint8Array.from(sets.flatMap(({ label }) => [...label])),
      weight: join(sets.map(({ weight }) => weight)),
      scenario: sets.flatMap(({ scenario }) => scenario),
    }),
  };
}

function table({ reports, all }: { reports: Report[]; all: Report }): string {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const between = ({ value, low, high }: Report["auc"]) =>
    `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  const each = (scenario: string) =>
    reports.map((report) => {
      const found = report.scenarios.find((one) => one.scenario === scenario);
      return found ? percent(found.detected ?? found.false_alarms ?? 0) : "none";
    }).join(", ");
  return [
    `${all.rows} acts, ${all.frauds} of them fraud, in ${reports.length} worlds of seeds it has not seen.`,
    "",
    `| scenario | acts | at 0.5 % false alarms | each world |`,
    `| --- | --- | --- | --- |`,
    ...all.scenarios.map(({ scenario, rows, detected, false_alarms }) =>
      `| ${scenario} | ${rows} | ${
        detected === null ? `${percent(false_alarms!)} alarmed` : `${percent(detected)} found`
      } | ${each(scenario)} |`
    ),
    "",
    `AUC ${between(all.auc)}, average precision ${
      between(all.average_precision)
    }, recall at 1 % false alarms ${between(all.recall_at_1_percent)}, at 0.1 % ${
      between(all.recall_at_01_percent)
    }, calibration error ${all.calibration_error.toFixed(4)}, threshold ${all.threshold.toFixed(3)}.`,
  ].join("\n");
}

function train(): FraudModel {
  return trainModel(asLife(simulatedDataset({ seed, rows })), {
    seed,
    kind: "prior",
    version: "prior-1",
    trained_on:
      `${rows} acts of simulated people and attackers (ml/fraud/simulator, seed ${seed}); nobody real`,
    limits:
      "A prior: it knows attacks as somebody imagined them, takes one act in twenty to be fraud, and has seen " +
      "nothing of this deployment. It answers until a model trained here is better.",
  });
}

if (import.meta.main) {
  const trained = train();
  const report = measured(trained);
  const evaluation = cardEvaluation("simulated worlds of other seeds", report.all);
  const model = sealed({ ...trained, card: { ...trained.card, evaluation } });
  const text = saveModel(model);
  console.log(table(report));
  const { trees, nodes } = sizeOf(model);
  console.log(`\n${trees} trees, ${nodes} nodes, ${(text.length / 1e6).toFixed(2)} MB, hash ${model.hash}`);
  console.log(`calibration ${JSON.stringify(model.calibration)}, shape ${JSON.stringify(model.card.shape)}`);
  console.log(`mostly: ${model.card.top_features.slice(0, 12).map(({ feature }) => feature).join(", ")}`);
  if (Deno.args.includes("--check")) {
    if (await Deno.readTextFile(file) !== text) throw new Error("prior.json is not what this program makes");
  } else {
    await Deno.writeTextFile(file, text);
    await Deno.writeTextFile(reportFile, `${JSON.stringify({ hash: model.hash, report: report.all })}\n`);
  }
  // One in the middle of a report, for the eye.
  const sample = simulatedDataset({ seed: unseenSeeds[0], rows: 1000 });
  const row = sample.label.findIndex((label, i) =>
    label === 1 && scoreWith(model, rowOf(sample, i)).fraud_score > 0.6
  );
  if (row >= 0) {
    console.log(sample.scenario[row], JSON.stringify(scoreWith(model, rowOf(sample, row)), null, 1));
  }
}
