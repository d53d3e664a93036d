/** What the endpoints about mail answer, as far as pages show it. */
export interface ExperimentJson {
  experiment_id: string;
  kind: string;
  goal: string;
  window_hours: number;
  variants: string[];
  state: "running" | "promoted" | "ended";
  winner: string | null;
  created_at: string;
  ended_at: string | null;
}

export interface ExperimentsJson {
  experiments: ExperimentJson[];
  kinds: { kind: string; goal: string; window_hours: number; variants: string[] }[];
}

export interface ArmJson {
  variant: string;
  sent: number;
  pressed: number;
  goals: number;
  pending: number;
  mean: number;
  low: number;
  high: number;
  probability_best: number;
  expected_loss: number;
}

export interface TimelineJson {
  at: string;
  arms: { variant: string; mean: number; low: number; high: number }[];
}

export interface OneExperimentJson {
  experiment: ExperimentJson;
  arms: ArmJson[];
  funnel: { sent: number; pressed: number; goals: number };
  timeline: TimelineJson[];
  verdict: { stop: boolean; winner: string | null; why: string };
}

export interface InsightsJson {
  days: number;
  kinds: {
    kind: string;
    sent: number;
    pressed: number;
    goals: number;
    bounced: number;
    goal: string | null;
    deliverability_score: number | null;
    seconds_to_goal: number | null;
  }[];
  suppressed: Record<string, number>;
  experiments: ExperimentJson[];
}

export interface PublishJson {
  name: string;
  type: string;
  value: string;
  zone: string | null;
}

export interface DomainJson {
  domain: string;
  sender: string;
  checked_at: string | null;
  checks: {
    name: string;
    state: "good" | "note" | "bad" | "unknown";
    code: string;
    params: Record<string, string>;
    text: string;
    found: string[];
    publish: PublishJson[];
  }[];
  keys: { selector: string; state: string; created_at: string; publish: PublishJson }[];
}

export interface SuppressionJson {
  address_tag: string;
  reason: string;
  scope: string;
  detail: string;
  until: string | null;
  created_at: string;
  lifted_at: string | null;
}

export interface MessageJson {
  mail_id: string;
  kind: string;
  variant: string;
  experiment_id: string | null;
  propensity: number;
  context: string;
  model_version: string;
  domain_class: string;
  decided_at: string;
  optimal_timing: { held_until?: string | null; reason?: string } | null;
  deliverability_score: number | null;
  deliverability_reasons: { name: string; text_key: string; effect: number }[];
  reasons: string[];
}

export interface EventJson {
  type: string;
  at: string;
  source: string;
  detail: Record<string, unknown>;
}

export interface VariantJson {
  kind: string;
  variant: string;
  state: "shipped" | "draft" | "approved" | "rejected";
  origin: "service" | "operator" | "generator";
  about: string | null;
  model: string | null;
  created_at: string | null;
}

export interface VariantsJson {
  variants: VariantJson[];
  generator: boolean;
}

export interface PreviewJson {
  sender_name: string;
  subject: string;
  preheader: string;
  text: string;
}
