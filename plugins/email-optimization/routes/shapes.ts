/** What endpoints about mail say, and how a row becomes it. */
import { z } from "zod";
import type { Experiment } from "../experiments/experiment.ts";
import type { MailMessage, StoredEvent } from "../message_event.ts";

const when = z.iso.datetime();
const share = z.number().min(0).max(1);

export const experimentSchema = z.object({
  experiment_id: z.uuid(),
  kind: z.string(),
  goal: z.enum(["verified", "reset_completed", "returned"]),
  window_hours: z.int().describe("a goal that comes later does not count"),
  variants: z.array(z.string()),
  hold_out: share.describe("the share that gets what is sent otherwise, whatever was learnt"),
  floor: share.describe("the share that is spread evenly over all variants"),
  loss_max: share.describe(
    "it stops by itself once choosing the best loses less than this of the goal's rate",
  ),
  stop: z.enum(["auto", "manual"]),
  state: z.enum(["running", "promoted", "ended"]),
  winner: z.string().nullable(),
  ended_because: z.string().nullable(),
  created_at: when,
  ended_at: when.nullable(),
}).meta({ id: "EmailExperiment" });

export const shownExperiment = ({ created_by: _, created_at, ended_at, ...rest }: Experiment) => ({
  ...rest,
  created_at: created_at.toISOString(),
  ended_at: ended_at?.toISOString() ?? null,
});

export const armSchema = z.object({
  variant: z.string(),
  sent: z.int(),
  pressed: z.int(),
  goals: z.int(),
  pending: z.int().describe("sent, without a goal so far, and its window is still open"),
  bounced: z.int(),
  mean: z.number().describe("of the goal's rate, as it is believed to be"),
  low: z.number().describe("it is above this with 97.5 %"),
  high: z.number().describe("it is below this with 97.5 %"),
  probability_best: share,
  expected_loss: z.number().describe(
    "what sending only this one would lose, in rates of the goal, on average",
  ),
}).meta({ id: "EmailExperimentArm" });

export const timelineSchema = z.array(z.object({
  at: when,
  arms: z.array(z.object({ variant: z.string(), mean: z.number(), low: z.number(), high: z.number() })),
}));

export const funnelSchema = z.object({
  decided: z.int(),
  sent: z.int(),
  pressed: z.int(),
  goals: z.int(),
  pending: z.int(),
  bounced: z.int(),
});

const timingSchema = z.object({
  send_at: when,
  held_until: when.nullable(),
  time_zone: z.string().nullable(),
  doubt: z.number().describe("0: sure, 1: nothing is known"),
  expected: z.number(),
  expected_now: z.number(),
  observations: z.number(),
  reason: z.string(),
});

export const messageSchema = z.object({
  mail_id: z.uuid(),
  kind: z.string(),
  flow_id: z.uuid().nullable(),
  account_id: z.uuid().nullable(),
  domain_class: z.string(),
  locale: z.string(),
  decided_at: when,
  experiment_id: z.uuid().nullable(),
  variant: z.string(),
  hold_out: z.boolean(),
  context: z.string(),
  propensity: share.describe("how likely this variant was chosen"),
  model_version: z.string(),
  optimal_timing: timingSchema.partial().nullable(),
  deliverability_score: share.nullable(),
  deliverability_reasons: z.array(
    z.object({ name: z.string(), text_key: z.string(), effect: z.number() }),
  ),
  reasons: z.array(z.unknown()),
  sent_at: when.nullable(),
  failed_at: when.nullable(),
  pressed_at: when.nullable(),
  goal_at: when.nullable(),
  bounced_at: when.nullable(),
  complained_at: when.nullable(),
}).meta({ id: "EmailMessage" });

const iso = (date: Date | null) => date?.toISOString() ?? null;

export function shownMessage(message: MailMessage) {
  const { address_tag: _, timing, score, score_reasons, held_until: __, ...rest } = message;
  return {
    ...rest,
    decided_at: message.decided_at.toISOString(),
    optimal_timing: timing,
    deliverability_score: score,
    deliverability_reasons: score_reasons ?? [],
    ...{ sent_at: iso(message.sent_at), failed_at: iso(message.failed_at) },
    ...{ pressed_at: iso(message.pressed_at), goal_at: iso(message.goal_at) },
    ...{ bounced_at: iso(message.bounced_at), complained_at: iso(message.complained_at) },
  };
}

export const eventSchema = z.object({
  type: z.string(),
  at: when,
  source: z.string(),
  detail: z.record(z.string(), z.unknown()),
}).meta({ id: "EmailEvent" });

export const shownEvent = ({ type, at, source, detail }: StoredEvent) => ({
  ...{ type, source, detail },
  at: at.toISOString(),
});
