/** What came of an experiment's mails, counted in the database: a few dozen rows, however many mails there were. */
import type { Sql } from "../../../core/db/postgres.ts";
import type { Experiment } from "./experiment.ts";

/** Of one variant in one context. */
export interface Tally {
  variant: string;
  context: string;
  hold_out: boolean;
  /** `goal`: how long it took; `open`: how long ago it was sent, without a goal so far. */
  what: "goal" | "open";
  /** Logarithmic, see `millisecondsOf`. */
  bucket: number;
  count: number;
}

/** Where a bucket lies: each is a quarter wider than the one before, the last one at about a year. */
export const millisecondsOf = (bucket: number): number => 10_000 * Math.expm1((bucket + 0.5) / 4);

/** The bucket of so many seconds, as the statement below has it. */
export const bucketOf = (seconds: number): number =>
  Math.min(60, Math.floor(4 * Math.log(1 + Math.max(0, seconds) / 10)));

/**
 * In one statement over the experiment's index. A goal after the window counts as none.
 *
 * @param until as it stood then
 */
export async function tallies(
  sql: Sql,
  { experiment_id, window_hours }: Pick<Experiment, "experiment_id" | "window_hours">,
  until = new Date(),
): Promise<Tally[]> {
  return await sql<Tally[]>`
    select variant, context, hold_out, case when reached then 'goal' else 'open' end as what,
      least(60, floor(4 * ln(1 + greatest(0,
        extract(epoch from case when reached then goal_at else ${until}::timestamptz end - sent_at)::float8) / 10))
      )::int as bucket, count(*)::int as count
    from (
      select variant, context, hold_out, sent_at, goal_at,
        goal_at <= least(${until}::timestamptz, sent_at + make_interval(hours => ${window_hours})) is true as reached
      from email_message where experiment_id = ${experiment_id} and sent_at <= ${until}
    ) sent
    group by 1, 2, 3, 4, 5`;
}

export interface Funnel {
  variant: string;
  hold_out: boolean;
  decided: number;
  sent: number;
  pressed: number;
  goals: number;
  /** Sent, without a goal so far, and the window is still open. */
  pending: number;
  bounced: number;
}

export async function funnelOf(
  sql: Sql,
  { experiment_id, window_hours }: Pick<Experiment, "experiment_id" | "window_hours">,
): Promise<Funnel[]> {
  return await sql<Funnel[]>`
    select variant, hold_out, count(*)::int as decided, count(sent_at)::int as sent,
      count(pressed_at)::int as pressed, count(bounced_at)::int as bounced,
      (count(*) filter (where goal_at <= sent_at + make_interval(hours => ${window_hours})))::int as goals,
      (count(*) filter (where goal_at is null
        and sent_at > now() - make_interval(hours => ${window_hours})))::int as pending
    from email_message where experiment_id = ${experiment_id} group by 1, 2 order by 1, 2`;
}
