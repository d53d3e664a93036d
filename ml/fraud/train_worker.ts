/** The thread's own side of `train_thread.ts`: one request, one answer. */
import { saveModel, sealed } from "./file.ts";
import { TooFewExamples, trainModel } from "./train.ts";
import type { TrainAnswer, TrainRequest } from "./train_thread.ts";

/** What a worker's global scope has of which we need anything. */
interface Scope {
  onmessage: ((event: MessageEvent<TrainRequest>) => void) | null;
  postMessage(answer: TrainAnswer): void;
}
const scope = self as unknown as Scope;

scope.onmessage = ({ data }) => scope.postMessage(answerTo(data));

function answerTo({ dataset, options }: TrainRequest): TrainAnswer {
  const began = performance.now();
  try {
    const model = trainModel(dataset, options);
    const training_seconds = Math.round((performance.now() - began) / 100) / 10;
    const text = saveModel(sealed({ ...model, card: { ...model.card, training_seconds } }));
    return { kind: "trained", text };
  } catch (error) {
    if (error instanceof TooFewExamples) {
      return { kind: "too_few", frauds: error.frauds, innocent: error.innocent };
    }
    return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}
