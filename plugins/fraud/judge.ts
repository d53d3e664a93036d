/** From evidence to a score: by the model that is in use, else by rules, which say so. */
import { assessVectorByRules } from "../../ml/fraud/rules.ts";
import { type FraudModel, scoreWith } from "../../ml/fraud/model.ts";
import type { Scored } from "../../ml/fraud/scored.ts";
import type { Act } from "../../ml/fraud/features/evidence.ts";
import type { Served } from "./model/serving.ts";

export interface Judged {
  scored: Scored;
  /** Why rules answered in place of a model. */
  fallback: string | null;
}

export interface Judge {
  score(model: FraudModel, vector: ArrayLike<number>): Scored;
  now(): number;
}

const judge: Judge = { score: scoreWith, now: () => performance.now() };

/**
 * @param vector in single precision, as it is stored: the same numbers give the same score again
 * @param limit_ms of the model; scoring cannot be cut short, so what came too late is not listened to
 */
export function judgeVector(
  act: Act,
  vector: Float32Array,
  { model, why }: Served,
  limit_ms: number,
  by: Judge = judge,
): Judged {
  if (model === null) {
    return { scored: assessVectorByRules(act, vector), fallback: why ?? "there is no model" };
  }
  const began = by.now();
  try {
    const scored = by.score(model, vector);
    const took = by.now() - began;
    if (took > limit_ms) {
      throw new Error(`the model took ${Math.round(took)} ms, more than ${limit_ms}`);
    }
    if (!(scored.fraud_score >= 0 && scored.fraud_score <= 1)) {
      throw new Error("the model gave no probability");
    }
    return { scored, fallback: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unknown";
    return { scored: assessVectorByRules(act, vector), fallback: reason.split("\n")[0].slice(0, 200) };
  }
}
