/** A pool whose n-th query fails as Postgres itself would fail it: for tests that ask what is left half done. */
import type { Pool } from "../db/postgres.ts";

/** `refused`: an error of the server, after which a transaction is broken. `away`: the connection dies. */
export type QueryFault = "refused" | "away";

export interface FailingQueries {
  /** Another view of the same pool: its queries are counted, those of the pool itself are not. */
  sql: Pool;
  /** Counts from one again, and fails the n-th. Begin and commit of a transaction count like any query. */
  fail(n: number, fault: QueryFault): void;
  /** Counts no longer; answers the text of what failed, and null when there were fewer. */
  stop(): string | null;
}

/** What the fault says in place of the query. */
const inPlaceOf: Record<QueryFault, string> = {
  refused: "do $$ begin raise exception 'this query fails' using errcode = 'XX000'; end $$",
  away: "select pg_terminate_backend(pg_backend_pid())",
};

/** The parts of the driver's query that are looked at. */
interface DriverQuery {
  strings: readonly string[];
  args: unknown[];
  options: object;
  tagged: boolean;
  handler(query: DriverQuery): void;
}

type Tag = (this: unknown, ...args: unknown[]) => unknown;
type Work = (tx: Pool) => Promise<unknown>;

export function failingQueries(pool: Pool): FailingQueries {
  let armed: { left: number; fault: QueryFault } | null = null;
  let failed: string | null = null;

  /** Whether it is this one's turn, and with what. */
  function turn(what: string): QueryFault | null {
    if (!armed || --armed.left !== 0) return null;
    failed = what;
    return armed.fault;
  }

  /** A part of another query is never run by itself, so what counts is the moment of running. */
  function watched<Q>(made: Q): Q {
    const query = made as DriverQuery;
    const { handler } = query;
    if (typeof handler !== "function") return made;
    query.handler = (running) => {
      const fault = turn(running.strings.join("?").trim());
      if (fault) Object.assign(running, { ...simple, strings: [inPlaceOf[fault]] });
      handler(running);
    };
    return made;
  }

  const view = (sql: Pool): Pool =>
    new Proxy(sql, {
      apply: (target, self, args) => watched(Reflect.apply(target as unknown as Tag, self, args)),
      get(target, name) {
        const found = Reflect.get(target, name);
        if (name === "unsafe") return (...args: unknown[]) => watched((found as Tag)(...args));
        if (name === "begin" || name === "savepoint") {
          return (...args: unknown[]) => within(target, found as Tag, name, args);
        }
        return found;
      },
    });

  async function within(target: Pool, open: Tag, name: string, args: unknown[]): Promise<unknown> {
    const work = args.pop() as Work;
    const atBegin = turn(name);
    return await open.call(target, ...args, async (tx: Pool) => {
      if (atBegin) await tx.unsafe(inPlaceOf[atBegin]);
      const result = await work(view(tx));
      const atEnd = turn(name === "begin" ? "commit" : "release");
      if (atEnd) await tx.unsafe(inPlaceOf[atEnd]);
      return result;
    });
  }

  return {
    sql: view(pool),
    fail(n, fault) {
      armed = { left: n, fault };
      failed = null;
    },
    stop() {
      armed = null;
      return failed;
    },
  };
}

const simple = { args: [], tagged: false, options: { simple: true, prepare: false } };
