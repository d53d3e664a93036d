/**
 * Wrong answers with one kind of factor, counted by account over all its challenges: whoever knows the password opens as
 * many challenges as they like. Kinds rest one by one, so what somebody guesses at keeps nobody from another way, and
 * the password's own pools know nothing of it. It holds with RATE_LIMITS=off, too.
 */
import type { Pool } from "../../core/http/rate_limit.ts";
import { tooManyRequests } from "../../core/http/route_limits.ts";
import type { MfaConfig } from "./config.ts";
import type { MfaCtx } from "./ctx.ts";

const DAY_SECONDS = 86_400;
/** However often it rests, not more than so many times `attempts_max` in a day. */
const RESTS_A_DAY = 10;

/** The short one for who mistypes, the long one for who guesses with patience. */
export function poolsOf(
  method: string,
  { attempts_max, attempts_rest_minutes }: Pick<MfaConfig, "attempts_max" | "attempts_rest_minutes">,
): Pool[] {
  const rest = attempts_rest_minutes * 60;
  return [
    { pool: `mfa_${method}`, points: attempts_max, per_seconds: rest, block_seconds: rest },
    { pool: `mfa_${method}_day`, points: attempts_max * RESTS_A_DAY, per_seconds: DAY_SECONDS },
  ];
}

/**
 * Spends an attempt before `check` looks at the answer, and gives all back when it was right.
 *
 * @param check null when the answer is wrong
 * @throws {Problem} 429 `too_many_requests`, with how long it rests
 */
export async function guarded<R>(
  ctx: Pick<MfaCtx, "config" | "limiter" | "metrics">,
  { account_id, method }: { account_id: string; method: string },
  check: () => Promise<R | null>,
): Promise<R | null> {
  const pools = poolsOf(method, ctx.config);
  for (const pool of pools) {
    const state = await ctx.limiter.consume(pool, account_id);
    if (!state.allowed) {
      ctx.metrics.inc("mfa_answer_total", { method, result: "resting" });
      throw tooManyRequests(state);
    }
  }
  const right = await check();
  ctx.metrics.inc("mfa_answer_total", { method, result: right === null ? "wrong" : "right" });
  if (right !== null) { for (const pool of pools) await ctx.limiter.reset(pool, account_id); }
  return right;
}
