/** Owns the table `factor_policy`: what an operator has decided for one account. */
import type { Sql } from "../../core/db/postgres.ts";

export interface FactorPolicy {
  required_from: Date;
  /** In the operator's words. */
  reason: string;
}

export async function factorPolicyOf(sql: Sql, account_id: string): Promise<FactorPolicy | null> {
  const [row] = await sql<FactorPolicy[]>`
    select required_from, reason from factor_policy where account_id = ${account_id}`;
  return row ?? null;
}

export async function setFactorPolicy(tx: Sql, account_id: string, policy: FactorPolicy): Promise<void> {
  const { required_from, reason } = policy;
  await tx`
    insert into factor_policy (account_id, required_from, reason)
    values (${account_id}, ${required_from}, ${reason})
    on conflict (account_id) do update set
      required_from = excluded.required_from, reason = excluded.reason, set_at = now()`;
}

/** False when nothing was decided for it. */
export async function dropFactorPolicy(tx: Sql, account_id: string): Promise<boolean> {
  const rows = await tx`delete from factor_policy where account_id = ${account_id} returning 1`;
  return rows.length === 1;
}
