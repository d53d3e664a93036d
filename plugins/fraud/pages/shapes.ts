/** What the JSON API answers, as far as pages show it. */
import type { Assessment } from "../../../core/plugin.ts";

export type ActName = "register" | "sign_in" | "reset_password" | "change_email";
export type Level = Assessment["risk_level"];
export type DecisionKind = Assessment["decision"];
export type VerdictKind = "good" | "bad" | "unsure";
export type ModelInUse = Assessment["model"];

export interface Factor {
  /** Of the feature. */
  name: string;
  text: string;
  effect: number;
  value: number | null;
  /** What the score were with another value. */
  counterfactual: { value: number | null; fraud_score: number } | null;
}

/** One of `GET /fraud/decisions`. */
export interface DecisionRow {
  decision_id: string;
  reference: string;
  act: ActName;
  created_at: string;
  account_id: string | null;
  email: string | null;
  fraud_score: number;
  confidence: number;
  risk_level: Level;
  decision: DecisionKind;
  /** Only noted, not carried out. */
  shadow: boolean;
  risk_factors: Factor[];
  model: ModelInUse;
  verdict: VerdictKind | null;
  /** What came of it without anybody's verdict. */
  outcome: "good" | "bad" | null;
}

/** `GET /fraud/decisions`: `next` is the `before` of the page after this. */
export interface DecisionsJson {
  decisions: DecisionRow[];
  next: string | null;
}

/** `GET /fraud/decisions/{id or reference}` */
export interface DecisionJson extends DecisionRow {
  ai_insights: string;
  anomaly: number;
  /** Every feature by its name; null: not known. */
  features: Record<string, number | null>;
  /** `temporal_workflow`, `direct_…`; null where no story was told. */
  method: string | null;
  workflow_id: string | null;
  latency_ms: number;
  /** Why rules answered in place of a model. */
  fallback: string | null;
  client: { ip: string | null; user_agent: string | null; surface: "page" | "api"; locale: string };
  place: { city: string | null; country: string | null } | null;
  verdicts: { verdict: VerdictKind; by: string | null; note: string | null; created_at: string }[];
  /** Other decisions about the account, newest first. */
  history: DecisionRow[];
  account: { account_id: string; email: string; created_at: string; state: string } | null;
  ring_id: string | null;
}

/** `GET /fraud/overview` */
export interface OverviewJson {
  shadow: boolean;
  /** Of the last 24 hours. */
  today: Record<DecisionKind, number>;
  queue: number;
  model: ModelInUse;
  /** Why rules answer in place of a model. */
  fallback: string | null;
}

/** `GET /fraud/models` */
export interface ModelsJson {
  /** Null where rules answer. */
  current: string | null;
  /** Newest first. */
  models: ModelRow[];
  /** Newest first. */
  trainings: Training[];
}

export interface ModelRow {
  version: string;
  hash: string;
  kind: "prior" | "trained";
  created_at: string;
  current: boolean;
  rows: number;
  auc: number | null;
}

export interface Training {
  training_id: string;
  asked_by: "schedule" | "operator";
  started_at: string;
  finished_at: string | null;
  outcome: "running" | "promoted" | "kept" | "too_little" | "failed";
  version: string | null;
  /** In a sentence: by how much it was better, or what went wrong. */
  detail: string | null;
}

/** What stands on a model's file for people; null: not known. */
export interface CardView {
  trained_on: string;
  limits: string;
  rows: number;
  frauds: number;
  from: string;
  until: string;
  training_seconds: number | null;
  top_features: { feature: string; effect: number }[];
  evaluation: EvaluationView | null;
}

export interface Interval {
  value: number;
  /** 95 % of resamples lie between. */
  low: number;
  high: number;
}

/** What is kept on the card of how well it does. */
export interface EvaluationView {
  on: string;
  rows: number;
  frauds: number;
  auc: number;
  average_precision: number;
  recall_at_1_percent: number;
  recall_at_01_percent: number;
  calibration_error: number;
}

/** The same in full, with what can be drawn. */
export interface ReportView {
  rows: number;
  frauds: number;
  auc: Interval;
  average_precision: Interval;
  recall_at_1_percent: Interval;
  recall_at_01_percent: Interval;
  calibration_error: number;
  /** x: false alarms, y: caught. */
  roc: Point[];
  /** x: caught, y: right when it says fraud. */
  pr: Point[];
  /** Mean score, and the share that was fraud. */
  calibration: { mean: number; rate: number; rows: number }[];
}

export interface Point {
  x: number;
  y: number;
}

/** `GET /fraud/models/{version}` */
export interface ModelJson extends ModelRow {
  card: CardView;
  report: ReportView | null;
  /** How verdicts have moved it since it was trained. */
  online: { verdicts: number } | null;
}

/** `GET /fraud/drift` */
export interface DriftJson {
  /** Null: too few decisions yet. */
  measured_at: string | null;
  /** Largest first. */
  features: { feature: string; psi: number }[];
}
