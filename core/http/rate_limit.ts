/**
 * Limits by name. Counted in Postgres, so that replicas count together; keys that are over are remembered in the
 * process, and while Postgres is away the process counts alone. Keys are keyed hashes: no address is stored.
 */
import { Buffer } from "node:buffer";
import type postgres from "postgres";
import type { Keys } from "../keys/keys.ts";
import { type Log, silentLog } from "../observe/log.ts";
import type { Count } from "./memory_windows.ts";
import { createCounterStore } from "./rate_limit_store.ts";

/** A route's limit: how often one key may call within a window. */
export interface RateLimit {
  pool: string;
  points: number;
  per_seconds: number;
  /** The caller's address, the account that is signed in, or the recipient named in a field of the body. */
  by: "ip" | "account" | { body_field: string };
  /** How long a key that went over is refused; without it, until its window ends. */
  block_seconds?: number;
}

export type Pool = Omit<RateLimit, "by">;

export interface LimitState {
  allowed: boolean;
  limit: number;
  remaining: number;
  /** Until the window ends; when refused, how long to wait. Whole seconds, at least 1. */
  reset_seconds: number;
}

export interface Limiter {
  /** Counts one. */
  consume(pool: Pool, key: string): Promise<LimitState>;
  /** What `consume` would find, without counting. */
  check(pool: Pool, key: string): Promise<LimitState>;
  reset(pool: Pool, key: string): Promise<void>;
  /** Deletes rows that are over, at most 5,000; answers how many. Runs by itself every few minutes. */
  sweep(): Promise<number>;
  close(): void;
}

const sweepRowsMax = 5000;
const sweepMilliseconds = 300_000;

export function createLimiter(
  { sql, keys, log = silentLog }: { sql: postgres.Sql; keys: Pick<Keys, "hmac">; log?: Log },
): Limiter {
  const store = createCounterStore({ sql, log });
  const hashed = (pool: string, key: string) =>
    Buffer.from(keys.hmac("rate_limit", `${pool}\0${key}`)).toString("base64url");
  const sweep = () => store.sweep(sweepRowsMax);
  const sweeper = setInterval(
    () => sweep().catch((error) => log.warn("rate_limit.sweep_failed", { error })),
    sweepMilliseconds,
  );
  Deno.unrefTimer(sweeper);

  return {
    consume: async (pool, key) => stateOf(pool, await store.hit(pool, hashed(pool.pool, key))),
    check: async (pool, key) => {
      const count = await store.look(pool, hashed(pool.pool, key));
      // One more has to fit, so what is there already counts as if this one were made.
      return stateOf(pool, {
        consumed: (count?.consumed ?? 0) + 1,
        milliseconds_left: count?.milliseconds_left ?? pool.per_seconds * 1000,
      });
    },
    reset: (pool, key) => store.forget(pool, hashed(pool.pool, key)),
    sweep,
    close: () => clearInterval(sweeper),
  };
}

function stateOf(pool: Pool, { consumed, milliseconds_left }: Count): LimitState {
  return {
    allowed: consumed <= pool.points,
    limit: pool.points,
    remaining: Math.max(0, pool.points - consumed),
    reset_seconds: wholeSeconds(milliseconds_left),
  };
}

function wholeSeconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}
