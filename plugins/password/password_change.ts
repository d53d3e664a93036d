/** Owns the table `password_change`: the intent "this is my new password". */
import type { Sql } from "../../core/db/postgres.ts";

export interface PasswordChange {
  flow_id: string;
  account_id: string;
  origin: "reset" | "change";
  keep_session_id: string | null;
}

export async function insertChange(tx: Sql, change: PasswordChange & { verifier: string }): Promise<void> {
  await tx`insert into password_change ${tx({ ...change })}`;
}

export async function findChange(
  sql: Sql,
  flow_id: string,
): Promise<(PasswordChange & { verifier: string | null }) | null> {
  const [row] = await sql<(PasswordChange & { verifier: string | null })[]>`
    select flow_id, account_id, origin, keep_session_id, verifier from password_change where flow_id = ${flow_id}`;
  return row ?? null;
}

/** The verifier has moved to the account; the intent keeps no copy. */
export async function markApplied(tx: Sql, flow_id: string): Promise<void> {
  await tx`update password_change set applied_at = now(), verifier = null where flow_id = ${flow_id}`;
}
