/** What of an assessment goes to whom: all of it to developers, a code to be read out to everybody else. */
import { z } from "zod";
import type { CoreConfig } from "../config.ts";
import { Problem } from "../http/problem.ts";
import type { Assessment } from "../plugin.ts";

const only = "in development alone";

export const assessmentShape = {
  decision_id: z.uuid().optional().describe(`of the risk decision; ${only}`),
  fraud_score: z.number().min(0).max(1).optional().describe(only),
  confidence: z.number().min(0).max(1).optional().describe(only),
  risk_level: z.enum(["low", "medium", "high", "critical"]).optional().describe(only),
  decision: z.enum(["allow", "challenge", "review", "deny"]).optional().describe(only),
  risk_factors: z.array(z.object({ name: z.string(), text: z.string(), effect: z.number() })).optional()
    .describe(`with effects in log-odds; ${only}`),
  ai_insights: z.string().optional().describe(only),
  model: z.object({ version: z.string(), hash: z.string(), kind: z.enum(["prior", "trained", "rules"]) })
    .optional().describe(only),
};

/** Whoever is judged learns nothing by it that would help them to pass the next time. */
export function shownAssessment(
  assessment: Assessment | undefined,
  { production }: Pick<CoreConfig, "production">,
): Partial<Assessment> {
  if (!assessment || production) return {};
  const { reference: _, ...shown } = assessment;
  return shown;
}

export function refused(
  code: string,
  sentence: string,
  assessment: Assessment | undefined,
  core: Pick<CoreConfig, "production">,
): Problem {
  const reference = assessment?.reference;
  const help = reference
    ? `Ask whoever runs this service for help, and give the code ${reference}.`
    : "Ask whoever runs this service for help.";
  return new Problem(403, code, `${sentence} ${help}`, {
    members: { ...reference ? { reference } : {}, ...shownAssessment(assessment, core) },
  });
}
