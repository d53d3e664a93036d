/**
 * Limits by name. Counted in Postgres, so that replicas count together; keys that are over are remembered in the
 * process, and while Postgres is away the process counts alone. Keys are keyed hashes: no address is stored.
 */
import { Buffer } from "node:buffer";
import type postgres from "postgres";
import type { Keys } from "../keys/keys.ts";
import { type Log, silentLog } from "../observe/log.ts";
import type { Count } from "./memory_windows.ts";
import { type CounterShape, createCounterStore } from "./rate_limit_store.ts";

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

/** Lock-out by waiting: some tries are free, then each further one has to wait twice as long. */
export interface Backoff {
  pool: string;
  free_attempts: number;
  first_wait_seconds: number;
  wait_seconds_max: number;
  /** Tries are forgotten so long after the first of them. */
  remember_seconds: number;
}

export interface Attempt {
  allowed: boolean;
  /** When refused: the seconds to wait. */
  retry_after_seconds: number;
  /** Tries counted so far, this one included when it was allowed. */
  attempts: number;
}

export interface Limiter {
  /** Counts one. */
  consume(pool: Pool, key: string): Promise<LimitState>;
  /** What `consume` would find, without counting. */
  check(pool: Pool, key: string): Promise<LimitState>;
  reset(pool: Pool, key: string): Promise<void>;
  /**
   * Counts a try before it is made, so that many at once cannot slip through before the first has failed.
   * Refused tries are not counted: hammering does not make the wait longer for whoever is right.
   */
  attempt(backoff: Backoff, key: string): Promise<Attempt>;
  /** Forgets the tries of a key that has been right. */
  succeeded(backoff: Backoff, key: string): Promise<void>;
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

    async attempt(backoff, key) {
      const { tries, gate } = shapesOf(backoff);
      const hash = hashed(backoff.pool, key);
      const closed = await store.look(gate, hash);
      if (closed) return refused(closed, backoff);
      const { consumed } = await store.hit(tries, hash);
      if (consumed <= backoff.free_attempts) {
        return { allowed: true, retry_after_seconds: 0, attempts: consumed };
      }
      const wait = waitSeconds(backoff, consumed);
      const turn = await store.hit(gate, hash, wait);
      // Of several at once one goes through the gate, and closes it for the others and for what follows.
      return turn.consumed > 1
        ? refused(turn, backoff)
        : { allowed: true, retry_after_seconds: 0, attempts: consumed };
    },
    async succeeded(backoff, key) {
      const { tries, gate } = shapesOf(backoff);
      const hash = hashed(backoff.pool, key);
      await Promise.all([store.forget(tries, hash), store.forget(gate, hash)]);
    },
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

/** Never in memory only: a right answer on one replica must open the gate on all of them. */
const neverBlockedInMemory = 1_000_000;

function shapesOf(backoff: Backoff): { tries: CounterShape; gate: CounterShape } {
  const points = neverBlockedInMemory;
  return {
    tries: { pool: `${backoff.pool}.tries`, points, per_seconds: backoff.remember_seconds },
    gate: { pool: `${backoff.pool}.gate`, points, per_seconds: backoff.wait_seconds_max },
  };
}

/** After the n-th try: nothing for the free ones, then the first wait, doubled each time, up to the longest. */
export function waitSeconds(backoff: Backoff, attempts: number): number {
  const beyond = attempts - backoff.free_attempts;
  return beyond < 1
    ? 0
    : Math.min(backoff.wait_seconds_max, backoff.first_wait_seconds * 2 ** Math.min(beyond - 1, 30));
}

function refused(closed: Count, backoff: Backoff): Attempt {
  return {
    allowed: false,
    retry_after_seconds: wholeSeconds(closed.milliseconds_left),
    attempts: backoff.free_attempts,
  };
}

function wholeSeconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}
