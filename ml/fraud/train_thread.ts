/**
 * Training in a thread of its own: the loop that answers requests goes on meanwhile. What crosses over is moved or
 * copied as flat arrays, never rebuilt row by row, and comes back as the text of a model's file.
 */
import type { Dataset } from "./dataset.ts";
import { loadModel } from "./file.ts";
import { inThread } from "../lib/in_thread.ts";
import type { FraudModel } from "./model.ts";
import { TooFewExamples, type TrainOptions } from "./train.ts";

export interface ThreadOptions extends Omit<TrainOptions, "stopped"> {
  /** The thread is ended after so long; ten minutes unless said. */
  seconds_max?: number;
}

/** To the thread, and back. */
export interface TrainRequest {
  dataset: Dataset;
  options: Omit<TrainOptions, "stopped">;
}
export type TrainAnswer =
  | { kind: "trained"; text: string }
  | { kind: "too_few"; frauds: number; innocent: number }
  | { kind: "failed"; message: string };

/** More is not trained on at once; 100,000 rows of 100 features take 40 MB here and as much again in the thread. */
export const rowsMax = 200_000;

/**
 * As `trainModel`, elsewhere, and its card says how long it took. `dataset` stays as it is.
 *
 * @throws TooFewExamples, ThreadTimeout, the signal's reason, or Error for what went wrong in the thread
 */
export async function trainInThread(
  dataset: Dataset,
  { seconds_max = 600, ...options }: ThreadOptions,
  signal?: AbortSignal,
): Promise<FraudModel> {
  if (dataset.label.length > rowsMax) {
    throw new RangeError(`at most ${rowsMax} rows are trained on at once, got ${dataset.label.length}`);
  }
  signal?.throwIfAborted();
  const request: TrainRequest = { dataset: await copied(dataset), options };
  const answer = await inThread<TrainAnswer>(new URL("./train_worker.ts", import.meta.url), request, {
    transfer: buffersOf(request.dataset),
    ...{ seconds_max, signal },
  });
  return trained(answer);
}

/** What of a dataset is moved over to a thread. */
export const buffersOf = ({ x, label, weight, at_ms }: Dataset): ArrayBuffer[] =>
  [x, label, weight, at_ms].map(({ buffer }) => buffer as ArrayBuffer);

function trained(answer: TrainAnswer): FraudModel {
  if (answer.kind === "too_few") throw new TooFewExamples(answer.frauds, answer.innocent);
  if (answer.kind === "failed") throw new Error(`the training failed: ${answer.message}`);
  return loadModel(answer.text);
}

/** In slices, since copying tens of megabytes at one go would hold up everybody else for as long. */
async function copied(dataset: Dataset): Promise<Dataset> {
  const x = new Float32Array(dataset.x.length);
  const slice = 1 << 20;
  for (let from = 0; from < x.length; from += slice) {
    x.set(dataset.x.subarray(from, from + slice), from);
    if (from + slice < x.length) await new Promise((resolve) => setTimeout(resolve));
  }
  return {
    features: [...dataset.features],
    feature_version: dataset.feature_version,
    x,
    label: dataset.label.slice(),
    weight: dataset.weight.slice(),
    at_ms: dataset.at_ms.slice(),
  };
}
