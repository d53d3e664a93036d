/** Steps of the registration's saga that look at risk: ids and numbers, nothing of a person. */
import { once } from "../../core/flow/step.ts";
import { assessmentOf } from "./assess.ts";
import type { FraudConfig } from "./config.ts";
import { findOfFlow } from "./decision.ts";

/** What was made of a sign-up, for whoever reads its history. */
export interface FraudDetection {
  decision_id: string;
  reference: string;
  fraud_score: number;
  confidence: number;
  risk_level: string;
  decision: string;
  /** Names of features with their effects: no values, which may tell of a person. */
  risk_factors: { name: string; effect: number }[];
  model: { version: string; hash: string; kind: string };
  shadow: boolean;
}

export const ai_fraud_detection_ml = once<FraudDetection | null, FraudConfig>(async ({ tx, flow }) => {
  const decision = await findOfFlow(tx, flow.flow_id, "register");
  if (!decision) return null;
  const { ai_insights: _, risk_factors, ...shown } = assessmentOf(decision);
  return {
    ...shown,
    risk_factors: risk_factors.map(({ name, effect }) => ({ name, effect: Number(effect.toFixed(3)) })),
    shadow: decision.shadow,
  };
});
