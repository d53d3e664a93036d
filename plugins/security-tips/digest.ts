/** The only file that names security_digest: who gets a mail of tips, and when. */
import type { Sql } from "../../core/db/postgres.ts";

/** What its holder said; null: nothing. */
export async function wantedBy(sql: Sql, account_id: string): Promise<boolean | null> {
  const [row] = await sql<{ wanted: boolean | null }[]>`
    select wanted from security_digest where account_id = ${account_id}`;
  return row?.wanted ?? null;
}

/**
 * Whoever says yes is looked at with the next round, unless that was done within `every_days`. What was said later than
 * `at` stands.
 */
export async function setWanted(
  sql: Sql,
  account_id: string,
  { wanted, every_days, at }: { wanted: boolean; every_days: number; at: Date },
): Promise<void> {
  await sql`
    insert into security_digest as old (account_id, wanted, said_at, next_at)
    values (${account_id}, ${wanted}, ${at}, now())
    on conflict (account_id) do update set wanted = excluded.wanted, said_at = excluded.said_at,
      next_at = coalesce(old.looked_at + make_interval(days => ${every_days}), now())
    where old.wanted is null or old.said_at <= excluded.said_at`;
}

/** Takes up accounts that are open and have said nothing; their first mails spread over the days. */
export async function addEveryone(sql: Sql, every_days: number): Promise<number> {
  const { count } = await sql`
    insert into security_digest (account_id, next_at)
    select account_id, greatest(now(), created_at + interval '14 days') + random() * make_interval(days => ${every_days})
    from account a
    where status = 'active' and not exists (select 1 from security_digest d where d.account_id = a.account_id)
    limit 1000 on conflict do nothing`;
  return count;
}

/**
 * One account whose turn it is, taken by whoever holds the transaction; null: nobody's. Its next turn is in
 * `every_days`.
 *
 * @param everyone also those who have said nothing
 */
export async function claimDue(
  tx: Sql,
  { everyone, every_days }: { everyone: boolean; every_days: number },
): Promise<{ account_id: string; due_at: Date } | null> {
  const [row] = await tx<{ account_id: string; due_at: Date }[]>`
    update security_digest d set next_at = now() + make_interval(days => ${every_days}), looked_at = now()
    from (
      select account_id, next_at as due_at from security_digest
      where next_at <= now() and wanted is not false and (wanted or ${everyone})
      order by next_at limit 1 for update skip locked
    ) due
    where d.account_id = due.account_id returning d.account_id, due.due_at`;
  return row ?? null;
}

/** Its turn comes again in an hour. */
export async function postpone(tx: Sql, account_id: string): Promise<void> {
  await tx`update security_digest set next_at = now() + interval '1 hour' where account_id = ${account_id}`;
}
