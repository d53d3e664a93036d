/** The steps of `FraudRetrainingWorkflow`; each may be told again. Histories carry versions and counts, no rows. */
import { once, until } from "../../../core/flow/step.ts";
import { loadModel, type Report, shouldPromote } from "../../../ml/fraud/model.ts";
import type { FraudConfig } from "../config.ts";
import type { FraudCtx } from "../ctx.ts";
import {
  dropOldModels,
  findCurrent,
  findFile,
  findModel,
  insertCandidate,
  promoteModel,
  retireCandidate,
} from "../model/model_store.ts";
import { priorFile } from "../model/serving.ts";
import { runtimeOf } from "../runtime.ts";
import { countExamples, loadExamples } from "./examples.ts";
import { trainBeside } from "./thread.ts";
import {
  beat,
  claimTraining,
  findTraining,
  finishTraining,
  recordSnapshot,
  recordVersion,
  type Training,
} from "./training.ts";

/** Fewer labelled decisions teach nothing that the online calibration does not. */
export const examplesMin = 10;

/** What is learnt from is what there was by now, however long the training takes. */
export const snapshot_fraud_examples = once<
  { examples: number; frauds: number; enough: boolean },
  FraudConfig
>(
  async ({ tx, flow, ctx }) => {
    const until = new Date();
    const counted = await countExamples(tx, until);
    await recordSnapshot(tx, flow.flow_id, { until, ...counted });
    const enough = counted.examples >= examplesMin && counted.frauds > 0;
    if (!enough) {
      const { examples, frauds } = counted;
      await finishTraining(
        tx,
        flow.flow_id,
        "too_little",
        `${examples} decisions are judged, ${frauds} of them bad; ${examplesMin} are needed, and one bad`,
      );
      ctx.metrics.inc("fraud_trainings_total", { outcome: "too_little" });
    }
    return { ...counted, enough };
  },
);

const lookSeconds = 10;

/** Begins the thread where nobody has, and looks again; whoever trained wakes the story. */
export const train_fraud_model = until<"trained" | "failed", FraudConfig>(async ({ tx, flow, ctx }) => {
  const training = await findTraining(tx, flow.flow_id);
  if (!training || training.outcome !== "running") return "failed";
  if (training.version !== null) return "trained";
  if (await claimTraining(tx, flow.flow_id)) void carryOut(training, ctx);
  return { wait_until: new Date(Date.now() + lookSeconds * 1000).toISOString() };
});

/** The better one answers from now on; the other stays a version one can go to. */
export const promote_fraud_model = once<{ version: string; promoted: boolean } | null, FraudConfig>(
  async ({ tx, flow, ctx }) => {
    const training = await findTraining(tx, flow.flow_id);
    if (!training?.version || training.outcome !== "running") return null;
    const { version } = training;
    const [current, candidate] = [await findCurrent(tx), await findModel(tx, version)];
    if (!candidate?.report) return null;
    const { before = null, ...report } = candidate.report as MeasuredReport;
    const { promote, because } = shouldPromote(
      current && before ? { report: before, kind: current.kind } : null,
      report,
    );
    if (promote) await promoteModel(tx, version);
    else await retireCandidate(tx, version);
    await dropOldModels(tx, ctx.config.models_kept);
    const outcome = promote ? "promoted" : "kept";
    await finishTraining(tx, flow.flow_id, outcome, because);
    ctx.metrics.inc("fraud_trainings_total", { outcome });
    return { version, promoted: promote };
  },
);

/** With the report of the model that answered then, on the same rows. */
export interface MeasuredReport extends Report {
  before?: Report | null;
}

const beatMilliseconds = 5_000;

async function carryOut({ flow_id, until, training_id }: Training, ctx: FraudCtx): Promise<void> {
  const { sql, log } = ctx;
  const beating = setInterval(() => {
    void beat(sql, flow_id).catch((error) => log.warn("fraud.training_beat", { flow_id, error }));
  }, beatMilliseconds);
  try {
    const live = await loadExamples(sql, until ?? new Date());
    const version = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    const { text, report, before, seconds } = await trainBeside({
      ...{ live, version, simulated_rows: ctx.config.simulated_rows },
      seed: parseInt(training_id.slice(0, 7), 16),
      current: await currentFile(ctx),
    }, runtimeOf(ctx).stopping.signal);
    const { hash, kind, card } = loadModel(text);
    await sql.begin(async (tx) => {
      await insertCandidate(tx, {
        ...{ version, hash, kind, file: text },
        card: { ...card, training_seconds: Math.round(seconds * 10) / 10 },
        report: { ...report, before } as MeasuredReport,
      });
      await recordVersion(tx, flow_id, version);
      await ctx.flows.poke(tx, flow_id);
    });
    log.info("fraud.trained", { flow_id, version, seconds: Math.round(seconds) });
  } catch (error) {
    if (runtimeOf(ctx).stopping.signal.aborted) return log.info("fraud.training_given_up", { flow_id });
    log.error("fraud.training_failed", { flow_id, error });
    await giveUp(ctx, flow_id, error);
  } finally {
    clearInterval(beating);
  }
}

async function giveUp(ctx: FraudCtx, flow_id: string, error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.message.split("\n")[0] : "unknown";
  try {
    await ctx.sql.begin(async (tx) => {
      await finishTraining(tx, flow_id, "failed", reason);
      await ctx.flows.poke(tx, flow_id);
    });
    ctx.metrics.inc("fraud_trainings_total", { outcome: "failed" });
  } catch (failure) {
    // The row's pulse stops, and whoever asks next begins again.
    ctx.log.warn("fraud.training_left", { flow_id, error: failure });
  }
}

/** Null: rules answer, so there is nothing to be better than. */
async function currentFile(ctx: FraudCtx): Promise<string | null> {
  const current = await findCurrent(ctx.sql);
  if (!current || runtimeOf(ctx).serving.now().model === null) return null;
  if (current.kind === "trained") return await findFile(ctx.sql, current.version);
  return await Deno.readTextFile(priorFile).catch(() => null);
}
