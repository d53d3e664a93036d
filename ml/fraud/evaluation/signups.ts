/**
 * `deno task evaluate fraud --data DIR`: what the method is worth on `fraud-signup`, for rings it never saw and for the
 * months after, never as one number. Trains on the way; nothing of it is kept.
 *
 * With `--held FILE`, as often as there are files, the model learns from all rows of DIR and each file is scored by
 * itself; the counters run over all rows together. Without, DIR is split: the newest fifth is the later months, and of
 * the rest every fifth of the components (rows that share a device or an address) is held out once.
 */
import { rowOf } from "../dataset.ts";
import { evaluateScores, type Report } from "../evaluate.ts";
import { probabilityOf, trainModel } from "../model.ts";
import { random } from "../../lib/random.ts";
import { readCountries } from "./countries.ts";
import {
  instantAndShared,
  instantShare,
  type Judge,
  logisticRegression,
  logtoRules,
  velocityRule,
} from "./judges.ts";
import { componentsOf, pick, readSignups, type SignupRow, type Signups, signupsOf } from "./signup_rows.ts";

const ours: Judge = (train, rows) => {
  const model = trainModel(train, { seed: 1, kind: "trained", version: "evaluation" });
  return Float64Array.from(rows.label, (_, row) => probabilityOf(model, rowOf(rows, row)));
};

const judges: Record<string, Judge> = {
  "boosted trees and isolation": ours,
  "logistic regression": logisticRegression,
  "instant purchase and sharing": instantAndShared,
  "velocity within a day": velocityRule,
};

interface Part {
  name: string;
  /** Rows of the whole: learnt from, and scored. Several pairs are scored together. */
  folds: { train: number[]; test: number[] }[];
}

const laterShare = 0.2;
const foldCount = 5;

/** @param path a folder with `fraud-dev.csv.gz`, or a file of its columns */
export async function evaluateSignups(
  path: string,
  say: (line: string) => void,
  held: string[] = [],
): Promise<void> {
  const folder = (await Deno.stat(path)).isDirectory;
  const train = await readSignups(folder ? `${path}/fraud-dev.csv.gz` : path);
  const countries = await readCountries(
    `${folder ? path : path.replace(/[^/]*$/, "./")}/ip-to-country.csv.gz`,
  );
  const files = await Promise.all(held.map((file) => readSignups(file)));
  const all = signupsOf([train, ...files].flat());
  const parts = held.length > 0 ? heldParts(all, train, files, held) : ownParts(all);
  const logto = logtoRules(all, countries);
  for (const part of parts) {
    const test = part.folds.flatMap(({ test }) => test);
    const rows = pick(all, test);
    // One kind alone measures nothing, as at the edge between the months.
    if (new Set(rows.data.label).size < 2) continue;
    const frauds = rows.data.label.reduce((sum, label) => sum + label, 0);
    say(`\n## ${part.name}\n`);
    say(
      `${test.length} rows, ${frauds} frauds; ${
        (100 * instantShare(rows)).toFixed(1)
      } % bought within a minute.\n`,
    );
    say("| judge | AUC | average precision | recall at 1 % | recall at 0.1 % | calibration |");
    say("| --- | --- | --- | --- | --- | --- |");
    for (const [name, judge] of Object.entries(judges)) {
      const scores = part.folds.flatMap((
        { train, test },
      ) => [...judge(pick(all, train).data, pick(all, test).data)]);
      say(line(name, evaluateScores(scores, rows.data), judge === ours || judge === logisticRegression));
    }
    say(line("Logto's four rules", evaluateScores(test.map((row) => logto[row]), rows.data), false));
  }
}

function line(name: string, report: Report, isProbability: boolean): string {
  const { auc, average_precision, recall_at_1_percent, recall_at_01_percent, calibration_error } = report;
  const measures = [auc, average_precision, recall_at_1_percent, recall_at_01_percent].map((
    { value, low, high },
  ) => `${value.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`);
  return `| ${
    [name, ...measures, isProbability ? calibration_error.toFixed(3) : "no probability"].join(" | ")
  } |`;
}

/** A file that reaches beyond the newest row of training is told in two: what came meanwhile, and what came after. */
function heldParts({ rows }: Signups, train: SignupRow[], files: SignupRow[][], names: string[]): Part[] {
  const at = new Map(rows.map((row, i) => [row, i]));
  const numbers = (of: SignupRow[]) => of.map((row) => at.get(row)!).sort((a, b) => a - b);
  const learnt = numbers(train);
  const newest = rows[learnt[learnt.length - 1]].bought_ms;
  return files.flatMap((file, i) => {
    const part = (when: string, of: SignupRow[]): Part => ({
      name: `Held out: ${names[i].replace(/^.*\//, "")}, ${when}`,
      folds: [{ train: learnt, test: numbers(of) }],
    });
    return [
      part("the months of training", file.filter(({ bought_ms }) => bought_ms <= newest)),
      part("the months after", file.filter(({ bought_ms }) => bought_ms > newest)),
    ].filter(({ folds: [{ test }] }) => test.length > 0);
  });
}

function ownParts({ rows }: Signups): Part[] {
  const cut = rows.length - Math.round(rows.length * laterShare);
  const earlier = [...rows.keys()].slice(0, cut);
  const component = componentsOf(rows.slice(0, cut));
  const chance = random("folds");
  const fold = new Map<number, number>();
  for (const root of component) if (!fold.has(root)) fold.set(root, chance.whole(0, foldCount));
  const foldOf = (row: number) => fold.get(component[row]);
  return [
    {
      name: "Rings and everybody else of the same months, whole components held out",
      folds: Array.from({ length: foldCount }, (_, i) => ({
        train: earlier.filter((row) => foldOf(row) !== i),
        test: earlier.filter((row) => foldOf(row) === i),
      })),
    },
    { name: "The months after", folds: [{ train: earlier, test: [...rows.keys()].slice(cut) }] },
  ];
}
