/** Owns `fraud_ring` and `fraud_ring_member`: the rings as they were found last. */
import type { Sql } from "../../../core/db/postgres.ts";
import type { Ring } from "../../../ml/fraud/rings/mod.ts";

export interface StoredRing {
  ring_id: string;
  account_count: number;
  /** 0 to 1. */
  risk: number;
  /** 0 to 1. */
  bad_share: number;
  /** There is more of it than was looked at. */
  cut_off: boolean;
  created_at: Date;
  changed_at: Date;
}

const columns = ["ring_id", "account_count", "risk", "bad_share", "cut_off", "created_at", "changed_at"];

/** One at a time writes rings, or freezes one: until the transaction ends. */
export async function lockRings(tx: Sql): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('fraud_rings'))`;
}

/**
 * Stores a ring in place of those its accounts were in; it keeps the name of the one that most of them come from.
 *
 * @param ring null: nobody shares anything with `accounts` any more
 * @returns the ring's name, the names that are gone with it, and who was in one of these rings and is not in this one
 */
export async function replaceRing(
  tx: Sql,
  { accounts, ring, cut_off }: { accounts: string[]; ring: Ring | null; cut_off: boolean },
): Promise<{ ring_id: string | null; gone: string[]; left: string[] }> {
  const before = await tx<{ ring_id: string; count: number }[]>`
    select m.ring_id, count(*)::int as count from fraud_ring_member m join fraud_ring r using (ring_id)
    where m.account_id = any(${accounts}::uuid[])
    group by m.ring_id, r.created_at order by count desc, r.created_at, m.ring_id`;
  const old = before.map(({ ring_id }) => ring_id);
  const left = await tx<{ account_id: string }[]>`
    delete from fraud_ring_member where ring_id = any(${old}::uuid[])
    returning account_id, not account_id = any(${accounts}::uuid[]) as gone`;
  const outside = new Set(accounts);
  const others = left.map(({ account_id }) => account_id).filter((account_id) => !outside.has(account_id));
  const ring_id = ring && await storeRing(tx, ring, { ring_id: old[0] ?? null, cut_off });
  const gone = old.filter((one) => one !== ring_id);
  if (gone.length > 0) await tx`delete from fraud_ring where ring_id = any(${gone}::uuid[])`;
  return { ring_id, gone, left: others };
}

async function storeRing(
  tx: Sql,
  { members, risk, bad_share }: Ring,
  { ring_id, cut_off }: { ring_id: string | null; cut_off: boolean },
): Promise<string> {
  const [stored] = await tx<{ ring_id: string }[]>`
    insert into fraud_ring (ring_id, account_count, risk, bad_share, cut_off)
    values (coalesce(${ring_id}::uuid, gen_random_uuid()), ${members.length}, ${risk}, ${bad_share}, ${cut_off})
    on conflict (ring_id) do update set account_count = excluded.account_count, risk = excluded.risk,
      bad_share = excluded.bad_share, cut_off = excluded.cut_off, changed_at = now()
    returning ring_id`;
  await tx`
    insert into fraud_ring_member (account_id, ring_id, risk, arrived, community)
    select account_id, ${stored.ring_id}, risk, arrived, community
    from unnest(${members.map(({ account }) => account)}::uuid[], ${members.map(({ risk }) => risk)}::real[],
                ${members.map(({ arrived }) => arrived)}::real[],
                ${
    members.map(({ community }) => community)
  }::int[]) as given (account_id, risk, arrived, community)
    on conflict (account_id) do update set ring_id = excluded.ring_id, risk = excluded.risk,
      arrived = excluded.arrived, community = excluded.community`;
  return stored.ring_id;
}

/** The riskiest first. */
export async function listRings(
  sql: Sql,
  { size_min, limit }: { size_min: number; limit: number },
): Promise<StoredRing[]> {
  return await sql<StoredRing[]>`
    select ${sql(columns)} from fraud_ring where account_count >= ${size_min}
    order by risk desc, ring_id limit ${limit}`;
}

export async function findRing(sql: Sql, ring_id: string): Promise<StoredRing | null> {
  const [row] = await sql<StoredRing[]>`select ${sql(columns)} from fraud_ring where ring_id = ${ring_id}`;
  return row ?? null;
}

/** The riskiest first. */
export async function membersOf(
  sql: Sql,
  ring_id: string,
): Promise<{ account_id: string; risk: number; community: number }[]> {
  return await sql<{ account_id: string; risk: number; community: number }[]>`
    select account_id, risk, community from fraud_ring_member where ring_id = ${ring_id}
    order by risk desc, account_id`;
}

/** Rings whose accounts are gone, as unconfirmed sign-ups are after a day. Answers whose ring is another now. */
export async function sweepRings(tx: Sql): Promise<string[]> {
  await tx`
    delete from fraud_ring where ring_id in (
      select r.ring_id from fraud_ring r left join fraud_ring_member m using (ring_id)
      group by r.ring_id having count(m.account_id) < 2 limit 1000)`;
  const rows = await tx<{ account_id: string }[]>`
    select min(m.account_id::text)::uuid as account_id from fraud_ring r join fraud_ring_member m using (ring_id)
    group by r.ring_id, r.account_count having count(*) <> r.account_count limit 1000`;
  return rows.map(({ account_id }) => account_id);
}

/** Null for whoever is in none. */
export async function ringIdOf(sql: Sql, account_id: string): Promise<string | null> {
  const [row] = await sql<{ ring_id: string }[]>`
    select ring_id from fraud_ring_member where account_id = ${account_id}`;
  return row?.ring_id ?? null;
}
