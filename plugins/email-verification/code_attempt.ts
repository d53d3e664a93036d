/**
 * Owns the table `email_code_attempt`: wrong codes, counted by address. An address that nothing waits for is counted
 * like any other, so the answers tell a stranger nothing.
 */
import type { Sql } from "../../core/db/postgres.ts";

export interface AttemptLimits {
  code_attempts_max: number;
  code_lifetime_hours: number;
}

/** However many mails are asked for, this many times `code_attempts_max` codes can be tried in a lifetime. */
const MAILS_WORTH = 3;

/** Spends one attempt before the code is looked at. False when there are none left. */
export async function spendAttempt(
  sql: Sql,
  address_hash: Uint8Array,
  limits: AttemptLimits,
): Promise<boolean> {
  const over = sql`a.since < now() - make_interval(hours => ${limits.code_lifetime_hours})`;
  const rows = await sql`
    insert into email_code_attempt as a (address_hash, attempts, attempts_total) values (${address_hash}, 1, 1)
    on conflict (address_hash) do update set
      attempts = case when ${over} then 1 else a.attempts + 1 end,
      attempts_total = case when ${over} then 1 else a.attempts_total + 1 end,
      since = case when ${over} then now() else a.since end
    where ${over} or (a.attempts < ${limits.code_attempts_max}
      and a.attempts_total < ${limits.code_attempts_max * MAILS_WORTH})
    returning 1`;
  return rows.length === 1;
}

/** A new mail was asked for: there are attempts for its code, within the total. */
export async function renewAttempts(sql: Sql, address_hash: Uint8Array): Promise<void> {
  await sql`update email_code_attempt set attempts = 0 where address_hash = ${address_hash}`;
}

export async function forgetAttempts(sql: Sql, address_hash: Uint8Array): Promise<void> {
  await sql`delete from email_code_attempt where address_hash = ${address_hash}`;
}

/** Takes away what no longer counts, in small batches. */
export async function sweepAttempts(sql: Sql): Promise<number> {
  const rows = await sql`
    delete from email_code_attempt where address_hash in (
      select address_hash from email_code_attempt where since < now() - interval '8 days' limit 1000)`;
  return rows.count;
}
