/**
 * Owns `login_backoff` and `login_known_source`. A wrong password makes the next try wait: by account, and by the
 * network address it came from, each in a pool of its own. Where the account has signed in from before, only wrong
 * passwords from there count, so that a stranger's guesses never keep a person out; and sessions are never touched.
 */
import { Buffer } from "node:buffer";
import { isIPv6 } from "node:net";
import type { Sql } from "../../core/db/postgres.ts";
import type { Keys } from "../../core/keys/keys.ts";

export interface Pool {
  pool: "account" | "source" | "known_source";
  /** A keyed hash, hexadecimal. */
  key: string;
  free_tries: number;
}

export interface BackoffRules {
  backoff_seconds_max: number;
  backoff_forget_minutes: number;
}

export type Spent = { kind: "spent" } | { kind: "blocked"; pool: Pool["pool"]; retry_after_seconds: number };

/** What counts as one place: an IPv4 address, or the /64 network of an IPv6 one, which is one customer's. */
export function sourceOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip);
  if (mapped) return mapped[1];
  if (!isIPv6(ip)) return ip;
  const [head, tail] = ip.toLowerCase().split("%")[0].split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill("0"), ...right];
  return groups.slice(0, 4).map((group) => parseInt(group, 16).toString(16)).join(":") + "::/64";
}

/** @param known_source the account has signed in from here before */
export function poolsFor(
  keys: Pick<Keys, "hmac">,
  { subject, ip, known_source, free, free_per_source }: {
    /** The compared form of the address, or an account's id. */
    subject: string;
    ip: string | null;
    known_source: boolean;
    free: number;
    free_per_source: number;
  },
): Pool[] {
  const pool = (name: Pool["pool"], key: string, free_tries: number): Pool => ({
    pool: name,
    key: hex(keys.hmac("login_backoff", `${name}/${key}`)),
    free_tries,
  });
  if (known_source && ip) return [pool("known_source", `${sourceOf(ip)}/${subject}`, free)];
  const pools = [pool("account", subject, free)];
  return ip ? [...pools, pool("source", sourceOf(ip), free_per_source)] : pools;
}

/**
 * Spends a try in each pool before the password is looked at, so that many at once are not all free. The caller
 * gives it back unless the password was wrong.
 */
export async function spendTry(sql: Sql, pools: Pool[], rules: BackoffRules): Promise<Spent> {
  const keys = pools.map((pool) => pool.key);
  const spent = await sql`
    insert into login_backoff as b (pool_key, free_tries, failures)
    select given.pool_key, given.free_tries, 1
    from unnest(${keys}::text[], ${
    pools.map((pool) => pool.free_tries)
  }::int[]) as given(pool_key, free_tries)
    where not exists (select 1 from login_backoff c where c.pool_key = any(${keys}::text[]) and c.blocked_until > now())
    order by given.pool_key
    on conflict (pool_key) do update set
      free_tries = excluded.free_tries,
      failures = ${failuresNow(sql, rules)},
      blocked_until = case when ${failuresNow(sql, rules)} > excluded.free_tries
        then now() + make_interval(secs => least(${rules.backoff_seconds_max},
          power(2, least(${failuresNow(sql, rules)} - excluded.free_tries, 20)))) end,
      last_failure_at = now()
    where b.blocked_until is null or b.blocked_until <= now()
    returning 1`;
  if (spent.length === pools.length) return { kind: "spent" };
  const [blocked] = await sql<{ pool_key: string; seconds: number }[]>`
    select pool_key, ceil(extract(epoch from blocked_until - now()))::int as seconds from login_backoff
    where pool_key = any(${keys}::text[]) and blocked_until > now() order by blocked_until desc limit 1`;
  const pool = pools.find(({ key }) => key === blocked?.pool_key);
  return {
    kind: "blocked",
    pool: pool?.pool ?? "account",
    retry_after_seconds: Math.max(1, blocked?.seconds ?? 1),
  };
}

function failuresNow(sql: Sql, rules: BackoffRules) {
  return sql`(case when b.last_failure_at < now() - make_interval(mins => ${rules.backoff_forget_minutes})
    then 1 else b.failures + 1 end)`;
}

/** The password was not wrong: the try is given back, and with it the wait it caused. */
export async function refundTry(sql: Sql, pools: Pool[]): Promise<void> {
  await sql`
    update login_backoff set failures = greatest(failures - 1, 0),
      blocked_until = case when failures - 1 > free_tries then blocked_until end
    where pool_key = any(${pools.map((pool) => pool.key)}::text[])`;
}

/** After a right password: what was mistyped from this place before is forgotten, other places' tries are not. */
export async function rememberSuccess(
  sql: Sql,
  keys: Keys,
  account_id: string,
  subject: string,
  ip: string | null,
) {
  if (!ip) return;
  const [known] = poolsFor(keys, { subject, ip, known_source: true, free: 0, free_per_source: 0 });
  await sql`
    with forgotten as (delete from login_backoff where pool_key = ${known.key})
    insert into login_known_source as k (account_id, source_hash) values (${account_id}, ${
    sourceHash(keys, ip)
  })
    on conflict (account_id, source_hash) do update set last_success_at = now()
    where k.last_success_at < now() - interval '1 hour'`;
}

export async function isKnownSource(
  sql: Sql,
  keys: Keys,
  account_id: string,
  ip: string | null,
): Promise<boolean> {
  if (!ip) return false;
  const hashes = keys.hmacAll("login_known_source", sourceOf(ip)).map(hex);
  const rows = await sql`
    select 1 from login_known_source
    where account_id = ${account_id} and source_hash = any(${hashes}::text[])
      and last_success_at > now() - interval '90 days' limit 1`;
  return rows.length > 0;
}

/** Takes away what no longer counts, in small batches. */
export async function sweepBackoff(sql: Sql): Promise<number> {
  const pools = await sql`
    delete from login_backoff where pool_key in (
      select pool_key from login_backoff where last_failure_at < now() - interval '2 days' limit 1000)`;
  const sources = await sql`
    delete from login_known_source where (account_id, source_hash) in (
      select account_id, source_hash from login_known_source
      where last_success_at < now() - interval '90 days' limit 1000)`;
  return pools.count + sources.count;
}

const sourceHash = (keys: Keys, ip: string) => hex(keys.hmac("login_known_source", sourceOf(ip)));

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
