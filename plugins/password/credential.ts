/** Owns the table `password_credential`: the one place a verifier is kept. */
import type { Sql } from "../../core/db/postgres.ts";

/** The one door to a stored verifier. */
export async function setVerifier(tx: Sql, account_id: string, verifier: string): Promise<void> {
  await tx`
    insert into password_credential (account_id, verifier) values (${account_id}, ${verifier})
    on conflict (account_id) do update set verifier = excluded.verifier, changed_at = now()`;
}

export async function verifierOf(sql: Sql, account_id: string): Promise<string | null> {
  const [row] = await sql<{ verifier: string }[]>`
    select verifier from password_credential where account_id = ${account_id}`;
  return row?.verifier ?? null;
}

/** Stores the same password anew, unless it was changed meanwhile. */
export async function replaceVerifier(
  sql: Sql,
  account_id: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await sql`
    update password_credential set verifier = ${to} where account_id = ${account_id} and verifier = ${from}`;
}
