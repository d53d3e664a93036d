/** Owns the table `used_jti`: what was shown once and must not be shown again. */
import { createHash } from "node:crypto";
import type { Sql } from "../db/postgres.ts";

/**
 * Notes that something was used. True for the first who says so, on whatever replica, and false for everybody after.
 *
 * @param kind whose identifiers these are: `dpop`, `client_assertion`
 * @param key everything that makes it one of a kind, as `jkt/jti`; stored hashed
 * @param expires_at when it would be refused anyway; must not be earlier, or it could be shown again
 */
export async function claimOnce(sql: Sql, kind: string, key: string, expires_at: Date): Promise<boolean> {
  const rows = await sql`
    insert into used_jti (kind, key_hash, expires_at)
    values (${kind}, ${createHash("sha256").update(key).digest()}, ${expires_at})
    on conflict (kind, key_hash) do nothing returning 1`;
  return rows.length === 1;
}

const BATCH = 1000;
/** Ten minutes of a service under load, in one sweep. */
const BATCHES_MAX = 1000;
/** Clocks of replicas and of the database differ a little. */
const GRACE_SECONDS = 60;

/** Takes away what has expired, in small batches so that nobody waits for it. */
export async function sweepUsed(sql: Sql): Promise<number> {
  let swept = 0;
  for (let i = 0; i < BATCHES_MAX; i++) {
    const { count } = await sql`
      delete from used_jti where (kind, key_hash) in (
        select kind, key_hash from used_jti
        where expires_at < now() - make_interval(secs => ${GRACE_SECONDS}) order by expires_at limit ${BATCH}
        for update skip locked)`;
    swept += count;
    if (count < BATCH) break;
  }
  return swept;
}
