/** Owns `fraud_link`, `fraud_standing` and `fraud_ring_due`: what accounts share, and what is thought of each alone. */
import type { Sql } from "../../../core/db/postgres.ts";
import { accountsMax, joiningKinds, type LinkKind, type Standing } from "../../../ml/fraud/rings/mod.ts";

/** What an account was seen with. Keys are keyed hashes (or shapes without names), 1 to 60 characters. */
export interface SeenLinks {
  account_id: string;
  /** A browser or app, as far as it can be told from others. */
  device_key?: string | null;
  /** A network: of IPv4 /24, of IPv6 /48. */
  block_key?: string | null;
  password_tag?: string | null;
  /** What an address looks like without its letters, with its domain's class. */
  shape_key?: string | null;
  /** 0 to 1: what the newest decision thought of the account by itself. */
  own_risk?: number;
}

const keyLength = 60;

/** In the transaction that stores the decision. Its ring is found anew in the background when something is new here. */
export async function linkAccount(tx: Sql, seen: SeenLinks): Promise<void> {
  const links = linksOf(seen);
  const fresh = links.length > 0 && await store(tx, seen.account_id, links);
  const changed = seen.own_risk !== undefined && await setOwnRisk(tx, seen.account_id, seen.own_risk);
  if (fresh || changed) await ringIsDue(tx, seen.account_id);
}

/** What an operator has said about an account; null takes it back. */
export async function noteVerdict(
  tx: Sql,
  account_id: string,
  verdict: "good" | "bad" | "unsure" | null,
): Promise<void> {
  await tx`
    insert into fraud_standing (account_id, verdict) values (${account_id}, ${verdict})
    on conflict (account_id) do update set verdict = excluded.verdict, updated_at = now()`;
  await ringIsDue(tx, account_id);
}

/** Of an account alone, a network or a shape says little; both together say much, so they are a link of their own. */
function linksOf({ device_key, block_key, password_tag, shape_key }: SeenLinks): [LinkKind, string][] {
  const given: [LinkKind, string | null | undefined][] = [
    ["device", device_key],
    ["block", block_key],
    ["password", password_tag],
    ["shape", shape_key],
  ];
  const links = given.filter((one): one is [LinkKind, string] => one[1] !== null && one[1] !== undefined);
  for (const [kind, key] of links) {
    if (key.length === 0 || key.length > keyLength) throw new Error(`a ${kind} key has 1 to 60 characters`);
  }
  if (block_key && shape_key) links.push(["block_shape", `${block_key}|${shape_key}`]);
  return links;
}

async function store(tx: Sql, account_id: string, links: [LinkKind, string][]): Promise<boolean> {
  const kinds = links.map(([kind]) => kind);
  const keys = links.map(([, key]) => key);
  // Seen again within the hour is nothing new, and costs no write.
  const rows = await tx<{ fresh: boolean }[]>`
    insert into fraud_link as l (account_id, kind, key)
    select ${account_id}, kind, key from unnest(${kinds}::text[], ${keys}::text[]) as given (kind, key)
    order by kind, key
    on conflict (kind, key, account_id) do update set last_seen_at = now()
      where l.last_seen_at < now() - interval '1 hour'
    returning xmax = 0 as fresh`;
  return rows.some(({ fresh }) => fresh);
}

/** True when it is another by more than what could be noise. */
async function setOwnRisk(tx: Sql, account_id: string, own_risk: number): Promise<boolean> {
  if (!(own_risk >= 0 && own_risk <= 1)) throw new Error("a risk is a number from 0 to 1");
  const rows = await tx`
    insert into fraud_standing as s (account_id, own_risk) values (${account_id}, ${own_risk})
    on conflict (account_id) do update set own_risk = excluded.own_risk, updated_at = now()
      where abs(s.own_risk - excluded.own_risk) > 0.05
    returning 1`;
  return rows.length > 0;
}

export async function ringsAreDue(tx: Sql, account_ids: string[]): Promise<void> {
  if (account_ids.length === 0) return;
  await tx`
    insert into fraud_ring_due (account_id) select unnest(${[...account_ids].sort()}::uuid[])
    on conflict (account_id) do update set mark = gen_random_uuid()`;
}

async function ringIsDue(tx: Sql, account_id: string): Promise<void> {
  await ringsAreDue(tx, [account_id]);
}

/** Accounts whose ring may be another, those first that wait longest. */
export async function dueAccounts(
  sql: Sql,
  most: number,
): Promise<{ account_id: string; mark: string }[]> {
  return await sql<{ account_id: string; mark: string }[]>`
    select account_id, mark from fraud_ring_due order by due_at limit ${most}`;
}

/** Those that were asked for again meanwhile stay. */
export async function notDueAnyMore(tx: Sql, due: { account_id: string; mark: string }[]): Promise<void> {
  await tx`
    delete from fraud_ring_due d
    using unnest(${due.map((one) => one.account_id)}::uuid[], ${
    due.map((one) => one.mark)
  }::uuid[]) as g (account_id, mark)
    where d.account_id = g.account_id and d.mark = g.mark`;
}

export interface SharedKey {
  kind: LinkKind;
  key: string;
  accounts: string[];
}

/** What these accounts share with anybody, without what too many share. At most `most` keys. */
export async function sharedKeys(sql: Sql, account_ids: string[], most: number): Promise<SharedKey[]> {
  return await sql<SharedKey[]>`
    select g.kind, g.key, shared.accounts
    from (
      select distinct kind, key from fraud_link
      where account_id = any(${account_ids}::uuid[]) and kind = any(${joiningKinds}::text[])
      order by kind, key limit ${most}
    ) g
    join unnest(${joiningKinds}::text[], ${
    joiningKinds.map(accountsMax)
  }::int[]) as c (kind, accounts_max) using (kind)
    cross join lateral (
      select array_agg(account_id::text) as accounts from (
        select account_id from fraud_link l where l.kind = g.kind and l.key = g.key limit c.accounts_max + 1) one
    ) shared
    where cardinality(shared.accounts) between 2 and c.accounts_max`;
}

/** What is known of each by itself; those of whom nothing is known are left out. */
export async function standingsOf(sql: Sql, account_ids: string[]): Promise<Map<string, Standing>> {
  const rows = await sql<(Standing & { account_id: string })[]>`
    select coalesce(s.account_id, f.account_id)::text as account_id, coalesce(s.own_risk, 0)::float8 as own_risk,
      case when s.verdict in ('good', 'bad') then s.verdict when f.account_id is not null then 'bad' end as verdict
    from (select * from fraud_standing where account_id = any(${account_ids}::uuid[])) s
    full join (
      select account_id from fraud_freeze where undone_at is null and account_id = any(${account_ids}::uuid[])
    ) f using (account_id)`;
  return new Map(rows.map(({ account_id, own_risk, verdict }) => [account_id, { own_risk, verdict }]));
}

/** What was not seen for long joins nobody any more. In small batches; answers how many. */
export async function sweepLinks(tx: Sql, days: number): Promise<number> {
  const gone = await tx<{ account_id: string }[]>`
    delete from fraud_link where ctid = any(array(
      select ctid from fraud_link where last_seen_at < now() - make_interval(days => ${days}) limit 1000))
    returning account_id`;
  await ringsAreDue(tx, [...new Set(gone.map(({ account_id }) => account_id))]);
  return gone.length;
}
