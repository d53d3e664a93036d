/** How what is believed of each variant has moved since an experiment began: told anew from the messages each time. */
import type { Sql } from "../../../core/db/postgres.ts";
import { posteriorReport } from "../../../ml/email/bandit.ts";
import { armsOf } from "./arms.ts";
import type { Experiment } from "./experiment.ts";
import { tallies } from "./tally.ts";

export interface TimelinePoint {
  at: Date;
  arms: { variant: string; mean: number; low: number; high: number }[];
}

const pointsMax = 24;
/** Bounds of 95 % need no more of them for a drawing. */
const draws = 800;

/** At most 24 points, evenly from the beginning to the end, or to now. */
export async function timelineOf(
  sql: Sql,
  experiment: Experiment,
  now = new Date(),
): Promise<TimelinePoint[]> {
  const from = experiment.created_at.getTime();
  const until = (experiment.ended_at ?? now).getTime();
  const step = Math.max(1, (until - from) / pointsMax);
  const points: TimelinePoint[] = [];
  for (let i = 1; i <= pointsMax; i++) {
    const at = new Date(from + i * step);
    const { all } = armsOf(experiment, await tallies(sql, experiment, at));
    const arms = posteriorReport(all, { draws, seed: `timeline ${i}` });
    points.push({ at, arms: arms.map(({ variant, mean, low, high }) => ({ variant, mean, low, high })) });
  }
  return points;
}
