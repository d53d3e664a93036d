/** POST /auth/password/analyze: how hard a password is to guess, and why. It is neither kept nor logged. */
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import { stringsFor } from "../../../core/i18n/mod.ts";
import { defineRoute } from "../../../core/plugin.ts";
import { explain, factsOf } from "../../../ml/passwords/explain.ts";
import type { PasswordConfig } from "../config.ts";
import { JudgeBusy } from "../judge.ts";
import { passwordField, profileFields } from "../person.ts";
import { normalise } from "../policy.ts";
import { runtimeOf } from "../runtime.ts";

const body = z.object({
  password: passwordField.describe("the first 256 characters are looked at, the first 48 for patterns"),
  email: z.string().max(320).optional().describe("whole or half typed; looked for in the password"),
  ...profileFields,
  wording: z.enum(["templates", "genai"]).optional()
    .describe(
      "`genai`: in the words of the language model that an operator has set up, if it answers in time",
    ),
});

const place = { start: z.int(), end: z.int() };
const time = z.object({ seconds: z.number(), text: z.string() });
const answer = z.object({
  security_score: z.int().min(0).max(100),
  strength_level: z.enum(["very_weak", "weak", "fair", "strong", "very_strong"]),
  strength_text: z.string(),
  length: z.int().describe("code points after NFKC"),
  guesses_log10: z.number(),
  spoke: z.enum(["list", "breach", "personal", "model", "patterns"])
    .describe("whose estimate it is: that of whoever needs the fewest guesses"),
  estimates: z.object({
    model: z.number().nullable(),
    patterns: z.number(),
    personal: z.number().nullable(),
  }),
  crack_times: z.object({
    online_throttled: time,
    online_unthrottled: time,
    offline_slow_hash: time,
    offline_fast_hash: time,
  }),
  pattern_analysis: z.array(z.object({
    pattern: z.string(),
    of: z.string().optional(),
    ...place,
    guesses_log10: z.number(),
    disguise: z.array(z.string()),
    times: z.int().optional(),
    explanation: z.string(),
  })),
  surprise_bits: z.array(z.number()).describe("bits that each character adds, for a heat map"),
  personal_info: z.array(z.object({
    kind: z.string(),
    from: z.string(),
    ...place,
    how: z.array(z.string()),
    explanation: z.string(),
  })),
  breached: z.object({
    known: z.boolean(),
    near: z.object({ how: z.string() }).nullable(),
    source: z.string().nullable(),
  }),
  ai_explanation: z.string(),
  worded_by: z.enum(["templates", "genai"]),
  better_wording: z.boolean().describe("asking again with `wording: genai` may give better words"),
  suggestions: z.array(z.object({
    kind: z.string(),
    text: z.string(),
    start: z.int().nullable(),
    end: z.int().nullable(),
    guesses_log10: z.number().describe("the estimate once it was followed"),
  })),
  answered_by: z.enum(["model", "rules"]),
  rules_because: z.string().nullable().describe("why the model did not answer"),
  model: z.object({ version: z.string(), hash: z.string() }).nullable(),
}).meta({ id: "PasswordAnalysis" });

export const analyze = defineRoute<PasswordConfig, typeof body>({
  method: "POST",
  path: "/auth/password/analyze",
  summary: "How hard a password is to guess, and why",
  description:
    "The score advises; whether a password is accepted is decided by length, blocklist, personal information and breach " +
    "(NIST SP 800-63B). The password is neither stored nor logged, and is not part of the answer.",
  tags: ["Password"],
  access: "public",
  body,
  body_bytes_max: 24_576,
  limits: [{ pool: "password_analyze", points: 300, per_seconds: 60, by: "ip" }],
  answers: {
    200: { description: "What was found", schema: answer },
    503: { description: "Too many are looked at", problem_codes: ["judge_busy"] },
  },
  async handle(call, ctx) {
    const { password, email, username, first_name, last_name, wording } = call.body;
    const { judge, wordings } = runtimeOf(ctx);
    const person = {
      email,
      username: username ?? undefined,
      first_name: first_name ?? undefined,
      last_name: last_name ?? undefined,
    };
    const findings = await judge.findings(normalise(password), person).catch(tooBusy);
    ctx.metrics.inc("password_analysis_total", { answered_by: findings.model ? "model" : "rules" });
    const told = explain(findings, stringsFor(call.locale).passwords);
    const worded = wordings && wording === "genai"
      ? await wordings.explain(factsOf(findings), call.locale)
      : null;
    return {
      status: 200,
      body: {
        ...told,
        ...worded === null ? {} : { ai_explanation: worded, worded_by: "genai" },
        better_wording: wordings !== null && worded === null && wording !== "genai",
      },
    };
  },
});

function tooBusy(error: unknown): never {
  if (!(error instanceof JudgeBusy)) throw error;
  throw new Problem(503, "judge_busy", "Very many passwords are being looked at. Try again shortly.", {
    retry_after_seconds: 1,
  });
}
