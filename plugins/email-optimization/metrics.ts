import type { MetricDefinition } from "../../core/observe/metrics.ts";
import { metrics as webhookMetrics } from "./webhooks/mod.ts";

export const metrics: Record<string, MetricDefinition> = {
  email_decisions_total: {
    kind: "counter",
    help: "Mails that were decided on: sent, held for a better hour, not sent",
    labels: ["kind", "act"],
  },
  email_decision_seconds: {
    kind: "histogram",
    help: "From the question what to do with a mail to the stored answer",
    buckets: [0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5],
  },
  email_dropped_total: { kind: "counter", help: "Mails that were not sent", labels: ["kind"] },
  email_pressed_total: {
    kind: "counter",
    help: "Mails whose link led somebody to press a button",
    labels: ["kind"],
  },
  email_goal_total: { kind: "counter", help: "Mails that led to what they are for", labels: ["goal"] },
  email_bounced_total: {
    kind: "counter",
    help: "Refusals by the receiving side, at the mail server's word",
    labels: ["hard"],
  },
  email_experiment_stopped_total: {
    kind: "counter",
    help: "Experiments that stopped by themselves, as little could be lost by it",
    labels: ["kind"],
  },
  ...webhookMetrics,
};
