/** Owns the table `rate_limit`, through rate-limiter-flexible. While Postgres is away, counts in memory. */
import type postgres from "postgres";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import type { Log } from "../observe/log.ts";
import { type Count, MemoryWindows } from "./memory_windows.ts";

/** One counter: its pool is part of every key. */
export interface CounterShape {
  pool: string;
  points: number;
  per_seconds: number;
  /** How long a key that went over is refused; without it, until its window ends. */
  block_seconds?: number;
}

export interface CounterStore {
  /** Adds one. */
  hit(shape: CounterShape, key: string): Promise<Count>;
  look(shape: CounterShape, key: string): Promise<Count | null>;
  forget(shape: CounterShape, key: string): Promise<void>;
  /** Deletes rows that are over, at most `rows_max`; answers how many. */
  sweep(rows_max: number): Promise<number>;
}

/** A limit must not cost more than what it protects: past this, memory counts. */
const queryMilliseconds = 1000;
/** After a failure Postgres is not asked again for a while, so that an outage is not a second of waiting each. */
const awayMilliseconds = 2000;
const shapesMax = 500;

export function createCounterStore({ sql, log }: { sql: postgres.Sql; log: Log }): CounterStore {
  const memory = new MemoryWindows();
  const limiters = new Map<string, RateLimiterPostgres>();
  const client = createClient(sql, log);

  function limiterOf(shape: CounterShape): RateLimiterPostgres {
    const name = `${shape.pool} ${shape.points} ${shape.per_seconds} ${shape.block_seconds ?? 0}`;
    let limiter = limiters.get(name);
    if (!limiter) {
      if (limiters.size >= shapesMax) throw new Error("pools are words of the code; these are too many");
      limiters.set(name, limiter = createRateLimiter(client, shape));
    }
    return limiter;
  }

  async function orInMemory<T>(fromPostgres: () => Promise<T>, inMemory: () => T): Promise<T> {
    try {
      return await fromPostgres();
    } catch (error) {
      if (error instanceof RateLimiterRes) throw error;
      return inMemory();
    }
  }

  return {
    async hit(shape, key) {
      const fromPostgres = async () => countOf(await limiterOf(shape).consume(key), shape);
      try {
        return await orInMemory(
          fromPostgres,
          () => memory.hit(`${shape.pool}:${key}`, shape.per_seconds),
        );
      } catch (refused) {
        // Refused from the first tier, in memory, it does not know its count; it was over in any case.
        const count = countOf(refused as RateLimiterRes, shape);
        return { ...count, consumed: Math.max(count.consumed, shape.points + 1) };
      }
    },
    look: (shape, key) =>
      orInMemory(async () => {
        const found = await limiterOf(shape).get(key);
        return found && countOf(found, shape);
      }, () => memory.look(`${shape.pool}:${key}`)),
    async forget(shape, key) {
      memory.forget(`${shape.pool}:${key}`);
      await orInMemory(async () => void await limiterOf(shape).delete(key), () => {});
    },
    async sweep(rows_max) {
      const gone = await sql`
        delete from rate_limit where key in (
          select key from rate_limit where expire < ${Date.now()} limit ${rows_max} for update skip locked)`;
      return gone.count;
    },
  };
}

function countOf(result: RateLimiterRes, shape: CounterShape): Count {
  return {
    consumed: result.consumedPoints ?? shape.points + 1,
    milliseconds_left: Math.max(0, result.msBeforeNext),
  };
}

/** Keys that are over their limit are remembered in the process, so that a flood does not reach Postgres. */
function createRateLimiter(client: Client, shape: CounterShape): RateLimiterPostgres {
  return new RateLimiterPostgres({
    storeClient: client,
    storeType: "client",
    tableName: "rate_limit",
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: shape.pool,
    points: shape.points,
    duration: shape.per_seconds,
    ...shape.block_seconds === undefined ? { inMemoryBlockOnConsumed: shape.points + 1 } : {
      blockDuration: shape.block_seconds,
      inMemoryBlockOnConsumed: shape.points + 1,
      inMemoryBlockDuration: shape.block_seconds,
    },
  });
}

interface Client {
  query(query: { text: string; values: unknown[] }): Promise<{ rows: unknown[]; rowCount: number }>;
}

/** postgres.js behind the interface of `pg`, with a time limit and a pause after failures. */
function createClient(sql: postgres.Sql, log: Log): Client {
  let awayUntil = 0;
  return {
    async query({ text, values }) {
      if (performance.now() < awayUntil) throw new Error("Postgres was away a moment ago");
      let timer: ReturnType<typeof setTimeout> | undefined;
      try {
        const late = new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new Error("Postgres took too long to count")), queryMilliseconds);
        });
        const query = sql.unsafe(text, values as never[], { prepare: true });
        query.catch(() => {});
        const rows = await Promise.race([query, late]);
        return { rows, rowCount: rows.count };
      } catch (error) {
        awayUntil = performance.now() + awayMilliseconds;
        log.warn("rate_limit.counting_in_memory", { error });
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
