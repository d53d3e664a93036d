/** Lets one try of a password through, or says how long to wait; see login_backoff.ts for the rules. */
import { Problem } from "../../core/http/problem.ts";
import type { Call } from "../../core/http/route.ts";
import { type Pool, poolsFor, refundTry, spendTry } from "./login_backoff.ts";
import type { PasswordCtx } from "./runtime.ts";

export interface Guarded {
  /** What is counted: the compared form of an address, or an account's id. */
  subject: string;
  known_source: boolean;
}

/**
 * Runs the check if its turn has come. Unless `wrong` says so of its result, the try is given back.
 * @throws {Problem} 429 `too_many_requests` before any work is done
 */
export async function guarded<T>(
  ctx: PasswordCtx,
  call: Pick<Call, "ip" | "request_id">,
  { subject, known_source }: Guarded,
  check: () => Promise<T>,
  wrong: (result: T) => boolean,
): Promise<T> {
  if (!ctx.core.rate_limits) return await check();
  const pools = poolsFor(ctx.keys, {
    subject,
    ip: call.ip,
    known_source,
    free: ctx.config.backoff_free_tries,
    free_per_source: ctx.config.backoff_free_tries_per_source,
  });
  await spend(ctx, call.request_id, pools);
  let refund = true;
  try {
    const result = await check();
    refund = !wrong(result);
    return result;
  } finally {
    if (refund) await refundTry(ctx.sql, pools);
  }
}

async function spend(ctx: PasswordCtx, request_id: string, pools: Pool[]): Promise<void> {
  const spent = await spendTry(ctx.sql, pools, ctx.config);
  if (spent.kind === "spent") return;
  const { pool, retry_after_seconds } = spent;
  ctx.metrics.inc("password_login_total", { result: "backed_off" });
  ctx.log.warn("login.backed_off", { request_id, pool, retry_after_seconds });
  throw new Problem(
    429,
    "too_many_requests",
    `Too many wrong passwords. Wait ${retry_after_seconds} seconds, or reset your password. Open sessions go on.`,
    { retry_after_seconds },
  );
}
