// A Temporal of our own: started as a child, on the Postgres we have, and ended with us.
import { join, resolve } from "node:path";
import type { Found } from "./find.ts";
import { waitForNamespace } from "./namespace.ts";
import { rememberedPorts } from "./ports.ts";
import { type LoggedProcess, spawnLogged, stopLeftOver } from "./process.ts";
import { claimDatabase, prepareSchema } from "./schema.ts";
import {
  dynamicConfig,
  dynamicSettings,
  parseDatabaseUrl,
  serverConfig,
  serverPortNames,
} from "./server_config.ts";

/** A Temporal that is ours to start. */
export type Startable = Exclude<Found, { kind: "address" }>;

export interface TemporalOptions {
  /** `postgres://user:password@host:port/database`, a user who may create databases. Unused by kind "cli". */
  database_url: string;
  /** Everything is kept in its folder `temporal`. One process at a time. */
  data_dir: string;
  namespace: string;
  /** For how long closed workflows are kept, if the namespace is registered now; 3 unless given. */
  retention_days?: number;
  /** Before `temporal` and `temporal_visibility`, so that several servers share one Postgres; none unless given. */
  database_prefix?: string;
  /** How long a start may take, 60 unless given. The schema's set-up has its own limits. */
  start_limit_seconds?: number;
  /** A line for the console. */
  onProgress?(text: string): void;
  /** An event for the log: `temporal.started`, `temporal.exited`, `temporal.restarted`, `temporal.restart_failed`. */
  log?(event: string, fields: Record<string, unknown>): void;
  /** Ends a start that is under way; the promise is rejected with its reason, and nothing is left running. */
  signal?: AbortSignal;
}

export interface TemporalChild {
  /** `127.0.0.1:port`, the same for life. */
  readonly address: string;
  /** Of the process that runs now; another one after a restart. */
  readonly pid: number;
  readonly source: Found["source"];
  readonly version: string;
  /** How often it was started again; always 0 without supervision. */
  readonly restarts: number;
  /** Its exit code. Under supervision only `stop()` leads here. */
  readonly exited: Promise<number>;
  /** Ends it: SIGTERM, and SIGKILL after `graceMs` (10,000). Resolves when it is gone; may be called again. */
  stop(graceMs?: number): Promise<void>;
}

/**
 * Starts Temporal and waits until workflows can be started in its namespace. Before, it stops what a killed process
 * left behind in the same `data_dir`, and sets up or updates the databases. Ports are on 127.0.0.1 and remembered in
 * `data_dir/temporal/ports.json`; the output goes to `server.log` beside it, ten million bytes at most.
 *
 * @throws Error when Postgres, the schema or the server fails, with the server's last lines; it is gone by then.
 */
export async function startTemporal(found: Startable, options: TemporalOptions): Promise<TemporalChild> {
  const prepared = await prepare(found, options);
  const process = await launch(prepared, options).catch(async (error) => {
    await prepared.release();
    throw error;
  });
  const exited = process.exited.then(async (code) => {
    await prepared.release();
    return code;
  });
  options.log?.("temporal.started", { pid: process.pid, address: prepared.address, version: found.version });
  return {
    address: prepared.address,
    pid: process.pid,
    source: found.source,
    version: found.version,
    restarts: 0,
    exited,
    async stop(graceMs = 10_000) {
      await process.stop(graceMs);
      await exited;
    },
  };
}

/** What stays the same over restarts. */
export interface Prepared {
  binary: string;
  args: string[];
  folder: string;
  address: string;
  /** Lets others use the databases. */
  release(): Promise<void>;
}

/** The part of a start that comes before the process. Exported for `supervise.ts`. */
export async function prepare(found: Startable, options: TemporalOptions): Promise<Prepared> {
  const folder = join(resolve(options.data_dir), "temporal");
  // Only this folder is closed: Postgres may run as another user, and its data is beside it.
  await Deno.mkdir(options.data_dir, { recursive: true });
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  options.signal?.throwIfAborted();
  if (await stopLeftOver(join(folder, "pid"), folder, 10_000)) {
    options.onProgress?.("Stopped a Temporal that an earlier run had left behind");
  }
  const portsFile = join(folder, "ports.json");
  if (found.kind === "cli") {
    const { temporal_frontend } = await rememberedPorts(portsFile, ["temporal_frontend"]);
    const args = cliArguments(temporal_frontend, join(folder, "dev.db"), options.namespace);
    return {
      binary: found.binary,
      args,
      folder,
      address: `127.0.0.1:${temporal_frontend}`,
      release: async () => {},
    };
  }
  const prefix = options.database_prefix ?? "";
  const databases = { main: `${prefix}temporal`, visibility: `${prefix}temporal_visibility` };
  const { database_url, signal } = options;
  await prepareSchema({ database_url, databases, sql_tool: found.sql_tool, version: found.version, signal });
  const release = await claimDatabase(database_url, databases.main);
  try {
    const ports = await rememberedPorts(portsFile, serverPortNames);
    const dynamicConfigFile = join(folder, "dynamic_config.yaml");
    const configFile = join(folder, "config.yaml");
    const config = serverConfig({
      server: parseDatabaseUrl(database_url),
      databases,
      ports,
      dynamicConfigFile,
    });
    await writePrivate(dynamicConfigFile, dynamicConfig());
    await writePrivate(configFile, config);
    return {
      binary: found.binary,
      args: ["--config-file", configFile, "--allow-no-auth", "start"],
      folder,
      address: `127.0.0.1:${ports.temporal_frontend}`,
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Starts the process and waits until its namespace is usable. Exported for `supervise.ts`. */
export async function launch(prepared: Prepared, options: TemporalOptions): Promise<LoggedProcess> {
  options.signal?.throwIfAborted();
  const { folder, address } = prepared;
  const process = spawnLogged(prepared.binary, prepared.args, {
    logFile: join(folder, "server.log"),
    pidFile: join(folder, "pid"),
    env: childEnvironment(),
  });
  const died = new AbortController();
  process.exited.then((code) => died.abort(new Error(`it ended with code ${code}`)));
  const signal = options.signal ? AbortSignal.any([options.signal, died.signal]) : died.signal;
  try {
    await waitForNamespace({
      address,
      namespace: options.namespace,
      retention_days: options.retention_days ?? 3,
      limit_ms: (options.start_limit_seconds ?? 60) * 1000,
      signal,
    });
    return process;
  } catch (cause) {
    await process.stop(2_000);
    options.signal?.throwIfAborted();
    throw new Error(`Temporal did not start: ${(cause as Error).message}\n${process.lastLines()}`, { cause });
  }
}

function cliArguments(port: number, databaseFile: string, namespace: string): string[] {
  const settings = Object.entries(dynamicSettings)
    .flatMap(([key, value]) => ["--dynamic-config-value", `${key}=${JSON.stringify(value)}`]);
  return [
    ...["server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", String(port)],
    ...["--db-filename", databaseFile, "--namespace", namespace, "--log-level", "warn"],
    ...settings,
  ];
}

/** A few names only: our own environment holds secrets, and the server takes settings from variables of its own. */
function childEnvironment(): Record<string, string> {
  const names = [
    "PATH",
    "HOME",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SystemRoot",
    "USERPROFILE",
    "LOCALAPPDATA",
    "SSL_CERT_FILE",
  ];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

async function writePrivate(file: string, content: unknown): Promise<void> {
  // Removed first: the mode is only given to a file that is created.
  await Deno.remove(file).catch(() => {});
  await Deno.writeTextFile(file, JSON.stringify(content, null, 2) + "\n", { mode: 0o600 });
}
