/**
 * What the tables know of an act, in one round trip: counters under each of its keys, who shares what with it, and the
 * account's own history. Read-only. `account` and `device` are the core's, the rest is this plugin's.
 */
import { Buffer } from "node:buffer";
import type { Sql } from "../../../core/db/postgres.ts";
import { type Counted, countedMax, type Key, nothingCounted } from "../../../ml/fraud/features/counting.ts";
import { pastSignInsMax, recentLocalPartsMax } from "../../../ml/fraud/features/evidence.ts";
import type { PastSignIn } from "../../../ml/fraud/features/evidence.ts";
import type { SignalKeys } from "./keys.ts";

/** More than so many that share something count no more. */
const sharedMax = 100;

export interface Asked {
  keys: SignalKeys;
  /** SHA-256, of `device.secret_hash`. */
  device_hashes: Uint8Array[];
  /** The names of other sign-ups are wanted. */
  sign_up: boolean;
  /** This decision's own event is not counted: the act is asked about again. */
  except: string | null;
}

export interface Known {
  now_ms: number;
  counts: Partial<Record<Key, Counted>>;
  local_parts: string[] | null;
  device_accounts: number;
  machine_accounts: number;
  block_accounts: number;
  password_accounts: number;
  bad_accounts: number;
  good_accounts: number;
  ring: { accounts: number; risk: number } | null;
  account: KnownAccount | null;
}

export interface KnownAccount {
  email: string;
  age_ms: number;
  sign_ins: PastSignIn[];
  password_changed_ms: number | null;
  email_changed_ms: number | null;
  second_factor: boolean;
  verify_next: boolean;
  disowned: number;
}

/** Columns of `fraud_signal` by the key they count under. */
const columns = {
  ip: "ip",
  block: "block",
  client: "client",
  machine: "machine",
  device: "device",
  account: "account_id",
  identifier: "identifier",
  password: "password",
  domain: "domain",
} as const;
type Column = keyof typeof columns;

export async function queryEvidence(
  sql: Sql,
  { keys, device_hashes, sign_up, except }: Asked,
): Promise<Known> {
  const self = keys.account_id;
  const present = (Object.keys(columns) as Column[]).filter((key) =>
    key === "domain" ? keys.domain !== null || self !== null : keys[columns[key]] !== null
  );
  const events = present.map((key) => eventsUnder(sql, key, keys, except));
  const others = sql`account_id is distinct from ${self}::uuid limit ${sharedMax}`;
  const shared = (kind: "machine" | "block" | "password") =>
    sql`select account_id from fraud_shared
      where kind = ${kind} and key = ${keys[kind]} and seen_at > now() - interval '30 days' and ${others}`;
  const [row] = await sql<Row[]>`
    with event as materialized (${
    events.length === 0 ? noEvents(sql) : events.reduce((all, one) => sql`${all} union all ${one}`)
  }), plain as (
      select key, array[${tallies(sql)}] as n from event group by key
    ), subject as (
      select key, array[${windows(sql)}] as n
      from (select key, subject, max(at) as at from event where subject is not null group by key, subject) newest
      group by key
    ), source as (
      select key, array[${windows(sql)}] as n
      from (select key, block, max(at) as at from event where block is not null group by key, block) newest
      group by key
    ), on_device as materialized (
      select distinct account_id from device
      where secret_hash = any(array(select decode(h, 'hex') from unnest(${device_hashes.map((hash) =>
    Buffer.from(hash).toString("hex")
  ) as never}::text[]) h)) and last_seen_at > now() - interval '30 days'
        and ${others}
    ), on_machine as materialized (${shared("machine")}),
    with_password as materialized (${shared("password")}),
    joined as materialized (
      select account_id from on_device union select account_id from on_machine
      union select account_id from with_password
    ), standing as (
      select coalesce(s.verdict = 'bad' or (s.verdict is distinct from 'good' and a.disowned_at <> '{}'), false) as bad,
        coalesce(s.verdict = 'good', false) as good
      from joined left join fraud_standing s using (account_id) left join fraud_account a using (account_id)
    )
    select extract(epoch from now()) * 1000 as now_ms,
      (select jsonb_object_agg(key, jsonb_build_array(p.n, s.n, b.n))
        from plain p left join subject s using (key) left join source b using (key)) as counts,
      ${sign_up ? recentNames(sql, except) : sql`null::jsonb`} as local_parts,
      (select count(*)::int from on_device) as device_accounts,
      (select count(*)::int from on_machine) as machine_accounts,
      (select count(*)::int from (${shared("block")}) here) as block_accounts,
      (select count(*)::int from with_password) as password_accounts,
      (select count(*)::int from standing where bad) as bad_accounts,
      (select count(*)::int from standing where good) as good_accounts,
      (select jsonb_build_object('accounts', r.account_count,
          'risk', case when m.account_id = ${self}::uuid then m.arrived else m.risk end)
        from fraud_ring_member m join fraud_ring r using (ring_id)
        where m.account_id = ${self}::uuid
          or m.account_id = any(array(select account_id from on_device union select account_id from with_password))
        order by m.risk desc limit 1) as ring,
      ${self === null ? sql`null::jsonb` : ofAccount(sql, self)} as account`;
  return readRow(row);
}

function eventsUnder(sql: Sql, key: Column, keys: SignalKeys, except: string | null) {
  const value = key === "domain"
    ? sql`coalesce(${keys.domain}::text,
        (select domain from fraud_account where account_id = ${keys.account_id}::uuid))`
    : sql`${keys[columns[key]]}`;
  return sql`(
    select ${key}::text as key, at, kind, coalesce(account_id::text, identifier) as subject, block
    from fraud_signal
    where ${sql(columns[key])} = ${value} and at > now() - interval '1 day'
      ${except === null ? sql`` : sql`and decision_id is distinct from ${except}::uuid`}
    order by at desc limit ${countedMax})`;
}

const noEvents = (sql: Sql) =>
  sql`select null::text as key, now() as at, ''::text as kind, null::text as subject, null::text as block where false`;

const windowsOf = ["1 minute", "1 hour", "1 day"] as const;

/** Of each window: tries, failures, probes, registrations, resets. */
function tallies(sql: Sql) {
  const within = (window: string) => sql`at > now() - ${window}::interval`;
  return windowsOf.map((window) =>
    sql`count(*) filter (where ${within(window)}),
      count(*) filter (where kind in ('password_wrong', 'unknown_account', 'code_wrong') and ${
      within(window)
    }),
      count(*) filter (where kind in ('unknown_account', 'register_again') and ${within(window)}),
      count(*) filter (where kind = 'register' and ${within(window)}),
      count(*) filter (where kind in ('reset_asked', 'reset_password') and ${within(window)})`
  ).reduce((all, one) => sql`${all}, ${one}`);
}

const windows = (sql: Sql) =>
  windowsOf.map((window) => sql`count(*) filter (where at > now() - ${window}::interval)`)
    .reduce((all, one) => sql`${all}, ${one}`);

const recentNames = (sql: Sql, except: string | null) =>
  sql`(select coalesce(jsonb_agg(local_part order by at desc), '[]') from (
    select local_part, at from fraud_signal
    where local_part is not null and at > now() - interval '1 day' and decision_id is distinct from ${except}::uuid
    order by at desc limit ${recentLocalPartsMax}) recent)`;

const ofAccount = (sql: Sql, account_id: string) =>
  sql`(select jsonb_build_object('email', a.email,
      'age_ms', extract(epoch from now() - a.created_at) * 1000,
      'password_changed_ms', extract(epoch from now() - f.password_changed_at) * 1000,
      'email_changed_ms', extract(epoch from now() - f.email_changed_at) * 1000,
      'second_factor', coalesce(f.second_factor, false), 'verify_next', coalesce(f.verify_next, false),
      'disowned', (select count(*) from unnest(f.disowned_at) d where d > now() - interval '30 days'),
      'sign_ins', (select coalesce(jsonb_agg(jsonb_build_object('at_ms', extract(epoch from p.at) * 1000,
          'block', p.block, 'asn', p.asn, 'country', p.country, 'latitude', p.latitude,
          'longitude', p.longitude, 'client', p.client) order by p.at desc), '[]')
        from (select * from fraud_past_sign_in where account_id = a.account_id order by at desc
          limit ${pastSignInsMax}) p))
    from account a left join fraud_account f using (account_id) where a.account_id = ${account_id})`;

type Numbers = [plain: number[], subjects: number[] | null, sources: number[] | null];

interface Row extends Omit<Known, "counts"> {
  counts: Record<string, Numbers> | null;
}

function readRow({ counts, now_ms, ...rest }: Row): Known {
  const read = Object.entries(counts ?? {}).map(([key, numbers]) => [key, countedOf(numbers)]);
  return { ...rest, now_ms: Number(now_ms), counts: Object.fromEntries(read) };
}

export function countedOf([plain, subjects, sources]: Numbers): Counted {
  const counted = nothingCounted();
  for (const [i, window] of (["minute", "hour", "day"] as const).entries()) {
    const [tries, failures, probes, registrations, resets] = plain.slice(i * 5, i * 5 + 5);
    counted[window] = {
      ...{ tries, failures, probes, registrations, resets },
      subjects: subjects?.[i] ?? 0,
      sources: sources?.[i] ?? 0,
    };
  }
  return counted;
}

/** Everybody's events: read beside decisions, not in each of them. */
export async function queryAll(sql: Sql): Promise<Counted> {
  const [row] = await sql<{ counts: Numbers | null }[]>`
    with event as materialized (
      select at, kind, coalesce(account_id::text, identifier) as subject, block from fraud_signal
      where at > now() - interval '1 day' order by at desc limit ${countedMax}
    )
    select jsonb_build_array(
      (select array[${tallies(sql)}] from event),
      (select array[${windows(sql)}] from (
        select max(at) as at from event where subject is not null group by subject) newest),
      (select array[${windows(sql)}] from (
        select max(at) as at from event where block is not null group by block) newest)) as counts`;
  return row.counts ? countedOf(row.counts) : nothingCounted();
}

export interface Habits {
  /** By act, the hours of the day in UTC. */
  hours: Record<string, number[]>;
  countries: Record<string, number>;
  countries_all: number;
  clients: Record<string, number>;
  acts: number;
  registrations_per_day: number | null;
}

/** So many of the newest acts tell what is usual here. */
const habitRowsMax = 50_000;
const clientsMax = 2_000;

/** Of the last 30 days. Read beside decisions, once a minute. */
export async function queryHabits(sql: Sql): Promise<Habits> {
  const [row] = await sql<HabitsRow[]>`
    with act as materialized (
      select at, kind, country, client from fraud_signal
      where at > now() - interval '30 days' and kind in ('register', 'sign_in', 'reset_password', 'change_email')
      order by at desc limit ${habitRowsMax}
    )
    select (select jsonb_agg(jsonb_build_array(kind, hour, n)) from (
        select kind, extract(hour from at at time zone 'utc')::int as hour, count(*)::int as n
        from act group by 1, 2) h) as of_hours,
      coalesce((select jsonb_object_agg(country, n) from (
        select country, count(*)::int as n from act where country is not null group by country) c), '{}') as countries,
      (select count(country)::int from act) as countries_all,
      coalesce((select jsonb_object_agg(client, n) from (
        select client, least(count(*), 10000)::int as n from act where client is not null
        group by client order by 2 desc limit ${clientsMax}) c), '{}') as clients,
      (select least(count(*), 10000)::int from act where client is not null) as acts,
      (select count(*)::int from act where kind = 'register') as registrations,
      (select extract(epoch from now() - min(at))::float8 / 86400 from act) as days`;
  const { days, registrations, of_hours, ...habits } = row;
  const hours: Habits["hours"] = {};
  for (const [kind, hour, n] of of_hours ?? []) {
    hours[kind] ??= Array<number>(24).fill(0);
    hours[kind][hour] = n;
  }
  const known = days !== null && days >= 1;
  return { ...habits, hours, registrations_per_day: known ? registrations / days : null };
}

interface HabitsRow extends Omit<Habits, "hours"> {
  of_hours: [kind: string, hour: number, n: number][] | null;
  registrations: number;
  days: number | null;
}
