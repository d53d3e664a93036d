/** Owns the tables `flow`, `flow_client` and `flow_step` together with step.ts: one request's story and how far it has come. */
import type { Outcome } from "../../workflows/lib/story.ts";
import type { ClientEvidence } from "../client_evidence.ts";
import type { Sql } from "../db/postgres.ts";
import { FIRST_GO_SECONDS } from "../events/outbox.ts";
import type { NewFlow } from "./flows.ts";
import type { Executor } from "./step.ts";

export interface StoredFlow {
  flow_id: string;
  kind: string;
  workflow: string;
  account_id: string | null;
  request_id: string | null;
  status: string;
  executor: Executor | null;
  attempts: number;
  finished_at: Date | null;
  /** Its newest message in the outbox; null when there is none. */
  newest_message: string | null;
}

export interface Progress {
  flow_id: string;
  kind: string;
  status: string;
  /** `temporal_workflow` or `direct_…`, as the response said; null while nobody has answered. */
  method: string | null;
  executor: Executor | null;
  workflow_id: string;
  created_at: Date;
  finished_at: Date | null;
  outcome: string | null;
  steps: {
    step: string;
    state: string;
    attempts: number;
    executor: Executor | null;
    first_started_at: Date;
    finished_at: Date | null;
    last_error: string | null;
  }[];
}

export const workflowId = (flow: { workflow: string; flow_id: string }) => `${flow.workflow}/${flow.flow_id}`;

export async function insertFlow(tx: Sql, flow: NewFlow): Promise<void> {
  await tx`
    insert into flow (flow_id, kind, workflow, account_id, request_id, next_tick_at)
    values (${flow.flow_id}, ${flow.kind}, ${flow.workflow}, ${flow.account_id}, ${flow.request_id},
            now() + make_interval(secs => ${FIRST_GO_SECONDS}))`;
  if (!flow.client) return;
  await tx`insert into flow_client (flow_id, client) values (${flow.flow_id}, ${
    tx.json(flow.client as never)
  })`;
}

/** What the request that began a flow showed of its sender; null when nobody kept it. */
export async function findFlowClient(sql: Sql, flow_id: string): Promise<ClientEvidence | null> {
  const [row] = await sql<{ client: ClientEvidence }[]>`
    select client from flow_client where flow_id = ${flow_id}`;
  return row?.client ?? null;
}

/** The same as a column of a statement that has the flow's id in this column. */
export const flowClientOf = (sql: Sql, flow_id: string) =>
  sql`(select f.client from flow_client f where f.flow_id = ${sql(flow_id)})`;

export async function findFlow(sql: Sql, flow_id: string): Promise<StoredFlow | null> {
  const [row] = await sql<StoredFlow[]>`
    select flow_id, kind, workflow, account_id, request_id, status, executor, attempts, finished_at, (
      select max(outbox_id) from outbox
      where outbox.kind = 'workflow' and payload ->> 'flow_id' = ${flow_id}::text) as newest_message
    from flow where flow_id = ${flow_id}`;
  return row ?? null;
}

/** Who carries the story from here; the method is that of the first answer and stays. */
export async function recordExecutor(
  sql: Sql,
  flow_id: string,
  executor: Executor,
  method: string | null,
): Promise<void> {
  await sql`
    update flow set executor = ${executor}, method = coalesce(method, ${method}) where flow_id = ${flow_id}`;
}

/** The flow belongs to an account from the step that made or found it. */
export async function recordAccount(tx: Sql, flow_id: string, account_id: string): Promise<void> {
  await tx`update flow set account_id = ${account_id} where flow_id = ${flow_id} and account_id is null`;
}

/** Ends the flow, once: the second executor to come to the end finds it ended. */
export async function finishFlow(sql: Sql, flow_id: string, outcome: Outcome | "failed"): Promise<void> {
  await sql`
    update flow set status = ${outcome}, outcome = ${outcome}, finished_at = now(), next_tick_at = null
    where flow_id = ${flow_id} and finished_at is null`;
}

/** The step it waits for has said until when; somebody may have woken the story since, which stays. */
export async function pauseFlow(sql: Sql, flow_id: string): Promise<void> {
  await sql`
    update flow set status = 'waiting', attempts = 0, last_error = null
    where flow_id = ${flow_id} and finished_at is null`;
}

/** A telling that failed is tried again: 1 s, doubling to 1 min. */
export async function retryFlow(sql: Sql, flow_id: string, last_error: string): Promise<void> {
  await sql`
    update flow set attempts = attempts + 1, last_error = ${last_error},
      next_tick_at = now() + make_interval(secs => least(60, power(2, least(attempts, 6))))
    where flow_id = ${flow_id} and finished_at is null`;
}

export async function wakeFlow(tx: Sql, flow_id: string): Promise<boolean> {
  const rows = await tx`
    update flow set next_tick_at = now(), pokes = pokes + 1 where flow_id = ${flow_id} and finished_at is null returning 1`;
  return rows.length === 1;
}

/**
 * Takes flows whose direct telling is due. While Temporal answers it has `takeover_seconds` to tell them; the
 * same goes for those it carries: a story whose executor is lost is found by its due time.
 */
export async function claimDue(
  sql: Sql,
  { temporal_up, takeover_seconds, lease_seconds = 30, limit = 10 }: {
    temporal_up: boolean;
    takeover_seconds: number;
    lease_seconds?: number;
    limit?: number;
  },
): Promise<string[]> {
  const rows = await sql<{ flow_id: string }[]>`
    update flow set next_tick_at = now() + make_interval(secs => ${lease_seconds})
    where flow_id in (
      select flow_id from flow
      where finished_at is null and next_tick_at <= now() - make_interval(secs =>
        case when ${temporal_up} or executor = 'temporal' then ${takeover_seconds} else 0 end)
      order by next_tick_at limit ${limit} for update skip locked)
    returning flow_id`;
  return rows.map((row) => row.flow_id);
}

const progressColumns =
  `f.flow_id, f.kind, f.status, f.method, f.executor, f.workflow || '/' || f.flow_id as workflow_id,
  f.created_at, f.finished_at, f.outcome, coalesce((
    select jsonb_agg(jsonb_build_object('step', s.step, 'state', s.state, 'attempts', s.attempts,
      'executor', s.executor, 'first_started_at', s.first_started_at, 'finished_at', s.finished_at,
      'last_error', s.last_error) order by s.first_started_at)
    from flow_step s where s.flow_id = f.flow_id), '[]') as steps`;

export async function progressOf(sql: Sql, flow_id: string): Promise<Progress | null> {
  const [row] = await sql<Progress[]>`
    select ${sql.unsafe(progressColumns)} from flow f where f.flow_id = ${flow_id}`;
  return row ?? null;
}

/** What an account asked for, the newest 50. The watch over a session is ours, and a session has a list of its own. */
export async function progressOfAccount(sql: Sql, account_id: string): Promise<Progress[]> {
  return await sql<Progress[]>`
    select ${sql.unsafe(progressColumns)} from flow f
    where f.account_id = ${account_id} and f.kind <> 'session' order by f.created_at desc limit 50`;
}

/** How often an account asked for this in the last hour. */
export async function countRecent(sql: Sql, account_id: string, kind: string): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*)::int as n from flow
    where account_id = ${account_id} and kind = ${kind} and created_at > now() - interval '1 hour'`;
  return row.n;
}

/** A flow that has ended makes room for another of the same id. */
export async function removeFlow(tx: Sql, flow_id: string): Promise<void> {
  await tx`delete from flow where flow_id = ${flow_id} and finished_at is not null`;
}

export async function openFlows(sql: Sql): Promise<Record<string, number>> {
  const rows = await sql<{ workflow: string; n: number }[]>`
    select workflow, count(*)::int as n from flow where finished_at is null group by workflow`;
  return Object.fromEntries(rows.map((row) => [row.workflow, row.n]));
}

/** Takes away flows that ended long ago, in small batches. */
export async function sweepFlows(sql: Sql): Promise<number> {
  const rows = await sql`
    delete from flow where flow_id in (
      select flow_id from flow where finished_at < now() - interval '90 days' limit 1000)`;
  return rows.count;
}
