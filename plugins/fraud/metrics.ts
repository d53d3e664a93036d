import type { MetricDefinition } from "../../core/observe/metrics.ts";

export const metrics: Record<string, MetricDefinition> = {
  fraud_decisions_total: {
    kind: "counter",
    help: "Acts that were judged: what was decided, by which kind of model, and whether it was only noted",
    labels: ["act", "decision", "model", "shadow"],
  },
  fraud_score: {
    kind: "histogram",
    help: "Scores, 0 to 1",
    labels: ["act"],
    buckets: [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 1],
  },
  fraud_decision_seconds: {
    kind: "histogram",
    help: "From the question to the stored answer, with its query",
    labels: ["act"],
    buckets: [0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 1],
  },
  fraud_decision_lost_total: { kind: "counter", help: "Decisions that held and could not be stored" },
  fraud_note_lost_total: {
    kind: "counter",
    help: "Notes of failures that were lost, as their queue was full",
  },
  fraud_logins_raised_total: {
    kind: "counter",
    help: "Running sign-ins that new evidence asked more of",
    labels: ["because"],
  },
  fraud_verdicts_total: { kind: "counter", help: "Verdicts of operators", labels: ["verdict"] },
  fraud_trainings_total: { kind: "counter", help: "Trainings, by how they ended", labels: ["outcome"] },
  fraud_drift_psi_max: {
    kind: "gauge",
    help: "Population stability index of the feature that has moved most since the model was trained",
  },
};
