/** What decisions look like from outside: their schema, and how a row becomes one. */
import { z } from "zod";
import { findMany } from "../../../core/account.ts";
import type { Sql } from "../../../core/db/postgres.ts";
import { factorsOf } from "../assess.ts";
import type { Decision } from "../decision.ts";
import { acts, decisionKinds, levels } from "../policy.ts";

const part = z.number().min(0).max(1);

export const modelSchema = z.object({
  version: z.string(),
  hash: z.string(),
  kind: z.enum(["prior", "trained", "rules"]),
});

export const verdictSchema = z.enum(["good", "bad", "unsure"]);

export const rowSchema = z.object({
  decision_id: z.uuid(),
  reference: z.string().describe("the code that whoever was refused was given"),
  act: z.enum(acts),
  created_at: z.iso.datetime(),
  account_id: z.uuid().nullable(),
  email: z.string().nullable(),
  fraud_score: part,
  confidence: part,
  risk_level: z.enum(levels),
  decision: z.enum(decisionKinds),
  shadow: z.boolean().describe("only noted, not carried out"),
  risk_factors: z.array(z.object({
    name: z.string(),
    text: z.string(),
    effect: z.number().describe("in log-odds; above 0 it speaks for fraud"),
    value: z.number().nullable(),
    counterfactual: z.object({ value: z.number().nullable(), fraud_score: part }).nullable(),
  })),
  model: modelSchema,
  verdict: verdictSchema.nullable(),
  outcome: z.enum(["good", "bad"]).nullable().describe("what came of it without anybody's verdict"),
  waiting: z.boolean().describe("in the operator's queue"),
}).meta({ id: "FraudDecisionRow" });

export const shownRow = (decision: Decision, email: string | null) => ({
  decision_id: decision.decision_id,
  reference: decision.reference,
  act: decision.act,
  created_at: decision.created_at.toISOString(),
  account_id: decision.account_id,
  email,
  fraud_score: decision.fraud_score,
  confidence: decision.confidence,
  risk_level: decision.risk_level,
  decision: decision.decision,
  shadow: decision.shadow,
  risk_factors: factorsOf(decision.reasons),
  model: { version: decision.model_version, hash: decision.model_hash, kind: decision.model_kind },
  verdict: decision.verdict,
  outcome: decision.outcome,
  waiting: decision.waiting,
});

/** Addresses of the accounts there are, by id. */
export async function emailsOf(sql: Sql, decisions: Decision[]): Promise<Map<string, string>> {
  const ids = [...new Set(decisions.flatMap(({ account_id }) => account_id ?? []))];
  const accounts = ids.length === 0 ? [] : await findMany(sql, ids);
  return new Map(accounts.map(({ account_id, email }) => [account_id, email]));
}
