/** Owns the table `logout_delivery`: ends of sessions that clients have to be told of (Back-Channel Logout §2.5). */
import type { Sql } from "../../../core/db/postgres.ts";

export interface LogoutDelivery {
  flow_id: string;
  client_id: string;
  sid: string;
  sub: string;
  state: "waiting" | "delivered" | "given_up";
  attempts: number;
  /** What went wrong last, in words of ours. */
  last_error: string | null;
  next_attempt_at: Date;
}

const columns = ["flow_id", "client_id", "sid", "sub", "state", "attempts", "last_error", "next_attempt_at"];

/** In the transaction that closes the client's session, which happens once. */
export async function insertDelivery(
  tx: Sql,
  delivery: Pick<LogoutDelivery, "flow_id" | "client_id" | "sid" | "sub"> & { account_id: string },
): Promise<void> {
  await tx`insert into logout_delivery ${tx(delivery)}`;
}

export async function findDelivery(sql: Sql, flow_id: string): Promise<LogoutDelivery | null> {
  const [row] = await sql<LogoutDelivery[]>`
    select ${sql(columns)} from logout_delivery where flow_id = ${flow_id}`;
  return row ?? null;
}

/** Claims the attempt that is due: of any number of executors one gets it. It is asked again after `lease_seconds`. */
export async function claimAttempt(
  tx: Sql,
  flow_id: string,
  lease_seconds: number,
): Promise<LogoutDelivery | null> {
  const [row] = await tx<LogoutDelivery[]>`
    update logout_delivery set attempts = attempts + 1,
      next_attempt_at = now() + make_interval(secs => ${lease_seconds})
    where flow_id = ${flow_id} and state = 'waiting' and next_attempt_at <= now() returning ${tx(columns)}`;
  return row ?? null;
}

/**
 * How an attempt ended, in a transaction of its own. Null as `last_error`: the client knows. Null as `again_seconds`:
 * nothing more is tried. False when another attempt has overtaken this one.
 */
export async function recordAttempt(
  tx: Sql,
  { flow_id, attempts }: Pick<LogoutDelivery, "flow_id" | "attempts">,
  { last_error, again_seconds }: { last_error: string | null; again_seconds: number | null },
): Promise<boolean> {
  // The attempt may be over before the transaction that claimed it: this waits for it, and the update then sees it.
  await tx`select 1 from logout_delivery where flow_id = ${flow_id} for update`;
  const state = last_error === null ? "delivered" : again_seconds === null ? "given_up" : "waiting";
  const rows = await tx`
    update logout_delivery set state = ${state}, last_error = ${last_error},
      next_attempt_at = now() + make_interval(secs => ${again_seconds ?? 0}),
      finished_at = case when ${state} = 'waiting' then null else now() end
    where flow_id = ${flow_id} and state = 'waiting' and attempts = ${attempts} returning 1`;
  return rows.length === 1;
}

/** Takes away what was finished thirty days ago. At most `limit` rows. */
export async function sweepDeliveries(sql: Sql, limit: number): Promise<number> {
  const { count } = await sql`
    delete from logout_delivery where flow_id in (
      select flow_id from logout_delivery where finished_at < now() - interval '30 days' limit ${limit})`;
  return count;
}
