/** The pool of connections to Postgres: every wait has a limit, and it heals by itself after a restart. */
import type postgresTypes from "postgres";
import driver from "./driver/index.js";

/** The pool or a transaction: what functions that touch a table take first. */
export type Sql = postgresTypes.ISql<Record<never, never>>;
export type Pool = postgresTypes.Sql<Record<never, never>>;

interface DriverOptions extends postgresTypes.Options<Record<never, never>> {
  silence_timeout: number;
  max_waiting: number;
  onnotify?: (channel: string, payload: string) => void;
}

// The driver is plain JavaScript; its types are those of the package it was copied from.
const postgres = driver as unknown as (url: string, options: DriverOptions) => Pool;

export interface ConnectOptions {
  /** Most connections at once. Default 10. */
  max?: number;
  /** A statement that takes longer is cancelled by the server (57014). Default 15. */
  statement_timeout_seconds?: number;
  connect_timeout_seconds?: number;
  /** An unused connection is closed after this. Default 60. */
  idle_timeout_seconds?: number;
  /** What a connection hears that said LISTEN; see listen.ts. */
  onnotify?: (channel: string, payload: string) => void;
  /** Called when a connection has closed, for whatever reason. */
  onclose?: () => void;
  /** Shown in `pg_stat_activity`. */
  application_name?: string;
}

/**
 * How long after the server should have cancelled a statement a connection may stay silent before it is cut: what is
 * waited for then is not a slow statement but a dead network.
 */
const silenceSeconds = 3;
/** Queries that wait for a connection; beyond it they fail at once with CONNECTIONS_BUSY. */
const waitingMax = 2000;

/**
 * Opens connections as they are needed; fails only when one is used and there is none. Every wait ends: connecting
 * (CONNECT_TIMEOUT), a statement (57014, by the server), a silent peer (CONNECTION_SILENT), a forgotten transaction
 * (25P03). Int8 arrives as text, bytea as `Buffer`, jsonb as a value; `undefined` as a parameter throws.
 */
export function connect(url: string, options: ConnectOptions = {}): Pool {
  const statementSeconds = options.statement_timeout_seconds ?? 15;
  const given: DriverOptions = {
    max: options.max ?? 10,
    connect_timeout: options.connect_timeout_seconds ?? 5,
    silence_timeout: statementSeconds + silenceSeconds,
    max_waiting: waitingMax,
    idle_timeout: options.idle_timeout_seconds ?? 60,
    keep_alive: 15,
    // Short steps with some noise, so that replicas do not come back in one wave: 0.1 s up to 1 s.
    backoff: (attempt) => Math.min(1, 0.05 * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random()),
    onnotice: () => {},
    onnotify: options.onnotify,
    onclose: options.onclose,
    connection: {
      application_name: options.application_name ?? "flow-shield",
      statement_timeout: statementSeconds * 1000,
      idle_in_transaction_session_timeout: statementSeconds * 2000,
    },
  };
  const pool = postgres(url, given);
  sources.set(pool, { url, options });
  return pool;
}

const sources = new WeakMap<Pool, { url: string; options: ConnectOptions }>();

/** Another pool to the same database, with some options changed. */
export function connectLike(pool: Pool, changed: ConnectOptions): Pool {
  const source = sources.get(pool);
  if (!source) throw new Error("this pool was not made by connect()");
  return connect(source.url, { ...source.options, ...changed });
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
  "CONNECTIONS_BUSY",
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
