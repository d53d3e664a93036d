/** Fraud: what a score with its reasons costs, how long a training takes, and what it does to everybody else meanwhile. */
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
  const count = Math.min(500, dataset.label.length);
  // Across the whole of it: every round has acts of every kind.
  const step = Math.floor(dataset.label.length / count);
  const score = (row: number) => {
    const began = performance.now();
    scoreWith(model, rowOf(dataset, row));
    return performance.now() - began;
  };
  // The first ones are slow until they are compiled.
  for (let row = 0; row < 500; row++) score(row);
  // A score takes less than a time slice: the quietest of fifty rounds tells what it costs
  // where others are at work too.
  const rounds = Array.from({ length: 50 }, (_, round) => {
    const times = Float64Array.from(
      { length: count },
      (_, i) => score((i * step + round) % dataset.label.length),
    );
    times.sort();
    return [times[count >> 1], times[Math.floor(count * 0.99)]];
  });
  const [p50, p99] = rounds.reduce((best, one) => one[1] < best[1] ? one : best);
  return {
    what: "A score with its reasons, p99",
    measured: `${number(p99, 2)} ms (p50 ${
      number(p50, 2)
    } ms, ${dataset.features.length} features, quietest of 50 rounds)`,
    must: "< 2 ms",
    good: p99 < 2,
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
