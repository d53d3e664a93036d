/** Owns the tables `session` and `refresh_token`. A session is a fact in Postgres; tokens and cookies point at it. */
import { createHash } from "node:crypto";
import type { Sql } from "../db/postgres.ts";

export interface Session {
  session_id: string;
  account_id: string;
  amr: string[];
  acr: string;
  auth_time: Date;
  ip: string | null;
  user_agent: string | null;
  created_at: Date;
  last_used_at: Date;
  last_used_ip: string | null;
  expires_at: Date;
  /** Thumbprint of the key that its tokens are bound to (RFC 9449 §6); null: bearer tokens. */
  dpop_jkt: string | null;
  /** What it was started with; null: unknown, or forgotten since. */
  device_id: string | null;
}

export interface NewSession {
  account_id: string;
  login_flow_id: string;
  cookie_hash: Uint8Array | null;
  amr: string[];
  acr: string;
  auth_time: Date;
  ip: string | null;
  user_agent: string | null;
  idle_seconds: number;
  lifetime_seconds: number;
  dpop_jkt?: string | null;
  device_id: string;
}

const columns = [
  "session_id",
  "account_id",
  "amr",
  "acr",
  "auth_time",
  "ip",
  "user_agent",
  "created_at",
  "last_used_at",
  "last_used_ip",
  "expires_at",
  "dpop_jkt",
  "device_id",
];

/** Bearer secrets are 256 random bits, so a plain SHA-256 keeps them: there is nothing to guess. */
export function hashSecret(secret: string): Uint8Array {
  return createHash("sha256").update(secret).digest();
}

export async function insertSession(tx: Sql, session: NewSession): Promise<Session> {
  if (session.amr.length === 0) throw new Error("a session without an authentication method must never be");
  const [row] = await tx<Session[]>`
    insert into session (account_id, login_flow_id, cookie_hash, amr, acr, auth_time, ip, user_agent, last_used_ip,
                         idle_seconds, expires_at, dpop_jkt, device_id)
    values (${session.account_id}, ${session.login_flow_id}, ${session.cookie_hash}, ${session.amr}, ${session.acr}, ${session.auth_time},
            ${session.ip}, ${session.user_agent}, ${session.ip}, ${session.idle_seconds},
            now() + make_interval(secs => ${session.lifetime_seconds}), ${session.dpop_jkt ?? null},
            ${session.device_id})
    returning ${tx(columns)}`;
  return row;
}

/**
 * The same session after a new proof by the same account: what proved it is what was shown last, its time starts anew,
 * and the cookie is another, so that nobody goes on with the old one. Null when there is no such live session.
 */
export async function renewSession(
  tx: Sql,
  session_id: string,
  {
    account_id,
    login_flow_id,
    cookie_hash,
    amr,
    acr,
    auth_time,
    ip,
    user_agent,
    lifetime_seconds,
    device_id,
  }: NewSession,
): Promise<Session | null> {
  const [row] = await tx<Session[]>`
    update session s set login_flow_id = ${login_flow_id}, cookie_hash = ${cookie_hash}, amr = ${amr}, acr = ${acr},
      auth_time = ${auth_time}, ip = ${ip}, user_agent = ${user_agent}, last_used_at = now(), last_used_ip = ${ip},
      device_id = ${device_id},
      expires_at = now() + make_interval(secs => ${lifetime_seconds})
    where s.session_id = ${session_id} and s.account_id = ${account_id} and s.cookie_hash is not null
      and ${alive(tx)}
    returning ${tx(columns.map((name) => `s.${name}`))}`;
  return row ?? null;
}

/**
 * A live session after something more was shown in it, whichever way that was sent: where it lives by a cookie, its
 * cookie is another from now on, so that nobody goes on with the old one. Null when it has ended.
 */
export async function raiseSession(
  tx: Sql,
  session_id: string,
  { amr, acr, auth_time, cookie_hash }: Pick<Session, "amr" | "acr" | "auth_time"> & {
    cookie_hash: Uint8Array;
  },
): Promise<{ session: Session; by_cookie: boolean } | null> {
  const [row] = await tx<(Session & { by_cookie: boolean })[]>`
    update session s set amr = ${amr}, acr = ${acr}, auth_time = ${auth_time}, last_used_at = now(),
      cookie_hash = case when s.cookie_hash is not null then ${cookie_hash}::bytea end
    where s.session_id = ${session_id} and ${alive(tx)}
    returning ${tx(columns.map((name) => `s.${name}`))}, s.cookie_hash is not null as by_cookie`;
  if (!row) return null;
  const { by_cookie, ...session } = row;
  return { session, by_cookie };
}

/** What "alive" means, in one place: not ended, not too old, not idle for too long, and its account is active. */
function alive(sql: Sql) {
  return sql`s.ended_at is null and s.expires_at > now()
    and s.last_used_at + make_interval(secs => s.idle_seconds) > now()
    and exists (select 1 from account a where a.account_id = s.account_id and a.status = 'active')`;
}

export async function findAlive(
  sql: Sql,
  by: { session_id: string } | { cookie_hash: Uint8Array },
): Promise<Session | null> {
  const [row] = await sql<Session[]>`
    select ${sql(columns.map((name) => `s.${name}`))} from session s
    where ${
    "session_id" in by ? sql`s.session_id = ${by.session_id}` : sql`s.cookie_hash = ${by.cookie_hash}`
  }
      and ${alive(sql)}`;
  return row ?? null;
}

/** Written at most once a minute for a session: reading a page must not cost a write. */
export async function touch(sql: Sql, session_id: string, ip: string | null): Promise<void> {
  await sql`
    update session set last_used_at = now(), last_used_ip = ${ip}
    where session_id = ${session_id} and last_used_at < now() - interval '1 minute'`;
}

export async function listAlive(sql: Sql, account_id: string): Promise<Session[]> {
  return await sql<Session[]>`
    select ${sql(columns.map((name) => `s.${name}`))} from session s
    where s.account_id = ${account_id} and ${alive(sql)}
    order by s.last_used_at desc limit 100`;
}

export async function countAlive(sql: Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`select count(*)::int as n from session s where ${alive(sql)}`;
  return row.n;
}

/** Ends sessions; answers those that this call ended, so that each end is announced once. */
export async function endSessions(
  tx: Sql,
  which: { account_id: string; session_id?: string; except?: string },
  reason: string,
): Promise<{ session_id: string; account_id: string }[]> {
  return await tx<{ session_id: string; account_id: string }[]>`
    update session set ended_at = now(), end_reason = ${reason}
    where account_id = ${which.account_id} and ended_at is null
      ${which.session_id ? tx`and session_id = ${which.session_id}` : tx``}
      ${which.except ? tx`and session_id <> ${which.except}` : tx``}
    returning session_id, account_id`;
}

/** The session a sign-in's flow led to; null when it was refused or has ended. */
export async function findByLogin(sql: Sql, login_flow_id: string): Promise<Session | null> {
  const [row] = await sql<Session[]>`
    select ${sql(columns.map((name) => `s.${name}`))} from session s
    where s.login_flow_id = ${login_flow_id} and ${alive(sql)}`;
  return row ?? null;
}

/** Ended or not. */
export async function findSession(sql: Sql, session_id: string): Promise<Session | null> {
  const [row] = await sql<Session[]>`
    select ${sql(columns)} from session where session_id = ${session_id}`;
  return row ?? null;
}

/** Whose session it is, ended or not. */
export async function ownerOf(sql: Sql, session_id: string): Promise<string | null> {
  const [row] = await sql<
    { account_id: string }[]
  >`select account_id from session where session_id = ${session_id}`;
  return row?.account_id ?? null;
}

/** When a session will end by itself if nobody uses it; null when it has ended already. */
export async function naturalEnd(sql: Sql, session_id: string): Promise<Date | null> {
  const [row] = await sql<{ ends_at: Date }[]>`
    select least(s.expires_at, s.last_used_at + make_interval(secs => s.idle_seconds)) as ends_at
    from session s where s.session_id = ${session_id} and ${alive(sql)}`;
  return row?.ends_at ?? null;
}

export async function insertRefreshToken(
  tx: Sql,
  token: { token_hash: Uint8Array; session_id: string; generation: number; lifetime_seconds: number },
): Promise<void> {
  await tx`
    insert into refresh_token (token_hash, session_id, generation, expires_at)
    values (${token.token_hash}, ${token.session_id}, ${token.generation},
            now() + make_interval(secs => ${token.lifetime_seconds}))
    on conflict (token_hash) do nothing`;
}

export interface Redeemed {
  session: Session;
  /** Seconds since the token's first use; null at the first use. */
  used_seconds_ago: number | null;
}

/**
 * Redeems a refresh token: the first use stores its successor in the same statement, later uses say how long
 * ago the first was. Null when unknown, expired, or its session has ended (RFC 6749 §6), and when it is bound to
 * another key than the one shown: then nothing is used up (RFC 9449 §5).
 */
export async function redeemRefreshToken(
  sql: Sql,
  token: {
    token_hash: Uint8Array;
    successor_hash: Uint8Array;
    lifetime_seconds: number;
    /** Of the key that was proven; null: none was. */
    dpop_jkt: string | null;
  },
): Promise<Redeemed | null> {
  const [row] = await sql<(Session & { used_seconds_ago: number | null })[]>`
    with presented as (
      select r.* from refresh_token r where r.token_hash = ${token.token_hash} and r.expires_at > now() for update
    ), live as (
      select p.generation, p.used_at, ${sql.unsafe(columns.map((name) => `s.${name}`).join(", "))}
      from presented p join session s using (session_id)
      where ${alive(sql)} and (s.dpop_jkt is null or s.dpop_jkt = ${token.dpop_jkt}::text)
    ), used as (
      update refresh_token set used_at = now()
      where token_hash = ${token.token_hash} and used_at is null and exists (select 1 from live)
    ), successor as (
      insert into refresh_token (token_hash, session_id, generation, expires_at)
      select ${token.successor_hash}, session_id, generation + 1,
             now() + make_interval(secs => ${token.lifetime_seconds})
      from live where used_at is null
      on conflict (token_hash) do nothing
    )
    select ${
    sql.unsafe(columns.join(", "))
  }, extract(epoch from now() - used_at)::float8 as used_seconds_ago from live`;
  if (!row) return null;
  const { used_seconds_ago, ...session } = row;
  return { session, used_seconds_ago };
}

/** Takes away what is long over, in small batches so that nobody waits for it. */
export async function sweep(sql: Sql): Promise<number> {
  const tokens = await sql`
    delete from refresh_token where token_hash in (
      select token_hash from refresh_token where expires_at < now() - interval '1 day' limit 1000)`;
  const sessions = await sql`
    delete from session where session_id in (
      select session_id from session
      where expires_at < now() - interval '30 days' or ended_at < now() - interval '30 days' limit 1000)`;
  return tokens.count + sessions.count;
}
