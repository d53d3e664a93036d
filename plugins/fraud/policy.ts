/** What follows from a score: pure, and all of it in one place. */
import type { Assessment } from "../../core/plugin.ts";
import type { Act } from "../../ml/fraud/features/evidence.ts";
import type { Scored } from "../../ml/fraud/scored.ts";

export type DecisionKind = Assessment["decision"];
export type Level = Assessment["risk_level"];

export const acts = ["register", "sign_in", "reset_password", "change_email"] as const satisfies Act[];
export const levels = ["low", "medium", "high", "critical"] as const satisfies Level[];
export const decisionKinds = ["allow", "challenge", "review", "deny"] as const satisfies DecisionKind[];

/** For people and for searches; what happens is the policy's. */
export const levelOf = (score: number): Level =>
  score >= 0.85 ? "critical" : score >= 0.6 ? "high" : score >= 0.3 ? "medium" : "low";

/** As in the config: `challenge>=0.4`. */
export type PolicyRow = string;

export interface PolicySettings extends Record<Act, PolicyRow[]> {
  deny_confidence_min: number;
}

/** Of the rows whose score is reached, the highest counts. Nobody is refused on a score that little stands behind. */
export function decide(
  act: Act,
  { fraud_score, confidence }: Pick<Scored, "fraud_score" | "confidence">,
  policy: PolicySettings,
): DecisionKind {
  const rows = policy[act].map(readRow).filter(({ score }) => fraud_score >= score);
  const reached = rows.filter(({ kind }) => kind !== "deny" || confidence >= policy.deny_confidence_min);
  const doubted = reached.length < rows.length;
  const strongest = reached.sort((a, b) => b.score - a.score || rank(b.kind) - rank(a.kind))[0]?.kind ??
    "allow";
  return doubted ? stronger(strongest, "review") : strongest;
}

const rank = (kind: DecisionKind): number => decisionKinds.indexOf(kind);

export const stronger = (a: DecisionKind, b: DecisionKind): DecisionKind => rank(a) >= rank(b) ? a : b;

export const milder = (a: DecisionKind, b: DecisionKind): DecisionKind => rank(a) <= rank(b) ? a : b;

export function readRow(row: PolicyRow): { kind: DecisionKind; score: number } {
  const [kind, score] = row.split(">=");
  return { kind: kind as DecisionKind, score: Number(score) };
}
