/** Owns the table `outbox`: what another part has to be told, written in the transaction that made it true. */
import type { Sql } from "../db/postgres.ts";

export interface WorkflowMessage {
  kind: "workflow";
  /** `there`: Temporal has a workflow of it, or may have, so it hears even that the story has ended elsewhere. */
  payload: { flow_id: string; there?: true };
}
export interface EventMessage {
  kind: "event";
  payload: { event: string; plugin: string; payload: Record<string, unknown> };
}
export type Message = (WorkflowMessage | EventMessage) & { outbox_id: string; attempts: number };

/** The request that wrote an intent has the first go at telling its story; the relay comes after this. */
export const FIRST_GO_SECONDS = 5;

export async function enqueueWorkflow(
  tx: Sql,
  flow_id: string,
  { priority = "normal", first_go = true }: { priority?: "normal" | "low"; first_go?: boolean } = {},
): Promise<void> {
  await tx`
    insert into outbox (kind, payload, priority, next_attempt_at)
    values ('workflow', ${tx.json({ flow_id })}, ${priority},
            now() + make_interval(secs => ${first_go ? FIRST_GO_SECONDS : 0}))`;
  await tx`select pg_notify('outbox', '')`;
}

export async function enqueueEvent(
  tx: Sql,
  plugin: string,
  event: string,
  payload: Record<string, unknown>,
): Promise<void> {
  await tx`
    insert into outbox (kind, payload) values ('event', ${tx.json({ event, plugin, payload } as never)})`;
  await tx`select pg_notify('outbox', '')`;
}

/** Takes messages that are due, for `lease_seconds`; two replicas never take the same one. */
export async function claimMessages(
  sql: Sql,
  { workflows, low_priority, lease_seconds = 30, limit = 20 }: {
    workflows: boolean;
    low_priority: boolean;
    lease_seconds?: number;
    limit?: number;
  },
): Promise<Message[]> {
  return await sql<Message[]>`
    update outbox set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => ${lease_seconds})
    where outbox_id in (
      select outbox_id from outbox
      where next_attempt_at <= now()
        and (kind = 'event' or ${workflows}) and (priority = 'normal' or ${low_priority})
      order by outbox_id limit ${limit} for update skip locked)
    returning outbox_id, kind, payload, attempts`;
}

/** Told: nothing needs the row any more. */
export async function settle(sql: Sql, outbox_ids: string[]): Promise<void> {
  if (outbox_ids.length > 0) await sql`delete from outbox where outbox_id in ${sql(outbox_ids)}`;
}

/**
 * The flow's story is with Temporal, whoever brought it there. Only messages up to `newest` are settled by that: a
 * later one tells of something that has changed meanwhile.
 */
export async function settleFlow(sql: Sql, flow_id: string, newest: string): Promise<void> {
  await sql`
    delete from outbox where kind = 'workflow' and payload ->> 'flow_id' = ${flow_id} and outbox_id <= ${newest}`;
}

/** The story has ended here: Temporal need not be told, unless it tells it as well. */
export async function settleEnded(sql: Sql, flow_id: string): Promise<void> {
  await sql`
    delete from outbox
    where kind = 'workflow' and payload ->> 'flow_id' = ${flow_id} and payload -> 'there' is null`;
}

/** Somebody else goes on with a story that Temporal has, or may have: it is to hear of that when it is back. */
export async function noteThere(sql: Sql, flow_id: string): Promise<void> {
  await sql`
    with noted as (
      update outbox set payload = payload || '{"there": true}'
      where kind = 'workflow' and payload ->> 'flow_id' = ${flow_id} returning 1)
    insert into outbox (kind, payload, next_attempt_at)
    select 'workflow', ${
    sql.json({ flow_id, there: true })
  }, now() + make_interval(secs => ${FIRST_GO_SECONDS})
    where not exists (select 1 from noted)`;
}

/** Back-off doubles from 1 s to 5 min, with jitter so that replicas do not march in step. */
export async function postpone(sql: Sql, message: Message, last_error: string): Promise<void> {
  const seconds = Math.min(300, 2 ** Math.min(message.attempts, 9)) * (0.75 + Math.random() / 2);
  await sql`
    update outbox set next_attempt_at = now() + make_interval(secs => ${seconds}), last_error = ${last_error}
    where outbox_id = ${message.outbox_id}`;
}

/** Makes a flow's message due at once, as soon as somebody can take it. */
export async function hurry(sql: Sql, flow_id: string): Promise<void> {
  await sql`
    update outbox set next_attempt_at = now() where kind = 'workflow' and payload ->> 'flow_id' = ${flow_id}`;
}

export async function outboxDepth(sql: Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`select count(*)::int as n from outbox`;
  return row.n;
}
