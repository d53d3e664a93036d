/** How what is believed of each variant has moved since an experiment began: told anew from the messages each time. */
import type { Sql } from "../../../core/db/postgres.ts";
import { posteriorReport } from "../../../ml/email/bandit.ts";
import { armsOf } from "./arms.ts";
import type { Experiment } from "./experiment.ts";
import { bucketOf, type Tally } from "./tally.ts";

export interface TimelinePoint {
  at: Date;
  arms: { variant: string; mean: number; low: number; high: number }[];
}

const pointsMax = 24;
/** Bounds of 95 % need no more of them for a drawing. */
const draws = 800;

/** Mails of one variant that were sent in one step, and reached their goal in one, or not at all. */
interface Cell {
  variant: string;
  sent_step: number;
  goal_step: number | null;
  delay_seconds: number | null;
  count: number;
}

/**
 * At most 24 points, evenly from the beginning to the end, or to now. One statement counts by steps, so between points
 * a mail's age is known to half a step.
 */
export async function timelineOf(
  sql: Sql,
  experiment: Experiment,
  now = new Date(),
): Promise<TimelinePoint[]> {
  const { experiment_id, window_hours, created_at, ended_at } = experiment;
  const from = created_at.getTime();
  const step_ms = Math.max(1_000, ((ended_at ?? now).getTime() - from) / pointsMax);
  const seconds = step_ms / 1_000;
  const cells = await sql<Cell[]>`
    select variant, floor(sent / ${seconds})::int as sent_step, floor(goal / ${seconds})::int as goal_step,
      avg(goal - sent)::float8 as delay_seconds, count(*)::int as count
    from (
      select variant, extract(epoch from sent_at - ${created_at}::timestamptz)::float8 as sent,
        case when goal_at <= sent_at + make_interval(hours => ${window_hours})
          then extract(epoch from goal_at - ${created_at}::timestamptz)::float8 end as goal
      from email_message where experiment_id = ${experiment_id} and sent_at is not null
    ) mails
    group by 1, 2, 3`;
  return Array.from({ length: pointsMax }, (_, i) => {
    const point = i + 1;
    const { all } = armsOf(experiment, talliesAt(cells, point, seconds));
    const arms = posteriorReport(all, { draws, seed: `timeline ${point}` });
    return {
      at: new Date(from + point * step_ms),
      arms: arms.map(({ variant, mean, low, high }) => ({ variant, mean, low, high })),
    };
  });
}

/** As it stood at the end of a step. */
function talliesAt(cells: Cell[], point: number, step_seconds: number): Tally[] {
  return cells.filter(({ sent_step }) => sent_step < point).map((cell): Tally => {
    const { variant, count, sent_step, goal_step, delay_seconds } = cell;
    const reached = goal_step !== null && goal_step < point;
    const seconds = reached ? delay_seconds! : (point - sent_step - 0.5) * step_seconds;
    const what = reached ? "goal" : "open";
    return { variant, count, context: "", hold_out: false, what, bucket: bucketOf(seconds) };
  });
}
