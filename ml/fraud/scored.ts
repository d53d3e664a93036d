/** What every judge of an act answers: a model, or the rules that stand behind it. */

export interface Scored {
  /** Probability of fraud, 0 to 1. */
  fraud_score: number;
  /** How much the score can be relied on, 0 to 1. */
  confidence: number;
  /** How unlike everything seen before, 0 to 1; 0 where nobody measures it. */
  anomaly: number;
  /** What moved the score, the strongest first. */
  reasons: Reason[];
  model: { version: string; hash: string; kind: "prior" | "trained" | "rules" };
}

export interface Reason {
  /** Its name in `features`. */
  feature: string;
  /** Null: not known. */
  value: number | null;
  /** In log-odds: above 0 it speaks for fraud. */
  effect: number;
  /** What the score were with this one value another. */
  counterfactual: { value: number | null; fraud_score: number } | null;
}
