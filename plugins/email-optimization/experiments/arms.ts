/** Counts of the database as the bandit takes them: what is pending counts only as far as it has failed. Pure. */
import { type ArmCount } from "../../../ml/email/bandit.ts";
import { type DelayCurve, delayCurve, pendingWeight } from "../../../ml/email/delayed.ts";
import type { Experiment } from "./experiment.ts";
import { millisecondsOf, type Tally } from "./tally.ts";

export interface Arms {
  all: ArmCount[];
  by_context: Map<string, ArmCount[]>;
}

/** More delays than this say nothing new about how long a goal takes. */
const delaysMax = 2_000;

/** Each variant of the experiment has a count, also while nothing is known of it. */
export function armsOf(experiment: Pick<Experiment, "variants" | "window_hours">, rows: Tally[]): Arms {
  const curve = curveOf(experiment.window_hours * 3_600_000, rows);
  const none = () => experiment.variants.map((variant): ArmCount => ({ variant, successes: 0, failures: 0 }));
  const all = none();
  const by_context = new Map<string, ArmCount[]>();
  for (const row of rows) {
    const at = experiment.variants.indexOf(row.variant);
    // Whoever is held out may get what is not tried out.
    if (at < 0) continue;
    const here = by_context.get(row.context) ?? none();
    by_context.set(row.context, here);
    for (const arm of [all[at], here[at]]) {
      if (row.what === "goal") arm.successes += row.count;
      else arm.failures += row.count * pendingWeight(millisecondsOf(row.bucket), curve);
    }
  }
  return { all, by_context };
}

function curveOf(window_ms: number, rows: Tally[]): DelayCurve {
  const goals = rows.filter(({ what }) => what === "goal");
  const total = goals.reduce((sum, { count }) => sum + count, 0);
  const share = Math.min(1, delaysMax / Math.max(1, total));
  // A bucket's middle may lie after the window's end, which its goals did not.
  return delayCurve(
    goals.flatMap(({ bucket, count }) =>
      new Array<number>(Math.ceil(count * share)).fill(Math.min(millisecondsOf(bucket), window_ms))
    ),
    window_ms,
  );
}
