/** Owns `fraud_training`: what was trained, why, and what became of it. One runs at a time. */
import { randomUUID } from "node:crypto";
import type postgres from "postgres";
import type { Sql } from "../../../core/db/postgres.ts";
import type { FraudCtx } from "../ctx.ts";

export type TrainingOutcome = "running" | "promoted" | "kept" | "too_little" | "failed";

export interface Training {
  training_id: string;
  flow_id: string;
  asked_by: "schedule" | "operator";
  started_at: Date;
  heartbeat_at: Date | null;
  /** Examples from before this time are learnt from. */
  until: Date | null;
  examples: number | null;
  frauds: number | null;
  outcome: TrainingOutcome;
  version: string | null;
  detail: string | null;
  finished_at: Date | null;
}

const columns = [
  ...[
    "training_id",
    "flow_id",
    "asked_by",
    "started_at",
    "heartbeat_at",
    "until",
    "examples",
    "frauds",
    "outcome",
  ],
  ...["version", "detail", "finished_at"],
];

/** Null: one is running. */
export async function beginTraining(
  sql: postgres.Sql,
  ctx: Pick<FraudCtx, "flows">,
  { asked_by, request_id }: { asked_by: Training["asked_by"]; request_id: string | null },
): Promise<Training | null> {
  const flow_id = randomUUID();
  return await sql.begin(async (tx) => {
    const [row] = await tx<Training[]>`
      insert into fraud_training (flow_id, asked_by) values (${flow_id}, ${asked_by})
      on conflict (outcome) where outcome = 'running' do nothing returning ${tx(columns)}`;
    if (!row) return null;
    await ctx.flows.begin(tx, {
      ...{ flow_id, kind: "fraud_retraining", workflow: "FraudRetrainingWorkflow" },
      ...{ account_id: null, request_id, priority: "low" },
    });
    return row;
  });
}

export async function findTraining(sql: Sql, flow_id: string): Promise<Training | null> {
  const [row] = await sql<Training[]>`select ${sql(columns)} from fraud_training where flow_id = ${flow_id}`;
  return row ?? null;
}

/** Newest first. */
export async function listTrainings(sql: Sql): Promise<Training[]> {
  return await sql<Training[]>`select ${sql(columns)} from fraud_training order by started_at desc limit 50`;
}

/** When the last one began and how many verdicts and outcomes have come since; null: there was none. */
export async function sinceLast(sql: Sql): Promise<{ days: number | null; labelled: number }> {
  const [row] = await sql<{ days: number | null; labelled: number }[]>`
    with last as (select max(started_at) as at from fraud_training)
    select extract(epoch from now() - last.at)::float8 / 86400 as days, (
      select count(*)::int from (select 1 from fraud_decision d
        where (verdict in ('good', 'bad') and exists (select 1 from fraud_verdict v
            where v.decision_id = d.decision_id and v.created_at > coalesce(last.at, '-infinity')))
          or outcome_at > coalesce(last.at, '-infinity') limit 100) counted) as labelled
    from last`;
  return row;
}

export async function recordSnapshot(
  tx: Sql,
  flow_id: string,
  { until, examples, frauds }: { until: Date; examples: number; frauds: number },
): Promise<void> {
  await tx`update fraud_training set until = ${until}, examples = ${examples}, frauds = ${frauds}
    where flow_id = ${flow_id}`;
}

const aliveSeconds = 30;

/** Takes it on, unless somebody who is alive has it. */
export async function claimTraining(tx: Sql, flow_id: string): Promise<boolean> {
  const rows = await tx`
    update fraud_training set heartbeat_at = now()
    where flow_id = ${flow_id} and outcome = 'running' and version is null and
      (heartbeat_at is null or heartbeat_at < now() - make_interval(secs => ${aliveSeconds}))
    returning 1`;
  return rows.length === 1;
}

export async function beat(sql: Sql, flow_id: string): Promise<void> {
  await sql`update fraud_training set heartbeat_at = now() where flow_id = ${flow_id}`;
}

export async function recordVersion(tx: Sql, flow_id: string, version: string): Promise<void> {
  await tx`update fraud_training set version = ${version} where flow_id = ${flow_id}`;
}

export async function finishTraining(
  tx: Sql,
  flow_id: string,
  outcome: Exclude<TrainingOutcome, "running">,
  detail: string,
): Promise<void> {
  await tx`
    update fraud_training set outcome = ${outcome}, detail = ${detail.slice(0, 500)}, finished_at = now()
    where flow_id = ${flow_id} and outcome = 'running'`;
}

/** A story that ended by force leaves a row that would hold up all others. */
export async function sweepTrainings(sql: Sql): Promise<void> {
  await sql`
    update fraud_training set outcome = 'failed', detail = 'it was never finished', finished_at = now()
    where outcome = 'running' and started_at < now() - interval '1 day'`;
  await sql`
    delete from fraud_training where training_id in (
      select training_id from fraud_training where finished_at is not null order by started_at desc offset 200 limit 100)`;
}
