/** POST /fraud/decisions/{decision_id}/verdict: what an operator makes of it. */
import { z } from "zod";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import { raiseOpenLogins } from "../adaptive.ts";
import type { FraudConfig } from "../config.ts";
import { refreshRingsSoon } from "../rings/mod.ts";
import { runtimeOf } from "../runtime.ts";
import { giveVerdict } from "../verdict.ts";
import { demandDecision, unknownDecision } from "./decisions.ts";
import { verdictSchema } from "./shapes.ts";

const body = z.object({
  verdict: verdictSchema,
  note: z.string().max(1000).optional().describe("for other operators"),
});
const params = z.object({ decision_id: z.string().max(60) });

export const postVerdict: Route = defineRoute<FraudConfig, typeof body, z.ZodUndefined, typeof params>({
  method: "POST",
  path: "/fraud/decisions/{decision_id}/verdict",
  summary: "Say whether a decision was about fraud",
  description:
    "The newest verdict counts, and all are kept. `good` and `bad` move the model that answers a little at once and " +
    "teach the next one; after `bad`, sign-ins of the account that are under way ask for more.",
  tags: ["Risk"],
  access: "operator",
  params,
  body,
  limits: [{ pool: "verdict", points: 120, per_seconds: 60, by: "account" }],
  answers: {
    200: { description: "Noted", schema: z.object({ decision_id: z.uuid(), verdict: verdictSchema }) },
    404: { description: "There is no such decision", problem_codes: ["decision_unknown"] },
  },
  async handle({ params, body, visitor }, ctx) {
    const { decision_id, account_id } = await demandDecision(ctx.sql, params.decision_id);
    const { verdict, note } = body;
    const given_by = visitor!.account_id;
    const noted = await giveVerdict(ctx.sql, { decision_id, verdict, note: note?.trim() || null, given_by });
    if (!noted) throw unknownDecision();
    ctx.metrics.inc("fraud_verdicts_total", { verdict });
    ctx.log.info("fraud.verdict", { decision_id, verdict, given_by });
    // What was learnt from it holds here at once, elsewhere within seconds.
    await runtimeOf(ctx).serving.refresh();
    refreshRingsSoon(ctx);
    if (verdict === "bad" && account_id !== null) await raiseOpenLogins(ctx, account_id, "verdict");
    return { status: 200, body: { decision_id, verdict } };
  },
});
