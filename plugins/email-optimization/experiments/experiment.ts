/** The only file that names email_experiment and email_default: which wordings are tried, and which one is sent else. */
import type { Sql } from "../../../core/db/postgres.ts";
import type { MailKind } from "../../../core/services/mod.ts";
import type { Goal } from "../goals.ts";

export interface Experiment {
  experiment_id: string;
  kind: MailKind;
  goal: Goal;
  /** A goal that comes later does not count for the mail. */
  window_hours: number;
  variants: string[];
  /** The share that gets what is sent otherwise, to compare with. */
  hold_out: number;
  /** The share that is spread evenly over all variants. */
  floor: number;
  /** As a rate of the goal: how much choosing the best may lose, for a stop without anybody's word. */
  loss_max: number;
  stop: "auto" | "manual";
  state: "running" | "promoted" | "ended";
  winner: string | null;
  ended_because: EndedBecause | null;
  created_by: string | null;
  created_at: Date;
  ended_at: Date | null;
}

/** `loss_small`: it stopped by itself. */
export type EndedBecause = "loss_small" | "operator";

export type NewExperiment = Pick<
  Experiment,
  "kind" | "goal" | "window_hours" | "variants" | "hold_out" | "floor" | "loss_max" | "stop" | "created_by"
>;

/** The wording that comes with the service; see `core/i18n`. */
export const standardVariant = "standard";

/** @returns null when one runs for this kind */
export async function insertExperiment(sql: Sql, made: NewExperiment): Promise<Experiment | null> {
  const [row] = await sql<Experiment[]>`
    insert into email_experiment ${sql({ ...made, variants: made.variants as never })}
    on conflict (kind) where state = 'running' do nothing returning *`;
  return row ?? null;
}

export async function findExperiment(sql: Sql, experiment_id: string): Promise<Experiment | null> {
  const [row] = await sql<Experiment[]>`
    select * from email_experiment where experiment_id = ${experiment_id}`;
  return row ?? null;
}

/** Those that run first, then the newest. */
export async function listExperiments(sql: Sql, limit = 100): Promise<Experiment[]> {
  return await sql<Experiment[]>`
    select * from email_experiment order by (state = 'running') desc, created_at desc limit ${limit}`;
}

export async function runningExperiments(sql: Sql): Promise<Experiment[]> {
  return await sql<Experiment[]>`select * from email_experiment where state = 'running'`;
}

/** What is sent of each kind where nothing is tried out; a kind that is missing has its standard wording. */
export async function listDefaults(sql: Sql): Promise<Map<string, string>> {
  const rows = await sql<{ kind: string; variant: string }[]>`select kind, variant from email_default`;
  return new Map(rows.map(({ kind, variant }) => [kind, variant]));
}

/** Nothing is tried any more, and what was sent before is sent again. Null when it does not run. */
export async function endExperiment(
  sql: Sql,
  experiment_id: string,
  because: EndedBecause,
): Promise<Experiment | null> {
  const [row] = await sql<Experiment[]>`
    update email_experiment set state = 'ended', ended_because = ${because}, ended_at = now()
    where experiment_id = ${experiment_id} and state = 'running' returning *`;
  return row ?? null;
}

/**
 * From now on this variant is sent. Null when there is no such experiment that runs or has ended without a winner, or
 * it has no such variant.
 */
export async function promoteVariant(
  sql: Sql,
  experiment_id: string,
  { variant, because }: { variant: string; because: EndedBecause },
): Promise<Experiment | null> {
  const [row] = await sql<Experiment[]>`
    with promoted as (
      update email_experiment set state = 'promoted', winner = ${variant},
        ended_because = coalesce(ended_because, ${because}), ended_at = coalesce(ended_at, now())
      where experiment_id = ${experiment_id} and state <> 'promoted' and ${variant} = any(variants) returning *
    ), stands as (
      insert into email_default (kind, variant, experiment_id)
      select kind, winner, experiment_id from promoted
      on conflict (kind) do update set variant = excluded.variant, since = clock_timestamp(),
        experiment_id = excluded.experiment_id
    )
    select * from promoted`;
  return row ?? null;
}
