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

/** Classes of SQLSTATE (first two characters) and codes that say "not now" rather than "not like this". */
const awayStates = new Set([
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now: starting up, recovering, shutting down
  "57P05", // idle_session_timeout
  "25P03", // idle_in_transaction_session_timeout
  "53300", // too_many_connections
  "53400", // configuration_limit_exceeded
]);
const awayCodes = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECTION_SILENT",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/**
 * Whether an error means that Postgres is away, so that trying again later may work: refused, reset, silent, starting,
 * stopping, or out of connections. Whether the statement took effect is unknown then. Looks through causes.
 */
export function isDatabaseAway(error: unknown): boolean {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth++) {
    const code = "code" in one && typeof one.code === "string" ? one.code : "";
    if (awayCodes.has(code) || awayStates.has(code) || /^08...$/.test(code)) return true;
    if (one instanceof AggregateError && one.errors.some((each) => isDatabaseAway(each))) return true;
  }
  return false;
}
