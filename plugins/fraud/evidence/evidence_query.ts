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
  /** Keys whose count is known, and mail domains whose count is, whosever they are. */
  counted: ReadonlySet<string>;
  counted_domains: string[];
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

export async function queryEvidence(sql: Sql, asked: Asked): Promise<Known> {
  const { text, values } = evidenceStatement(asked);
  const [row] = await sql.unsafe<Row[]>(text, values as never[], { prepare: true });
  return readRow(row);
}

/**
 * Written as text, since it is asked before every act: as tagged templates its eighty fragments are as many promises, whose
 * rubbish stopped the process for 15 ms every 400 ms at 200 decisions a second. Values go beside it, never into it.
 */
function evidenceStatement(asked: Asked): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const bind = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
  const { keys, counted, sign_up, except } = asked;
  const self = bind(keys.account_id, "uuid");
  const not_this = except === null ? "" : `and decision_id is distinct from ${bind(except, "uuid")}`;
  const present = (Object.keys(columns) as Column[]).filter((key) =>
    !counted.has(key) &&
    (key === "domain" ? keys.domain !== null || keys.account_id !== null : keys[columns[key]] !== null)
  );
  const valueOf = (key: Column) =>
    key === "domain"
      ? `coalesce(${
        bind(keys.domain, "text")
      }, (select domain from fraud_account where account_id = ${self}))`
      : bind(keys[columns[key]], key === "account" ? "uuid" : "text");
  const events = present.map((key) => {
    const value = valueOf(key);
    const unknown = key === "domain" ? `and ${value} <> all(${bind(asked.counted_domains, "text[]")})` : "";
    return `(select '${key}' as key, at, kind, coalesce(account_id::text, identifier) as subject, block
      from fraud_signal
      where ${columns[key]} = ${value} ${unknown} and at > now() - interval '1 day' ${not_this}
      order by at desc limit ${countedMax})`;
  });
  const others = `account_id is distinct from ${self} limit ${sharedMax}`;
  const shared = (kind: "machine" | "block" | "password") =>
    `select account_id from fraud_shared
      where kind = '${kind}' and key = ${
      bind(keys[kind], "text")
    } and seen_at > now() - interval '30 days' and ${others}`;
  const hashes = bind(asked.device_hashes.map((hash) => Buffer.from(hash).toString("hex")), "text[]");
  const text = `
    with event as materialized (${events.join(" union all ") || noEvents}), plain as (
      select key, array[${tallies}] as n from event group by key
    ), subject as (
      select key, array[${windows}] as n
      from (select key, subject, max(at) as at from event where subject is not null group by key, subject) newest
      group by key
    ), source as (
      select key, array[${windows}] as n
      from (select key, block, max(at) as at from event where block is not null group by key, block) newest
      group by key
    ), on_device as materialized (
      select distinct account_id from device
      where secret_hash = any(array(select decode(h, 'hex') from unnest(${hashes}) h))
        and last_seen_at > now() - interval '30 days' and ${others}
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
      ${sign_up ? recentNames(not_this) : "null::jsonb"} as local_parts,
      (select count(*)::int from on_device) as device_accounts,
      (select count(*)::int from on_machine) as machine_accounts,
      (select count(*)::int from (${shared("block")}) here) as block_accounts,
      (select count(*)::int from with_password) as password_accounts,
      (select count(*)::int from standing where bad) as bad_accounts,
      (select count(*)::int from standing where good) as good_accounts,
      (select jsonb_build_object('accounts', r.account_count,
          'risk', case when m.account_id = ${self} then m.arrived else m.risk end)
        from fraud_ring_member m join fraud_ring r using (ring_id)
        where m.account_id = ${self}
          or m.account_id = any(array(select account_id from on_device union select account_id from with_password))
        order by m.risk desc limit 1) as ring,
      ${keys.account_id === null ? "null::jsonb" : ofAccount(self)} as account`;
  // One string for each shape of the question: the driver knows a text by itself, and a new one has to be read whole.
  const shape = `${present} ${sign_up} ${except !== null} ${keys.account_id !== null}`;
  return { text: texts.get(shape) ?? (texts.set(shape, text), text), values };
}

/** As many as there are sets of keys that come together, which are few. */
const texts = new Map<string, string>();

const noEvents =
  "select null::text as key, now() as at, ''::text as kind, null::text as subject, null::text as block where false";

const windowsOf = ["1 minute", "1 hour", "1 day"] as const;
const within = (window: string) => `at > now() - interval '${window}'`;

/** Of each window: tries, failures, probes, registrations, resets. */
const tallies = windowsOf.map((window) =>
  `count(*) filter (where ${within(window)}),
   count(*) filter (where kind in ('password_wrong', 'unknown_account', 'code_wrong') and ${within(window)}),
   count(*) filter (where kind in ('unknown_account', 'register_again') and ${within(window)}),
   count(*) filter (where kind = 'register' and ${within(window)}),
   count(*) filter (where kind in ('reset_asked', 'reset_password') and ${within(window)})`
).join(", ");

const windows = windowsOf.map((window) => `count(*) filter (where ${within(window)})`).join(", ");

const recentNames = (not_this: string) =>
  `(select coalesce(jsonb_agg(local_part order by at desc), '[]') from (
    select local_part, at from fraud_signal
    where local_part is not null and at > now() - interval '1 day' ${not_this}
    order by at desc limit ${recentLocalPartsMax}) recent)`;

const ofAccount = (account_id: string) =>
  `(select jsonb_build_object('email', a.email,
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
      (select array[${sql.unsafe(tallies)}] from event),
      (select array[${sql.unsafe(windows)}] from (
        select max(at) as at from event where subject is not null group by subject) newest),
      (select array[${sql.unsafe(windows)}] from (
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
