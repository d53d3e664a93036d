/** Answers of the API as pages get them, made up, for tests of the views. */
import type {
  ArmJson,
  DomainJson,
  EventJson,
  ExperimentJson,
  ExperimentsJson,
  InsightsJson,
  MessageJson,
  OneExperimentJson,
  PreviewJson,
  SuppressionJson,
  VariantJson,
  VariantsJson,
} from "./shapes.ts";

const time = "2026-03-01T10:00:00.000Z";
const id = "5f3c1c0e-2f0a-4a77-9d0e-0c7c7f2c1a11";

/** `text` stands wherever a text of somebody else's may stand. */
export function fakes(text: string) {
  const running: ExperimentJson = {
    experiment_id: id,
    kind: "verify_email",
    goal: "verified",
    window_hours: 24,
    variants: ["standard", text],
    state: "running",
    winner: null,
    created_at: time,
    ended_at: null,
  };
  const promoted: ExperimentJson = {
    ...running,
    ...{ experiment_id: text, kind: text, goal: text, state: "promoted", winner: text, ended_at: time },
  };
  const arm = (variant: string, better: boolean): ArmJson => ({
    ...{ variant, sent: 101, pressed: 40, goals: better ? 66 : 41, pending: 3 },
    ...{ mean: better ? 0.65 : 0.4, low: better ? 0.55 : 0.31, high: better ? 0.74 : 0.5 },
    ...{ probability_best: better ? 0.998 : 0.002, expected_loss: better ? 0.0001 : 0.25 },
  });
  const one: OneExperimentJson = {
    experiment: running,
    arms: [arm("standard", false), arm(text, true)],
    funnel: { sent: 202, pressed: 80, goals: 107 },
    timeline: Array.from({ length: 12 }, (_, i) => ({
      at: new Date(Date.parse(time) + i * 3_600_000).toISOString(),
      arms: [
        { variant: "standard", mean: 0.4, low: 0.4 - 0.3 / (i + 1), high: 0.4 + 0.3 / (i + 1) },
        { variant: text, mean: 0.65, low: 0.65 - 0.3 / (i + 1), high: 0.65 + 0.3 / (i + 1) },
      ],
    })),
    verdict: { stop: true, winner: text, why: "loss_small" },
  };
  const experiments: ExperimentsJson = {
    experiments: [running, promoted, { ...promoted, experiment_id: "x", state: "ended", winner: null }],
    kinds: [
      { kind: "verify_email", goal: "verified", window_hours: 24, variants: ["standard", text] },
      { kind: text, goal: text, window_hours: 24, variants: ["standard", text] },
    ],
  };
  const count = { sent: 202, pressed: 80, goals: 107, bounced: 3, goal: "verified" };
  const insights: InsightsJson = {
    days: 30,
    kinds: [
      { ...count, kind: "verify_email", deliverability_score: 0.93, seconds_to_goal: 130 },
      { ...count, kind: text, goal: null, deliverability_score: null, seconds_to_goal: null },
    ],
    suppressed: { hard_bounce: 2, [text]: 1 },
    experiments: [running, promoted],
  };
  const publish = { name: text, type: "TXT", value: text, zone: text };
  const domain: DomainJson = {
    domain: text,
    sender: text,
    checked_at: time,
    checks: (["good", "note", "bad", "unknown"] as const).map((state, i) => ({
      ...{ name: ["spf", "dkim", "dmarc", text][i], state, code: text, params: { text }, text },
      ...{ found: i === 0 ? [] : [text], publish: i === 0 ? [] : [publish, { ...publish, zone: null }] },
    })),
    keys: ["new", "in_use", "retired"].map((state) => ({
      selector: state,
      state,
      created_at: time,
      publish,
    })),
  };
  const suppressions: SuppressionJson[] = [
    "hard_bounce",
    "soft_bounce",
    "complaint",
    "unsubscribed",
    "operator",
    text,
  ].map((reason, i) => ({
    ...{ address_tag: `${text}${i}`, reason, scope: i === 0 ? "all" : "optional", detail: text },
    ...{ until: i === 1 ? time : null, created_at: time, lifted_at: i === 2 ? time : null },
  }));
  const message: MessageJson = {
    mail_id: id,
    kind: "welcome",
    variant: text,
    experiment_id: id,
    propensity: 0.31,
    context: text,
    model_version: text,
    domain_class: text,
    decided_at: time,
    optimal_timing: { held_until: time, reason: text },
    deliverability_score: 0.91,
    deliverability_reasons: [{ name: text, text_key: text, effect: -0.1 }],
    reasons: ["thompson", text],
  };
  const event = (type: string, detail: Record<string, unknown> = {}): EventJson => ({
    ...{ type, at: time, source: text, detail },
  });
  const events = [
    ...["decided", "held", "delayed", "sent", "delivered", "pressed", "goal"].map((type) => event(type)),
    event("bounced", { reason: text, code: 550 }),
    event(text, { detail: text, reason: { nested: text } }),
  ];
  const variant: VariantJson = {
    ...{ kind: "verify_email", variant: text, state: "draft", origin: "generator" },
    ...{ about: text, model: text, created_at: time },
  };
  const variants: VariantsJson = {
    variants: [
      variant,
      { ...variant, kind: text, state: "approved", origin: "operator", model: null },
      { ...variant, variant: "x", state: "rejected" },
      { ...variant, variant: "y", state: "shipped", origin: "service", about: null, created_at: null },
    ],
    generator: true,
  };
  const preview: PreviewJson = { sender_name: text, subject: text, preheader: text, text };
  return {
    variant,
    variants,
    preview,
    running,
    promoted,
    one,
    experiments,
    insights,
    domain,
    suppressions,
    message,
    events,
  };
}
