/** Owns `fraud_freeze`: accounts that an operator has stopped, and who undid it. */
import type { Sql } from "../../../core/db/postgres.ts";
import { findMany, isOperator, proofsChanged } from "../../../core/account.ts";
import type { AnyCtx } from "../../../core/plugin.ts";
import { ringsAreDue } from "./link.ts";
import { findRing, lockRings, membersOf } from "./ring_store.ts";

export interface Freeze {
  account_id: string;
  reason: string;
  frozen_by: string;
  frozen_at: Date;
  undone_by: string | null;
  undone_reason: string | null;
  undone_at: Date | null;
}

export async function isFrozen(sql: Sql, account_id: string): Promise<boolean> {
  const rows = await sql`select 1 from fraud_freeze where account_id = ${account_id} and undone_at is null`;
  return rows.length > 0;
}

interface Act {
  ring_id: string;
  /** Of the operator. */
  by: string;
  reason: string;
}

/**
 * Stops every account of a ring: no sign-in, and every session ends. Again, it stops those that have come since.
 * Operators are left out: nobody is locked out of what they run by sharing a device.
 *
 * @returns null when there is no such ring
 */
export async function freezeRing(
  ctx: AnyCtx,
  { ring_id, by, reason }: Act,
): Promise<{ frozen: number; left_out: number } | null> {
  return await ctx.sql.begin(async (tx) => {
    await lockRings(tx);
    if (!await findRing(tx, ring_id)) return null;
    const members = await findMany(tx, (await membersOf(tx, ring_id)).map(({ account_id }) => account_id));
    const stopped = members.filter((one) => !isOperator(one)).map(({ account_id }) => account_id);
    const rows = await tx<{ account_id: string }[]>`
      insert into fraud_freeze (account_id, ring_id, reason, frozen_by)
      select account_id, ${ring_id}, ${reason}, ${by} from unnest(${stopped.sort()}::uuid[]) as given (account_id)
      on conflict (account_id) where undone_at is null do nothing returning account_id`;
    for (const { account_id } of rows) {
      // A sign-in that was decided before is decided anew.
      await proofsChanged(tx, account_id);
      await ctx.sessions.endAll(tx, account_id, { reason: "account_frozen" });
      await ctx.events.publish(tx, "account.frozen", { account_id });
    }
    await ringsAreDue(tx, rows.map(({ account_id }) => account_id));
    return { frozen: rows.length, left_out: members.length - stopped.length };
  });
}

/**
 * Lets those of a ring sign in again whom a freeze has stopped, also those who were in it then and share nothing now.
 * Their sessions stay ended. Answers how many; null when there is no such ring and never was one with a freeze.
 */
export async function unfreezeRing(ctx: AnyCtx, { ring_id, by, reason }: Act): Promise<number | null> {
  return await ctx.sql.begin(async (tx) => {
    await lockRings(tx);
    const rows = await tx<{ account_id: string }[]>`
      update fraud_freeze f set undone_at = now(), undone_by = ${by}, undone_reason = ${reason}
      where f.undone_at is null and ${ofRing(tx, ring_id)} returning f.account_id`;
    if (rows.length === 0 && !await findRing(tx, ring_id)) {
      const [known] = await tx`select 1 from fraud_freeze where ring_id = ${ring_id} limit 1`;
      if (!known) return null;
    }
    await ringsAreDue(tx, rows.map(({ account_id }) => account_id));
    return rows.length;
  });
}

/** In the ring now, or stopped with it and in no ring now. */
const ofRing = (sql: Sql, ring_id: string) =>
  sql`(exists (select 1 from fraud_ring_member m where m.account_id = f.account_id and m.ring_id = ${ring_id})
    or f.ring_id = ${ring_id}
      and not exists (select 1 from fraud_ring_member m where m.account_id = f.account_id))`;

/** What was done to a ring, newest first; at most 2,000. */
export async function freezesOf(sql: Sql, ring_id: string): Promise<Freeze[]> {
  return await sql<Freeze[]>`
    select f.account_id, f.reason, f.frozen_by, f.frozen_at, f.undone_by, f.undone_reason, f.undone_at
    from fraud_freeze f where ${ofRing(sql, ring_id)} order by f.frozen_at desc, f.account_id limit 2000`;
}

/** How many of each ring are stopped now. */
export async function frozenCounts(sql: Sql, ring_ids: string[]): Promise<Map<string, number>> {
  const rows = await sql<{ ring_id: string; count: number }[]>`
    select m.ring_id, count(*)::int as count
    from fraud_ring_member m join fraud_freeze f on f.account_id = m.account_id and f.undone_at is null
    where m.ring_id = any(${ring_ids}::uuid[]) group by m.ring_id`;
  return new Map(rows.map(({ ring_id, count }) => [ring_id, count]));
}

/** Rings that have grown together have one name. */
export async function renameFrozenRings(tx: Sql, gone: string[], ring_id: string | null): Promise<void> {
  if (ring_id === null || gone.length === 0) return;
  await tx`update fraud_freeze set ring_id = ${ring_id} where ring_id = any(${gone}::uuid[])`;
}
