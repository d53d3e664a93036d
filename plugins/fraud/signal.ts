/** Owns `fraud_signal`: what happened around acts that are judged, in hashes. */
import type { Sql } from "../../core/db/postgres.ts";
import type { EventKind } from "../../ml/fraud/features/counting.ts";
import type { SignalKeys } from "./evidence/keys.ts";

export interface Signal extends SignalKeys {
  kind: EventKind;
  country: string | null;
  decision_id: string | null;
  /** Of a sign-up: what `normaliseLocalPart` makes of its address. */
  local_part: string | null;
  at: Date;
}

/** Several at once; a lost one costs a count, so nobody waits for the disk. */
export async function insertSignals(sql: Sql, signals: Signal[]): Promise<void> {
  if (signals.length === 0) return;
  await sql`${signalInsert(sql, signals)} returning set_config('synchronous_commit', 'off', true)`;
}

/** A statement, or part of another one; a condition may follow it. */
export const signalInsert = (sql: Sql, signals: Signal[]) =>
  sql`
    insert into fraud_signal (at, kind, ip, block, client, machine, device, account_id, identifier, password, domain,
      country, decision_id, local_part)
    select (s ->> 'at')::timestamptz, s ->> 'kind', s ->> 'ip', s ->> 'block', s ->> 'client', s ->> 'machine',
      s ->> 'device', (s ->> 'account_id')::uuid, s ->> 'identifier', s ->> 'password', s ->> 'domain',
      s ->> 'country', (s ->> 'decision_id')::uuid, s ->> 'local_part'
    from jsonb_array_elements(${sql.json(signals as never)}) s`;

/** What a sign-up that came to nothing had raised is taken back. */
export async function clearSignals(tx: Sql, decision_id: string): Promise<number> {
  const rows =
    await tx`delete from fraud_signal where decision_id = ${decision_id} and kind = 'register' returning 1`;
  return rows.count;
}

/** Names go after a day, everything after what habits look at. In small batches; answers how many rows were touched. */
export async function sweepSignals(sql: Sql): Promise<number> {
  const forgotten = await sql`
    update fraud_signal set local_part = null where signal_id in (
      select signal_id from fraud_signal where local_part is not null and at < now() - interval '1 day' limit 1000)`;
  const gone = await sql`
    delete from fraud_signal where signal_id in (
      select signal_id from fraud_signal where at < now() - interval '31 days' order by at limit 5000)`;
  return forgotten.count + gone.count;
}
