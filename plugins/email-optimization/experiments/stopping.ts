/** Experiments that have been answered end by themselves, where their operator said so. */
import { posteriorReport, shouldStop } from "../../../ml/email/bandit.ts";
import type { EmailCtx } from "../ctx.ts";
import { forgetStandings } from "../runtime.ts";
import { armsOf } from "./arms.ts";
import { type Experiment, promoteVariant, runningExperiments } from "./experiment.ts";
import { tallies } from "./tally.ts";

/** Two replicas that come to it at once stop it once. */
export async function stopAnswered(ctx: EmailCtx): Promise<Experiment[]> {
  const { sql, log, metrics } = ctx;
  const stopped: Experiment[] = [];
  for (const experiment of await runningExperiments(sql)) {
    if (experiment.stop !== "auto") continue;
    const { experiment_id, kind, loss_max } = experiment;
    const { all } = armsOf(experiment, await tallies(sql, experiment));
    const { stop, winner } = shouldStop(all, posteriorReport(all, { seed: experiment_id }), { loss_max });
    if (!stop || winner === null) continue;
    const ended = await promoteVariant(sql, experiment_id, { variant: winner, because: "loss_small" });
    if (!ended) continue;
    log.info("email.experiment_stopped", { experiment_id, kind, winner });
    metrics.inc("email_experiment_stopped_total", { kind });
    stopped.push(ended);
  }
  if (stopped.length > 0) forgetStandings(ctx);
  return stopped;
}
