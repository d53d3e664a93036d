/** What is sent of each kind, and what is tried out: read beside the decisions, every few seconds. */
import type { Sql } from "../../../core/db/postgres.ts";
import type { MailKind } from "../../../core/services/mod.ts";
import { type Arms, armsOf } from "./arms.ts";
import { type Experiment, listDefaults, runningExperiments, standardVariant } from "./experiment.ts";
import { tallies } from "./tally.ts";

export interface Standing {
  /** What is sent where nothing is tried out, and to those who are held out. */
  default_variant: string;
  trial: { experiment: Experiment; arms: Arms } | null;
}

export type Standings = ReadonlyMap<MailKind, Standing>;

export const standsAsEver: Standing = { default_variant: standardVariant, trial: null };

/** Counting takes at most this share of the time, however many mails there are to count. */
const countingShare = 0.02;

/** Reads them, with one statement for each experiment that runs; of a kind there is one at most. */
export function standingsReader(sql: Sql): () => Promise<Standings> {
  let counted = new Map<string, { arms: Arms; good_until: number }>();

  async function count(experiment: Experiment) {
    const known = counted.get(experiment.experiment_id);
    const began = performance.now();
    if (known && began < known.good_until) return known;
    const arms = armsOf(experiment, await tallies(sql, experiment));
    const done = performance.now();
    return { arms, good_until: done + (done - began) / countingShare };
  }

  return async () => {
    const [running, defaults] = await Promise.all([runningExperiments(sql), listDefaults(sql)]);
    const standings = new Map<MailKind, Standing>();
    for (const [kind, variant] of defaults) {
      standings.set(kind as MailKind, { default_variant: variant, trial: null });
    }
    const anew: typeof counted = new Map();
    await Promise.all(running.map(async (experiment) => {
      const tally = await count(experiment);
      anew.set(experiment.experiment_id, tally);
      const { default_variant } = standings.get(experiment.kind) ?? standsAsEver;
      standings.set(experiment.kind, { default_variant, trial: { experiment, arms: tally.arms } });
    }));
    counted = anew;
    return standings;
  };
}
