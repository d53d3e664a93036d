/** Owns the table `initial_access_token`: who holds one may register so many clients (RFC 7591 §3). */
import { randomBytes } from "node:crypto";
import type { Sql } from "../../core/db/postgres.ts";
import { hashSecret } from "../../core/session/session.ts";

/** Answers the token; only its hash is stored. */
export async function insertInitialAccessToken(
  sql: Sql,
  { uses, lifetime_seconds }: { uses: number; lifetime_seconds: number },
): Promise<string> {
  const token = `fsi_${randomBytes(32).toString("base64url")}`;
  await sql`
    insert into initial_access_token (token_hash, uses_left, expires_at)
    values (${hashSecret(token)}, ${uses}, now() + make_interval(secs => ${lifetime_seconds}))`;
  return token;
}

/** Whether a client can be registered with it at present. */
export async function isAlive(sql: Sql, token: string): Promise<boolean> {
  const rows = await sql`
    select 1 from initial_access_token
    where token_hash = ${hashSecret(token)} and uses_left > 0 and expires_at > now()`;
  return rows.length === 1;
}

/** Uses it once: of any number at the same time no more succeed than it was made for. */
export async function claimUse(tx: Sql, token: string): Promise<boolean> {
  const rows = await tx`
    update initial_access_token set uses_left = uses_left - 1
    where token_hash = ${hashSecret(token)} and uses_left > 0 and expires_at > now() returning 1`;
  return rows.length === 1;
}
