/** Answers of the API as pages get them, made up, for tests of the views. */
import type {
  DecisionJson,
  DecisionRow,
  DriftJson,
  ModelJson,
  ModelsJson,
  OverviewJson,
  ReportView,
} from "./shapes.ts";

const time = "2026-03-01T10:00:00.000Z";
const hash = "5d41402abc4b2a76b9719d911017c592aa5d41402abc4b2a76b9719d911017c5";

/** `text` stands wherever a text of somebody else's may stand. */
export function fakes(text: string) {
  const row = (more: Partial<DecisionRow> = {}): DecisionRow => ({
    decision_id: crypto.randomUUID(),
    reference: "7K3M-Q2XD",
    act: "sign_in",
    created_at: time,
    account_id: crypto.randomUUID(),
    email: text,
    fraud_score: 0.82,
    confidence: 0.74,
    risk_level: "high",
    decision: "challenge",
    shadow: false,
    risk_factors: [
      {
        name: "history_device_new",
        text,
        effect: 2.4,
        value: 1,
        counterfactual: { value: 0, fraud_score: 0.31 },
      },
      {
        name: "ip_failures_hour",
        text,
        effect: 1.1,
        value: Math.log2(13),
        counterfactual: { value: 0, fraud_score: 0.6 },
      },
      { name: text, text, effect: 0.6, value: 3, counterfactual: { value: 0, fraud_score: 0.01 } },
      { name: "history_second_factor", text, effect: -0.9, value: 1, counterfactual: null },
    ],
    model: { version: "prior-1", hash, kind: "prior" },
    verdict: null,
    outcome: null,
    ...more,
  });
  const decision: DecisionJson = {
    ...row(),
    outcome: "bad",
    ai_insights: text,
    anomaly: 0.4,
    features: {
      history_device_new: 1,
      history_speed: 9.8,
      history_age: null,
      ip_failures_hour: Math.log2(13),
      email_digits: 0.25,
      form_shown: Math.log2(3),
      act_sign_in: 1,
      [text]: 2,
    },
    method: "temporal_workflow",
    workflow_id: text,
    latency_ms: 3.2,
    fallback: text,
    client: { ip: text, user_agent: text, surface: "page", locale: "en" },
    place: { city: text, country: text },
    verdicts: [{ verdict: "unsure", by: text, note: text, created_at: time }],
    history: [row({ decision: "allow", risk_level: "low", fraud_score: 0.02, verdict: "good" })],
    account: { account_id: text, email: text, created_at: time, state: text },
    ring_id: text,
  };
  const overview: OverviewJson = {
    shadow: true,
    today: { allow: 1204, challenge: 12, review: 3, deny: 1 },
    queue: 3,
    model: { version: text, hash, kind: "rules" },
    fallback: text,
  };
  const report: ReportView = {
    rows: 8_000,
    frauds: 160,
    auc: { value: 0.981, low: 0.97, high: 0.99 },
    average_precision: { value: 0.87, low: 0.82, high: 0.9 },
    recall_at_1_percent: { value: 0.9, low: 0.86, high: 0.93 },
    recall_at_01_percent: { value: 0.71, low: 0.62, high: 0.79 },
    calibration_error: 0.012,
    roc: [{ x: 0, y: 0 }, { x: 0.002, y: 0.7 }, { x: 0.01, y: 0.9 }, { x: 0.1, y: 0.97 }, { x: 1, y: 1 }],
    pr: [{ x: 0.1, y: 1 }, { x: 0.6, y: 0.97 }, { x: 0.8, y: 0.9 }, { x: 0.9, y: 0.6 }, { x: 1, y: 0.02 }],
    calibration: [
      { mean: 0.01, rate: 0.008, rows: 7_000 },
      { mean: 0.3, rate: 0.34, rows: 500 },
      { mean: 0.7, rate: 0.66, rows: 300 },
      { mean: 0.95, rate: 0.97, rows: 200 },
    ],
  };
  const model: ModelJson = {
    version: text,
    hash,
    kind: "prior",
    created_at: time,
    current: true,
    rows: 60_000,
    auc: 0.981,
    card: {
      trained_on: text,
      limits: text,
      rows: 60_000,
      frauds: 1_900,
      from: "2025-01-01T00:00:00.000Z",
      until: "2025-03-01T00:00:00.000Z",
      training_seconds: 12.5,
      top_features: [
        { feature: "history_device_new", effect: 1.2 },
        { feature: "machine_registrations_hour", effect: 0.8 },
        { feature: "form_shown", effect: 0.4 },
        { feature: text, effect: 0.1 },
      ],
      evaluation: {
        on: text,
        rows: 8_000,
        frauds: 160,
        auc: 0.981,
        average_precision: 0.87,
        recall_at_1_percent: 0.9,
        recall_at_01_percent: 0.71,
        calibration_error: 0.012,
      },
    },
    report,
    online: { verdicts: 12 },
  };
  const models: ModelsJson = {
    current: text,
    models: [
      { ...model, version: "2026-03-01T04:00Z", kind: "trained", current: false, auc: 0.97 },
      model,
      { ...model, version: "old", current: false, auc: null },
    ],
    trainings: (["running", "promoted", "kept", "too_little", "failed"] as const).map((outcome, i) => ({
      training_id: `${i}`,
      asked_by: i % 2 ? "schedule" : "operator",
      started_at: time,
      finished_at: outcome === "running" ? null : time,
      outcome,
      version: text,
      detail: text,
    })),
  };
  const drift: DriftJson = {
    measured_at: time,
    features: [
      { feature: "client_rare", psi: 0.41 },
      { feature: "history_age", psi: 0.14 },
      { feature: text, psi: 0.01 },
    ],
  };
  return { row, decision, overview, report, model, models, drift };
}
