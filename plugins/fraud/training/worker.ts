/** The training thread's own side: simulates, mixes, trains, measures; one request, one answer. See thread.ts. */
import {
  cardEvaluation,
  evaluate,
  loadModel,
  saveModel,
  sealed,
  trainModel,
} from "../../../ml/fraud/model.ts";
import { simulatedDataset } from "../../../ml/fraud/simulator/dataset.ts";
import { mix } from "./mix.ts";
import type { TrainingAnswer, TrainingRequest } from "./thread.ts";

interface Scope {
  onmessage: ((event: MessageEvent<TrainingRequest>) => void) | null;
  postMessage(answer: TrainingAnswer): void;
}
const scope = self as unknown as Scope;

scope.onmessage = ({ data }) => scope.postMessage(answerTo(data));

function answerTo({ live, seed, version, simulated_rows, current }: TrainingRequest): TrainingAnswer {
  const began = performance.now();
  try {
    const simulated = simulatedDataset({ seed: `${seed}/learn`, rows: simulated_rows });
    const unseen = simulatedDataset({ seed: `${seed}/measure`, rows: Math.max(2000, simulated_rows / 4) });
    const { train, test } = mix(live, simulated, unseen);
    const model = trainModel(train, {
      ...{ seed, version, kind: "trained" },
      trained_on: `${live.label.length} decisions of this deployment, by verdicts and outcomes, and ` +
        `${simulated.label.length} simulated acts`,
      limits: "It knows what operators have judged here, and attacks as they were simulated.",
    });
    const report = evaluate(model, test);
    const { hash: _, ...open } = model;
    const measured = sealed({
      ...open,
      card: {
        ...model.card,
        training_seconds: null,
        evaluation: cardEvaluation("later decisions and simulated acts of an unseen seed", report),
      },
    });
    const before = current === null ? null : evaluate(loadModel(current), test);
    return {
      kind: "trained",
      text: saveModel(measured),
      report,
      before,
      seconds: (performance.now() - began) / 1000,
    };
  } catch (error) {
    return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}
