/** A training in a thread of its own, from simulation to report: the loop that answers requests goes on meanwhile. */
import { inThread } from "../../../ml/lib/in_thread.ts";
import type { Dataset, Report } from "../../../ml/fraud/model.ts";
import { buffersOf } from "../../../ml/fraud/train_thread.ts";

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
  const answer = await inThread<TrainingAnswer>(new URL("./worker.ts", import.meta.url), request, {
    transfer: buffersOf(request.live),
    ...{ seconds_max: secondsMax, signal },
  });
  if (answer.kind === "failed") throw new Error(answer.message);
  return answer;
}
