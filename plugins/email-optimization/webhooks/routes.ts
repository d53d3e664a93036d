/** POST /email/webhooks/…: what a mail service tells of a mail that it took, and could not bring to anybody. */
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import { createOutgoing, type Outgoing } from "../../../core/net/outgoing.ts";
import type { MetricDefinition } from "../../../core/observe/metrics.ts";
import { type AnyCtx, type Ctx, defineRoute, type Route } from "../../../core/plugin.ts";
import { type Sender, senders } from "./senders.ts";
import type { WebhookConfig } from "./settings.ts";
import type { Signed } from "./signature.ts";
import { createSns, type Sns } from "./sns.ts";
import { takeReports } from "./take.ts";

export const webhookMetrics: Record<string, MetricDefinition> = {
  email_reports_total: {
    kind: "counter",
    help:
      "What mail services told of mail: taken, seen before, unknown, passed over; and requests that were refused",
    labels: ["source", "result"],
  },
};

const outgoingSeconds = 4;
/** SNS sends as much, and Postmark where it sends the bounce itself too. */
const bodyBytesMax = 262_144;

/** @param parts for tests: who is asked for certificates, and the time */
export function createWebhookRoutes(
  parts: { outgoing?: Pick<Outgoing, "get">; now?: () => number } = {},
): Route[] {
  const outgoing = parts.outgoing ?? createOutgoing({ allow_private: [], timeout_seconds: outgoingSeconds });
  const sns = createSns(outgoing);
  return senders.map((sender) => webhook(sender, sns, parts.now ?? Date.now));
}

const toBeSentAgain: Route["answers"] = {
  503: {
    description: "To be sent again",
    problem_codes: ["webhook_certificate_unavailable", "webhook_subscription_failed"],
  },
};

/** Why something is refused is for whoever sets a webhook up; its caller does not learn it. */
async function receive(
  sender: Sender,
  received: Signed,
  secret: string,
  { sns, ctx: { log, metrics } }: { sns: Sns; ctx: AnyCtx },
) {
  try {
    return await sender.receive(received, secret, { sns, log });
  } catch (error) {
    if (error instanceof Problem && error.status === 401) {
      const { source } = sender;
      metrics.inc("email_reports_total", { source, result: "refused" });
      log.debug("mail.webhook_refused", { source, reason: error.extra.cause });
    }
    throw error;
  }
}

function webhook(sender: Sender, sns: Sns, now: () => number): Route {
  const { source, title, description, consumes, setting, body_bytes_max = bodyBytesMax } = sender;
  return defineRoute({
    method: "POST",
    path: `/email/webhooks/${source}`,
    summary: title,
    description:
      `${description} Told twice, a report is taken once. Off until EMAIL_OPTIMIZATION_${setting.toUpperCase()} is set.`,
    tags: ["Mail"],
    access: "own",
    raw: true,
    body: z.unknown(),
    ...consumes ? { consumes } : {},
    body_bytes_max,
    limits: [{ pool: "email_webhook", points: 3000, per_seconds: 60, by: "ip" }],
    answers: {
      200: {
        description: "Taken",
        schema: z.object({
          taken: z.number().int(),
          seen: z.number().int().describe("Told before"),
          unknown: z.number().int().describe("Of no mail that is known here"),
          passed_over: z.number().int().describe("Of no interest, such as mail that was opened"),
        }),
      },
      401: { description: "Not from that sender", problem_codes: ["webhook_signature_invalid"] },
      404: { description: "Not set up", problem_codes: ["webhook_off"] },
      ...source === "ses" ? toBeSentAgain : {},
    },
    async handle({ raw, headers }, ctx: Ctx<WebhookConfig>) {
      const secret = ctx.config[setting];
      if (!secret) throw new Problem(404, "webhook_off", "This webhook is not set up.");
      const received = { raw, headers, now_ms: now() };
      const { passed_over, ...told } = await receive(sender, received, secret, { sns, ctx });
      const taken = await takeReports(ctx, { source, ...told });
      for (const [result, count] of Object.entries({ ...taken, passed_over })) {
        if (count > 0) ctx.metrics.inc("email_reports_total", { source, result }, count);
      }
      return { status: 200, body: { ...taken, passed_over } };
    },
  });
}
