/** The pool of connections to Postgres: every wait has a limit, and it heals by itself after a restart. */
import postgres from "postgres";

/** The pool or a transaction: what functions that touch a table take first. */
export type Sql = postgres.ISql<Record<never, never>>;
export type Pool = postgres.Sql<Record<never, never>>;

export interface ConnectOptions {
  /** Most connections at once. Default 10. */
  max?: number;
  /** A statement that takes longer is cancelled by the server (57014). Default 15. */
  statement_timeout_seconds?: number;
  connect_timeout_seconds?: number;
  /** Shown in `pg_stat_activity`. */
  application_name?: string;
}

/** Opens connections as they are needed; fails only when one is used and there is none. */
export function connect(url: string, options: ConnectOptions = {}): Pool {
  const statementSeconds = options.statement_timeout_seconds ?? 15;
  return postgres(url, {
    max: options.max ?? 10,
    connect_timeout: options.connect_timeout_seconds ?? 5,
    idle_timeout: 60,
    keep_alive: 15,
    // Short steps with some noise, so that replicas do not come back in one wave: 0.1 s up to 2 s.
    backoff: (attempt) => Math.min(2, 0.1 * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random()),
    onnotice: () => {},
    connection: {
      application_name: options.application_name ?? "flow-shield",
      statement_timeout: statementSeconds * 1000,
      idle_in_transaction_session_timeout: statementSeconds * 2000,
    },
  });
}
