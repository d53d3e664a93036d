/** A real Postgres of our own, for where none is given: a child process with its data under DATA_DIR. */
import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { rememberedSecret } from "../data_dir.ts";
import { readPorts, rememberedPorts } from "../temporal_server/ports.ts";
import { findPlace, type Place, program } from "./embedded_place.ts";
import { EmbeddedServer, lastLines } from "./embedded_server.ts";
import { stopLeftOver } from "./left_over.ts";
import { connect, isDatabaseAway } from "./postgres.ts";

export interface EmbeddedPostgres {
  /** A superuser on the database `flow_shield`, over loopback. */
  url: string;
  port: number;
  /** Of the running server; another one after it was restarted. */
  readonly pid: number;
  /** Where its data is. */
  cluster: string;
  /** Fast shutdown: open transactions are rolled back. Takes at most 20 s, harsher after 10. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  data_dir: string;
  /** Sentences for the console. */
  onProgress?: (line: string) => void;
  /** Instead of a free one, which is then remembered. */
  port?: number;
  /** Called when the server died and could not be started again. */
  onLost?: (error: Error) => void;
}

const databaseName = "flow_shield";
const userName = "postgres";
const major = "18";

/** The address of an embedded server that another process is running on this folder; null when it never ran. */
export async function urlOfRunning(data_dir: string): Promise<string | null> {
  const folder = resolve(data_dir);
  const password = await Deno.readTextFile(join(folder, "postgres.password")).catch(() => null);
  const { postgres } = await readPorts(join(folder, "ports.json"));
  return password === null || postgres === undefined ? null : urlAt(postgres, password.trim(), databaseName);
}

const urlAt = (port: number, password: string, database: string) =>
  `postgres://${userName}:${password}@127.0.0.1:${port}/${database}`;

/**
 * Initialises what is not there yet, stops what a killed process left running, and starts the server. It is started
 * again should it die. The caller holds the lock on `data_dir`.
 *
 * @throws Error with Postgres's own last lines and what to do.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const say = options.onProgress ?? (() => {});
  const data_dir = resolve(options.data_dir);
  const place = await findPlace(data_dir, say);
  const cluster = join(place.home, "cluster");
  const password = rememberedSecret(
    join(data_dir, "postgres.password"),
    () => randomBytes(24).toString("base64url"),
  );
  await initialise(place, cluster, password, say);
  await stopLeftOver(cluster, say);
  const port = options.port ??
    (await rememberedPorts(join(data_dir, "ports.json"), ["postgres"])).postgres;
  const server = new EmbeddedServer(place, cluster, port, say, options.onLost ?? (() => {}));
  const url = (database: string) => urlAt(port, password, database);
  server.start();
  try {
    await untilReady(url("postgres"), server);
    await ensureDatabase(url("postgres"));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url: url(databaseName),
    port,
    cluster,
    get pid() {
      return server.pid;
    },
    stop: () => server.stop(),
  };
}

async function initialise(place: Place, cluster: string, password: string, say: (line: string) => void) {
  const version = await Deno.readTextFile(join(cluster, "PG_VERSION")).then(
    (text) => text.trim(),
    () => null,
  );
  if (version === major) return;
  if (version !== null) {
    throw new Error(
      `${cluster} was made by Postgres ${version}, and this is ${major}: dump it with the older one, or move it away`,
    );
  }
  say("Initialising Postgres");
  // Under another name until it is whole: a start that was cut short must not leave half a cluster.
  const draft = `${cluster}.new`;
  await Deno.remove(draft, { recursive: true }).catch(() => {});
  const passwordFile = join(place.home, "initdb.password");
  try {
    await Deno.writeTextFile(passwordFile, password + "\n", { mode: 0o600 });
    if (place.runAs.uid !== undefined) {
      await Deno.chown(passwordFile, place.runAs.uid, place.runAs.gid ?? null);
    }
    const { success, stderr } = await new Deno.Command(program(place.native, "initdb"), {
      args: [
        ...["--pgdata", draft, "--username", userName, "--auth", "scram-sha-256", "--pwfile", passwordFile],
        // Byte order and Unicode-aware case rules that come with Postgres, the same on every system.
        ...[
          "--encoding",
          "UTF8",
          "--locale-provider",
          "builtin",
          "--builtin-locale",
          "C.UTF-8",
          "--locale",
          "C",
        ],
        ...["--no-instructions"],
      ],
      cwd: place.home,
      env: { LC_ALL: "C" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.timeout(120_000),
      ...place.runAs,
    }).output();
    if (!success) {
      throw new Error(`Postgres could not be initialised: ${lastLines(new TextDecoder().decode(stderr))}`);
    }
    await Deno.rename(draft, cluster);
  } finally {
    await Deno.remove(passwordFile).catch(() => {});
  }
}

/** Recovery after a crash may take a while; an end of the process ends the wait. */
async function untilReady(url: string, server: EmbeddedServer): Promise<void> {
  const until = Date.now() + 120_000;
  const sql = connect(url, { max: 1, connect_timeout_seconds: 5 });
  try {
    for (;;) {
      try {
        await sql`select 1`;
        server.markReady();
        return;
      } catch (error) {
        const failure = server.failure;
        // The children of a server that was killed need a moment to end before another may take its memory.
        if (
          failure && /pre-existing shared memory block|is still in use/.test(failure) && Date.now() < until
        ) {
          await new Promise((done) => setTimeout(done, 300));
          server.start();
        } else if (failure) {
          throw new Error(`Postgres did not start: ${lastLines(failure)}`, { cause: error });
        } else if (!isDatabaseAway(error) || Date.now() > until) throw wrongPassword(error);
      }
      await new Promise((done) => setTimeout(done, 50));
    }
  } finally {
    await sql.end({ timeout: 2 });
  }
}

function wrongPassword(error: unknown): Error {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code !== "28P01") return error instanceof Error ? error : new Error(String(error));
  return new Error(
    "Postgres does not accept the password in DATA_DIR/postgres.password. Put the file back as it was when this data " +
      "was made, or remove the whole DATA_DIR to begin anew.",
    { cause: error },
  );
}

async function ensureDatabase(url: string): Promise<void> {
  const sql = connect(url, { max: 1 });
  try {
    const [row] = await sql`select 1 from pg_database where datname = ${databaseName}`;
    if (!row) await sql`create database ${sql(databaseName)}`;
  } finally {
    await sql.end({ timeout: 2 });
  }
}
