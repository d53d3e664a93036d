/** Fraud: what a score with its reasons costs, how long a training takes, and what it does to everybody else meanwhile. */
import process from "node:process";
import { rowOf } from "../ml/fraud/dataset.ts";
import { type Dataset, loadModel, scoreWith, trainInThread } from "../ml/fraud/model.ts";
import { simulatedDataset } from "../ml/fraud/simulator/dataset.ts";
import { number, type Row } from "./report.ts";

export interface FraudBench {
  quick: boolean;
  say(text: string): void;
}

/** The rows of the report. */
export async function measureFraud({ quick, say }: FraudBench): Promise<Row[]> {
  say("fraud: a simulated world");
  const dataset = simulatedDataset({ seed: "bench", rows: quick ? 6_000 : 24_000 });
  say("fraud: scores with reasons");
  const scores = await measureScores(dataset);
  say("fraud: training in a thread");
  return [scores, ...await measureTraining(dataset, quick)];
}

async function measureScores(dataset: Dataset): Promise<Row> {
  const model = loadModel(await Deno.readTextFile(new URL("../ml/fraud/model/prior.json", import.meta.url)));
  const score = (row: number) => scoreWith(model, rowOf(dataset, row));
  // The first ones are slow until they are compiled.
  for (let row = 0; row < 500; row++) score(row);
  const rows = Math.min(5_000, dataset.label.length);
  const [wall, processor] = [new Float64Array(rows), new Float64Array(rows)];
  for (let row = 0; row < rows; row++) {
    const before = process.cpuUsage();
    const began = performance.now();
    score(row);
    wall[row] = performance.now() - began;
    const { user, system } = process.cpuUsage(before);
    processor[row] = (user + system) / 1000;
  }
  const at = (times: Float64Array, share: number) => number(times.sort()[Math.floor(share * rows)], 2);
  return {
    // By the clock a busy machine's time slices are measured, which are longer than a score.
    what: "A score with its reasons, processor time of all threads, p99",
    measured: `${at(processor, 0.99)} ms (p50 ${at(processor, 0.5)} ms; by the clock ${at(wall, 0.99)} and ${
      at(wall, 0.5)
    } ms; ${dataset.features.length} features)`,
    must: "< 2 ms",
    good: processor[Math.floor(0.99 * rows)] < 2,
  };
}

async function measureTraining(dataset: Dataset, quick: boolean): Promise<Row[]> {
  const rows = dataset.label.length;
  const idle = await worstLag(AbortSignal.timeout(quick ? 3_000 : 10_000));
  const stop = new AbortController();
  const lag = worstLag(stop.signal);
  const began = performance.now();
  await trainInThread(dataset, { seed: 1, kind: "trained", version: "bench" });
  const seconds = (performance.now() - began) / 1000;
  stop.abort();
  const worst = await lag;
  const limit = quick ? 30 : 60;
  return [
    {
      what: `Training on ${rows} rows of ${dataset.features.length} features, in a thread`,
      measured: `${number(seconds, 1)} s`,
      must: `< ${limit} s`,
      good: seconds < limit,
    },
    {
      what: "The event loop is late meanwhile, at worst",
      measured: `${number(worst, 1)} ms (${number(idle, 1)} ms without a training)`,
      must: "< 50 ms",
      good: worst < 50,
    },
  ];
}

/** How much later than asked a timer of five milliseconds fires, until the signal. */
async function worstLag(signal: AbortSignal): Promise<number> {
  let worst = 0;
  while (!signal.aborted) {
    const began = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 5));
    worst = Math.max(worst, performance.now() - began - 5);
  }
  return worst;
}
