/** The table of wrong codes only grows, so whoever comes by cuts it back about once an hour. */
import { sweepAttempts } from "./code_attempt.ts";
import type { VerificationCtx } from "./letters.ts";

let swept_at = 0;

export function sweepNowAndThen(ctx: VerificationCtx): void {
  if (Date.now() - swept_at < 3_600_000) return;
  swept_at = Date.now();
  ctx.background("sweep wrong codes", async () => void await sweepAttempts(ctx.sql));
}
