/** A training in a thread of its own, from simulation to report: the loop that answers requests goes on meanwhile. */
import type { Dataset, Report } from "../../../ml/fraud/model.ts";

export interface TrainingRequest {
  live: Dataset;
  seed: number;
  version: string;
  simulated_rows: number;
  /** The file of the model that answers; null: rules do. */
  current: string | null;
}

export type TrainingAnswer =
  | { kind: "trained"; text: string; report: Report; before: Report | null; seconds: number }
  | { kind: "failed"; message: string };

const secondsMax = 600;

/** @throws Error for what went wrong, or the signal's reason */
export async function trainBeside(
  request: TrainingRequest,
  signal: AbortSignal,
): Promise<Extract<TrainingAnswer, { kind: "trained" }>> {
  signal.throwIfAborted();
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<TrainingAnswer>();
  const timer = setTimeout(() => reject(new Error(`it took longer than ${secondsMax} s`)), secondsMax * 1000);
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  worker.onmessage = ({ data }: MessageEvent<TrainingAnswer>) => resolve(data);
  worker.onerror = (event) => {
    // Else the error would end this process too.
    event.preventDefault();
    reject(new Error(`the thread failed: ${event.message}`));
  };
  try {
    const { x, label, weight, at_ms } = request.live;
    worker.postMessage(request, [x, label, weight, at_ms].map(({ buffer }) => buffer as ArrayBuffer));
    const answer = await promise;
    if (answer.kind === "failed") throw new Error(answer.message);
    return answer;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    worker.terminate();
  }
}
