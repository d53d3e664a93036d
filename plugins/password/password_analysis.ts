/** Owns the table `password_analysis`: what was found of a sign-up's password, as far as it tells nothing of it. */
import type { Sql } from "../../core/db/postgres.ts";
import type { Findings } from "../../ml/passwords/analysis.ts";

export interface KeptAnalysis {
  security_score: number;
  strength_level: Findings["strength_level"];
  /** Rounded down to an even number: how many guesses, as a decimal logarithm. */
  guesses_log10: number;
  spoke: Findings["spoke"];
  breached: boolean;
  personal_info: boolean;
  answered_by: "model" | "rules";
  rules_because: Findings["rules_because"];
  model_version: string | null;
  model_hash: string | null;
}

/** Without places and parts: who reads the table learns how good a password is, but not how it is built. */
export function keptOf(findings: Findings): KeptAnalysis {
  return {
    // In steps of ten, for the same reason.
    security_score: Math.floor(findings.security_score / 10) * 10,
    strength_level: findings.strength_level,
    guesses_log10: Math.min(40, Math.floor(findings.guesses_log10 / 2) * 2),
    spoke: findings.spoke,
    breached: findings.breached.known,
    personal_info: findings.personal.length > 0,
    answered_by: findings.model ? "model" : "rules",
    rules_because: findings.rules_because,
    model_version: findings.model?.version ?? null,
    model_hash: findings.model?.hash ?? null,
  };
}

export async function insertAnalysis(tx: Sql, flow_id: string, kept: KeptAnalysis): Promise<void> {
  await tx`insert into password_analysis ${tx({ flow_id, ...kept })}`;
}

export async function findAnalysis(sql: Sql, flow_id: string): Promise<KeptAnalysis | null> {
  const [row] = await sql<KeptAnalysis[]>`
    select security_score, strength_level, guesses_log10, spoke, breached, personal_info, answered_by,
           rules_because, model_version, model_hash
    from password_analysis where flow_id = ${flow_id}`;
  return row ?? null;
}
