/** Owns `fraud_link`, `fraud_standing` and `fraud_ring_due`: what accounts share, and what is thought of each alone. */
import type { Sql } from "../../../core/db/postgres.ts";
import type { LinkKind } from "../../../ml/fraud/rings/kinds.ts";

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

export async function ringIsDue(tx: Sql, account_id: string): Promise<void> {
  await tx`insert into fraud_ring_due (account_id) values (${account_id}) on conflict do nothing`;
}

/** What the rings around an act say; all zero where there is none. */
export interface RingSeen {
  /** Accounts in it. */
  ring_size: number;
  /** 0 to 1, of those in it whom an operator has judged or frozen. */
  ring_bad_share: number;
  /** 0 to 1. */
  ring_risk: number;
}

/** Of the account itself, or of those that share with it what is seen now: the riskiest counts. */
export async function ringSeen(
  sql: Sql,
  seen: Omit<SeenLinks, "account_id" | "own_risk"> & { account_id: string | null },
): Promise<RingSeen> {
  const links = linksOf({ ...seen, account_id: seen.account_id ?? "" })
    .filter(([kind]) => kind !== "block" && kind !== "shape");
  const [row] = await sql<RingSeen[]>`
    select r.account_count as ring_size, r.bad_share as ring_bad_share, m.risk as ring_risk
    from fraud_ring_member m join fraud_ring r using (ring_id)
    where m.account_id = ${seen.account_id}::uuid or m.account_id in (
      select l.account_id
      from unnest(${links.map(([kind]) => kind)}::text[], ${
    links.map(([, key]) => key)
  }::text[]) as g (kind, key)
      cross join lateral (
        select account_id from fraud_link where kind = g.kind and key = g.key order by account_id limit 50
      ) l)
    order by m.risk desc limit 1`;
  return row ?? { ring_size: 0, ring_bad_share: 0, ring_risk: 0 };
}
