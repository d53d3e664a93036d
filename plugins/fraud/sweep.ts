/** What is done every ten minutes: what is over goes, drift is measured, and a training begins when it is due. */
import { sweepMemory } from "./account_memory.ts";
import type { FraudCtx } from "./ctx.ts";
import { sweepDecisions, sweepOutcomes } from "./decision.ts";
import { measureDrift, sweepDrift } from "./drift.ts";
import { sweep as sweepRings } from "./rings/mod.ts";
import { sweepSignals } from "./signal.ts";
import { beginTraining, sinceLast, sweepTrainings } from "./training/training.ts";
import { examplesMin } from "./training/steps.ts";

/** Bounds what one sweep does; the rest waits ten minutes. */
const batchesMax = 40;

export async function sweep(ctx: FraudCtx): Promise<void> {
  const { sql, config } = ctx;
  await inBatches(() => sweepSignals(sql));
  await inBatches(() => sweepMemory(sql));
  await inBatches(() => sweepDecisions(sql, config.retention_days));
  await inBatches(() => sweepOutcomes(sql));
  await sweepDrift(sql, config.retention_days);
  await sweepTrainings(sql);
  await sweepRings(ctx);
  await measureDrift(ctx);
  await trainWhenDue(ctx);
}

async function inBatches(batch: () => Promise<number>): Promise<void> {
  for (let i = 0; i < batchesMax; i++) if (await batch() === 0) return;
}

export async function trainWhenDue(ctx: FraudCtx): Promise<boolean> {
  const { train_days } = ctx.config;
  if (train_days === 0) return false;
  const { days, labelled } = await sinceLast(ctx.sql);
  if (labelled < examplesMin || days !== null && days < train_days) return false;
  return await beginTraining(ctx.sql, ctx, { asked_by: "schedule", request_id: null }) !== null;
}
