/**
 * A step of a flow: one transaction that does its work and remembers that it did. Safe to run twice, and safe to
 * run by both executors at once: an advisory lock per flow and step makes the second wait and then find it done.
 */
import type postgres from "postgres";
import type { Sql } from "../db/postgres.ts";
import type { AnyCtx, Ctx } from "../plugin.ts";
import { isWaiting, REFUSED, type Waiting } from "../../workflows/lib/story.ts";

export interface Flow {
  flow_id: string;
  kind: string;
  workflow: string;
  account_id: string | null;
  request_id: string | null;
}

export type Executor = "temporal" | "direct";

/** The argument of every activity: ids, nothing else. */
export interface StepInput {
  flow_id: string;
  executor: Executor;
}

export interface StepDefinition<R = unknown, C = unknown> {
  /**
   * `once`: the result is stored and answered at every later call. `until`: asked again while it answers
   * `{ wait_until }`. `outside`: talks to others, so it runs outside a transaction and keeps its own record.
   */
  kind: "once" | "until" | "outside";
  run(step: { tx: Sql; flow: Flow; ctx: Ctx<C> }): Promise<R>;
}

/** A final no. The story ends here and what was done is undone; retrying cannot help. */
export class StepRefused extends Error {
  override name = REFUSED;
}

export function once<R, C = unknown>(run: StepDefinition<R, C>["run"]): StepDefinition<R, C> {
  return { kind: "once", run };
}

export function until<R, C = unknown>(
  run: StepDefinition<R | Waiting, C>["run"],
): StepDefinition<R | Waiting, C> {
  return { kind: "until", run };
}

export function outside<C = unknown>(run: StepDefinition<null, C>["run"]): StepDefinition<null, C> {
  return { kind: "outside", run };
}

export type StepRunner = (name: string, input: StepInput) => Promise<unknown>;

/** Runs steps by name; `ctxOf` gives each its plugin's ctx. */
export function createStepRunner(
  sql: postgres.Sql,
  steps: Map<string, { definition: StepDefinition; ctx: AnyCtx }>,
): StepRunner {
  return async (name, { flow_id, executor }) => {
    const found = steps.get(name);
    if (!found) throw new StepRefused(`no plugin that is on has a step ${name}`);
    const { definition, ctx } = found;
    if (definition.kind === "outside") return await runOutside(sql, name, definition, ctx, flow_id, executor);
    try {
      return await sql.begin(async (tx) => {
        await tx`select pg_advisory_xact_lock(hashtextextended(${flow_id + "/" + name}, 0))`;
        const [flow] = await tx<(Flow & { pokes: number; done: boolean; result: unknown })[]>`
          select f.flow_id, f.kind, f.workflow, f.account_id, f.request_id, f.pokes, s.result,
                 coalesce(s.state in ('done', 'compensated'), false) as done
          from flow f left join flow_step s on s.flow_id = f.flow_id and s.step = ${name}
          where f.flow_id = ${flow_id}`;
        if (!flow) throw new StepRefused(`flow ${flow_id} is gone`);
        if (flow.done) return flow.result;
        const result = (await definition.run({ tx, flow, ctx })) ?? null;
        await recordProgress(tx, { flow_id, step: name, executor, result, pokes: flow.pokes });
        return result;
      });
    } catch (error) {
      await recordFailure(sql, { flow_id, step: name, executor, error });
      throw error;
    }
  };
}

async function runOutside(
  sql: postgres.Sql,
  name: string,
  definition: StepDefinition,
  ctx: AnyCtx,
  flow_id: string,
  executor: Executor,
): Promise<unknown> {
  const [flow] = await sql<Flow[]>`
    select flow_id, kind, workflow, account_id, request_id from flow where flow_id = ${flow_id}`;
  if (!flow) throw new StepRefused(`flow ${flow_id} is gone`);
  try {
    const result = (await definition.run({ tx: sql, flow, ctx })) ?? null;
    await recordProgress(sql, { flow_id, step: name, executor, result });
    return result;
  } catch (error) {
    await recordFailure(sql, { flow_id, step: name, executor, error });
    throw error;
  }
}

async function recordProgress(
  sql: Sql,
  { flow_id, step, executor, result, pokes = null }: {
    flow_id: string;
    step: string;
    executor: Executor;
    result: unknown;
    /** How often the flow had been poked before the step looked. */
    pokes?: number | null;
  },
): Promise<void> {
  const waiting = isWaiting(result);
  const { last_error = null, attempts = null } = waiting ? result : {};
  const state = !waiting ? "done" : last_error ? "failed" : "waiting";
  await sql`
    insert into flow_step (flow_id, step, state, attempts, executor, result, finished_at, last_error)
    values (${flow_id}, ${step}, ${state}, coalesce(${attempts}::int, 1), ${executor}, ${
    sql.json(result as never)
  },
            case when ${waiting} then null else now() end, ${last_error})
    on conflict (flow_id, step) do update set
      state = excluded.state, executor = excluded.executor, result = excluded.result,
      finished_at = excluded.finished_at, last_error = excluded.last_error,
      attempts = coalesce(${attempts}::int,
        flow_step.attempts +
          case when flow_step.state = 'waiting' or flow_step.result ? 'attempts' then 0 else 1 end)`;
  // The flow's due time follows what it waits for, so that a story whose executor is lost is found and told on.
  if (waiting) {
    // A poke that came after the look is not overwritten: the story is told again at once.
    await sql`
      update flow set status = 'waiting', next_tick_at = ${result.wait_until}
      where flow_id = ${flow_id} and finished_at is null and pokes = ${pokes}`;
  }
}

async function recordFailure(
  sql: postgres.Sql,
  { flow_id, step, executor, error }: { flow_id: string; step: string; executor: Executor; error: unknown },
): Promise<void> {
  const text = describe(error);
  try {
    await sql`
      insert into flow_step (flow_id, step, state, attempts, executor, last_error)
      values (${flow_id}, ${step}, 'failed', 1, ${executor}, ${text})
      on conflict (flow_id, step) do update set
        state = 'failed', attempts = flow_step.attempts + 1, executor = excluded.executor,
        last_error = excluded.last_error
      where flow_step.state not in ('done', 'compensated')`;
  } catch {
    // The database is what failed: the caller's error says so, and the step will be tried again.
  }
}

/** The kind of an error and nothing a person typed: this text is stored and shown to operators. */
export function describe(error: unknown): string {
  if (error instanceof StepRefused) return error.message;
  if (error instanceof Error) {
    const code = (error as { code?: string }).code;
    return code ? `${error.name} ${code}` : error.name;
  }
  return "unknown error";
}
