/** Owns the table `password_reset`: a link to choose a new password, used once. */
import type { Sql } from "../../core/db/postgres.ts";

export interface PasswordReset {
  flow_id: string;
  email_key: string | null;
  account_id: string | null;
  locale: string;
  state: "requested" | "unanswered" | "open" | "confirmed" | "superseded" | "expired";
  expires_at: Date;
}

const columns = ["flow_id", "email_key", "account_id", "locale", "state", "expires_at"];

/** Written for every address, with an account or without. */
export async function insertReset(
  tx: Sql,
  reset: { flow_id: string; email_key: string; locale: string; lifetime_seconds: number },
): Promise<void> {
  await tx`
    insert into password_reset (flow_id, email_key, locale, expires_at)
    values (${reset.flow_id}, ${reset.email_key}, ${reset.locale},
            now() + make_interval(secs => ${reset.lifetime_seconds}))`;
}

export async function findReset(sql: Sql, flow_id: string): Promise<PasswordReset | null> {
  const [row] = await sql<PasswordReset[]>`select ${
    sql(columns)
  } from password_reset where flow_id = ${flow_id}`;
  return row ?? null;
}

/** Held until the end, so that of two who open it at once the second finds what the first has made of it. */
export async function lockReset(tx: Sql, flow_id: string): Promise<PasswordReset | null> {
  const [row] = await tx<PasswordReset[]>`
    select ${tx(columns)} from password_reset where flow_id = ${flow_id} for update`;
  return row ?? null;
}

export async function findResetByToken(sql: Sql, token_hash: Uint8Array): Promise<PasswordReset | null> {
  const [row] = await sql<PasswordReset[]>`
    select ${sql(columns)} from password_reset where token_hash = ${token_hash}`;
  return row ?? null;
}

/** How many links the account was sent in the last hour. */
export async function recentResets(sql: Sql, account_id: string): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*)::int as n from password_reset
    where account_id = ${account_id} and token_hash is not null and created_at > now() - interval '1 hour'`;
  return row.n;
}

/** No account, or enough links for now: nothing is sent, and the address is forgotten. */
export async function leaveUnanswered(tx: Sql, flow_id: string): Promise<void> {
  await tx`update password_reset set state = 'unanswered', email_key = null where flow_id = ${flow_id}`;
}

/** Opens the request: its link works from now on, those of earlier requests no longer. */
export async function openReset(
  tx: Sql,
  reset: { flow_id: string; account_id: string; token_hash: Uint8Array },
): Promise<{ superseded: string[] }> {
  const superseded = await closeResets(tx, reset.account_id);
  await tx`
    update password_reset set state = 'open', email_key = null, account_id = ${reset.account_id},
      token_hash = ${reset.token_hash}
    where flow_id = ${reset.flow_id} and state = 'requested'`;
  return { superseded };
}

/** Ends every open link of an account; answers the flows that waited for them. */
export async function closeResets(tx: Sql, account_id: string): Promise<string[]> {
  const rows = await tx<{ flow_id: string }[]>`
    update password_reset set state = 'superseded' where account_id = ${account_id} and state = 'open'
    returning flow_id`;
  return rows.map((row) => row.flow_id);
}

/** Claims a link, once. Null if unknown, superseded, expired or used. */
export async function claimReset(
  tx: Sql,
  token_hash: Uint8Array,
): Promise<{ flow_id: string; account_id: string } | null> {
  const [row] = await tx<{ flow_id: string; account_id: string }[]>`
    update password_reset set state = 'confirmed'
    where token_hash = ${token_hash} and state = 'open' and expires_at > now()
    returning flow_id, account_id`;
  return row ?? null;
}

/** Ends an open link whose time is over. False when it was decided before, or has time left. */
export async function expireReset(tx: Sql, flow_id: string): Promise<boolean> {
  const rows = await tx`
    update password_reset set state = 'expired'
    where flow_id = ${flow_id} and state = 'open' and expires_at <= now() returning 1`;
  return rows.length === 1;
}
