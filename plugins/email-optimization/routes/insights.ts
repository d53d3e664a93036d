/** GET /email/insights: whether mail arrives, is read, and leads to what it is for. */
import { z } from "zod";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import type { EmailConfig } from "../config.ts";
import { listDefaults, listExperiments, standardVariant } from "../experiments/experiment.ts";
import { goalOf } from "../goals.ts";
import { insightsOf } from "../insights.ts";
import { countSuppressions } from "../suppression.ts";
import type { MailKind } from "../../../core/services/mod.ts";
import { experimentSchema, shownExperiment } from "./shapes.ts";

const query = z.object({ days: z.coerce.number().int().min(1).max(180).default(30) });

export const insights: Route = defineRoute<EmailConfig, z.ZodUndefined, typeof query>({
  method: "GET",
  path: "/email/insights",
  summary: "Whether mail arrives, is read, and leads to what it is for",
  tags: ["Mail"],
  access: "operator",
  query,
  answers: {
    200: {
      description: "Counts of the last days, by kind",
      schema: z.object({
        days: z.int(),
        kinds: z.array(z.object({
          kind: z.string(),
          goal: z.string().nullable(),
          variant: z.string().describe("what is sent where nothing is tried out"),
          decided: z.int(),
          sent: z.int(),
          failed: z.int(),
          pressed: z.int(),
          goals: z.int(),
          bounced: z.int(),
          complained: z.int(),
          deliverability_score: z.number().nullable(),
          seconds_to_goal: z.number().nullable().describe("of half of them"),
        })),
        suppressed: z.record(z.string(), z.int()),
        experiments: z.array(experimentSchema).describe("those that run, and the latest that ended"),
      }),
    },
  },
  async handle({ query: { days } }, ctx) {
    const [kinds, defaults, suppressed, experiments] = await Promise.all([
      insightsOf(ctx.sql, days),
      listDefaults(ctx.sql),
      countSuppressions(ctx.sql),
      listExperiments(ctx.sql, 5),
    ]);
    return {
      status: 200,
      body: {
        days,
        kinds: kinds.map((row) => ({
          ...row,
          goal: goalOf(row.kind as MailKind),
          variant: defaults.get(row.kind) ?? standardVariant,
        })),
        suppressed,
        experiments: experiments.map(shownExperiment),
      },
    };
  },
});
