/** From tallies to what a choice and a report rest on. Pure. */
import type { ArmCount } from "../../../ml/email/bandit.ts";
import { type DelayCurve, delayCurve, pendingWeight } from "../../../ml/email/delayed.ts";
import type { Experiment } from "./experiment.ts";
import { millisecondsOf, type Tally } from "./tally.ts";

export interface Counts {
  /** Everybody's, one for each variant of the experiment, in its order. */
  all: ArmCount[];
  contexts: Map<string, ArmCount[]>;
}

/** Goals are told by buckets; more of one bucket than this sharpen nothing. */
const perBucketMax = 500;

/** Who was held out is counted with the variant they got: they got it by chance, too. */
export function countsOf(tallies: Tally[], { variants, window_hours }: Experiment): Counts {
  const curve = curveOf(tallies, window_hours * 3_600_000);
  const empty = () => variants.map((variant): ArmCount => ({ variant, successes: 0, failures: 0 }));
  const counts: Counts = { all: empty(), contexts: new Map() };
  for (const { variant, context, what, bucket, count } of tallies) {
    const i = variants.indexOf(variant);
    if (i < 0) continue;
    const here = counts.contexts.get(context) ?? empty();
    counts.contexts.set(context, here);
    for (const arm of [counts.all[i], here[i]]) {
      if (what === "goal") arm.successes += count;
      else arm.failures += count * pendingWeight(millisecondsOf(bucket), curve);
    }
  }
  return counts;
}

function curveOf(tallies: Tally[], window_ms: number): DelayCurve {
  const delays = tallies.filter(({ what }) => what === "goal").flatMap(({ bucket, count }) =>
    new Array<number>(Math.min(count, perBucketMax)).fill(Math.min(window_ms, millisecondsOf(bucket)))
  );
  return delayCurve(delays, window_ms);
}
