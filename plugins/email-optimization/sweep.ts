/** What is done every ten minutes: experiments that are answered end, the domain is looked at, and what is long over goes. */
import type { EmailCtx } from "./ctx.ts";
import { checkInTurn } from "./deliverability/mod.ts";
import { stopAnswered } from "./experiments/stopping.ts";
import { sweepMessages } from "./message_event.ts";
import { refreshDeployment } from "./timing/habits.ts";
import { sweepSuppressions } from "./suppression.ts";

/** Bounds what one sweep does; the rest waits ten minutes. */
const batchesMax = 40;

export async function sweep(ctx: EmailCtx): Promise<void> {
  await stopAnswered(ctx);
  await checkInTurn(ctx);
  await refreshDeployment(ctx.sql);
  await sweepSuppressions(ctx.sql, ctx.config.retention_days);
  for (let i = 0; i < batchesMax; i++) {
    if (await sweepMessages(ctx.sql, ctx.config.retention_days) === 0) return;
  }
}
