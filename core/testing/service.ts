/**
 * The whole service for tests: in this process, where a test can reach into it, or as the child process that an
 * operator would start, where a test can kill it.
 */
import { journeys } from "../../activities/mod.ts";
import config from "../../flow-shield.config.ts";
import { presentation } from "../../ui/mod.ts";
import type { AnyPlugin } from "../plugin.ts";
import { createService, type Service } from "../service.ts";
import { Client } from "./client.ts";
import { freePort } from "./ports.ts";
import { type TestDatabase, testDatabase } from "./postgres.ts";

export interface TestServiceOptions {
  /** Beyond what a test needs anyway; these win. `undefined` takes one away. */
  env?: Record<string, string | undefined>;
  /**
   * Its tables; a new database of its own unless given. The service does not dispose of a given one.
   * `embedded`: its own server in its folder, as where nothing is configured.
   */
  database?: { url: string } | "embedded";
  /** `testTemporal()` or `ownTemporal()`; without, every story is told directly. `found`: it looks for one itself. */
  temporal?: { env(): Record<string, string> } | "found" | null;
  /** Its folder; a new one, removed afterwards, unless given. */
  data_dir?: string;
  port?: number;
  /** Beside those of the configuration; only `testService()` can have them. */
  plugins?: AnyPlugin[];
}

interface World extends AsyncDisposable {
  env: Record<string, string>;
  url: string;
  port: number;
  data_dir: string;
  database_url: string | null;
}

/** One set of secrets for a whole test run: replicas of one service have to share them. */
const secretKeys = "dGVzdHMtb25seS1zZWNyZXQta2V5LW9mLTMyLWJ5dGVzLSE";

async function makeWorld(options: TestServiceOptions): Promise<World> {
  const own: TestDatabase | null = options.database ? null : await testDatabase({ pool: 2 });
  const database_url = own?.url ?? (options.database === "embedded" ? null : options.database!.url);
  const data_dir = options.data_dir ?? await Deno.makeTempDir({ prefix: "flow-shield-service-" });
  const port = options.port ?? freePort();
  const env: Record<string, string | undefined> = {
    PORT: String(port),
    HOST: "127.0.0.1",
    DATA_DIR: data_dir,
    DATABASE_URL: database_url ?? undefined,
    DATABASE_CONNECTIONS_MAX: "6",
    SECRET_KEYS: secretKeys,
    // A test is about who may sign in, not about how long hashing takes.
    PASSWORD_BCRYPT_COST: "4",
    RATE_LIMITS: "off",
    // The one story that never ends has tests of its own.
    SIGNING_KEY_ROTATION_DAYS: "0",
    LOG_FORMAT: "json",
    ...(options.temporal === "found" ? {} : options.temporal?.env() ?? { TEMPORAL: "off" }),
    ...options.env,
  };
  return {
    env: Object.fromEntries(Object.entries(env).filter((entry) => entry[1] !== undefined)) as World["env"],
    url: `http://localhost:${port}`,
    port,
    data_dir,
    database_url,
    async [Symbol.asyncDispose]() {
      await own?.[Symbol.asyncDispose]();
      if (!options.data_dir) await Deno.remove(data_dir, { recursive: true }).catch(() => {});
    },
  };
}

export interface TestService extends AsyncDisposable {
  url: string;
  client: Client;
  /** Null when it has a server of its own. */
  database_url: string | null;
  /** Its insides: the pool, the keys, the flows. */
  service: Service;
}

/** The whole service in this process, listening. Ends in order when disposed of. */
export async function testService(options: TestServiceOptions = {}): Promise<TestService> {
  const world = await makeWorld(options);
  let service: Service;
  try {
    service = await createService({
      config: { ...config, plugins: [...config.plugins, ...options.plugins ?? []] },
      journeys,
      presentation,
      env: { LOG_LEVEL: "error", ...world.env },
      roles: { api: true, worker: options.temporal != null, children: true },
      say() {},
    });
    await service.listen();
  } catch (error) {
    await world[Symbol.asyncDispose]();
    throw error;
  }
  return {
    url: world.url,
    client: new Client(world.url),
    database_url: world.database_url,
    service,
    async [Symbol.asyncDispose]() {
      await service.stop();
      await world[Symbol.asyncDispose]();
    },
  };
}

export interface SpawnOptions extends TestServiceOptions {
  /** Default `start`. */
  command?: "start" | "api" | "worker";
  /** Wait until it answers, or until stories go through Temporal as well. Default: `durable` with a Temporal. */
  until?: "listening" | "durable" | "spawned";
  /** Default 60,000. */
  start_timeout_ms?: number;
}

export interface SpawnedService extends AsyncDisposable {
  url: string;
  port: number;
  pid: number;
  client: Client;
  /** Null when it has a server of its own. */
  database_url: string | null;
  data_dir: string;
  /** What it was started with, for a second one beside it. */
  env: Record<string, string>;
  /** What it has written so far, both streams; the last million characters. */
  output(): string;
  /** Waits for something in the output. @throws Error after `timeout_ms` (10,000), with the last lines */
  waitFor(pattern: string | RegExp, timeout_ms?: number): Promise<void>;
  kill(signal?: Deno.Signal): void;
  /** Its exit code. */
  exited: Promise<number>;
  /** SIGTERM, and SIGKILL after `grace_ms` (45,000). Its exit code. */
  stop(grace_ms?: number): Promise<number>;
}

/** `main.ts start|api|worker` as a child process. Killed when disposed of, if it still runs. */
export async function spawnService(options: SpawnOptions = {}): Promise<SpawnedService> {
  const world = await makeWorld(options);
  const command = options.command ?? "start";
  const program = new URL("../../main.ts", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", program.href, command],
    // Away from anybody's `.env`.
    cwd: world.data_dir,
    clearEnv: true,
    env: { ...inherited(), ...world.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  endWithUs(child.pid);
  const output = collect(child);
  let running = true;
  const exited = child.status.then(async ({ code }) => {
    running = false;
    await output.done;
    return code;
  });
  const signal = (name: Deno.Signal) => {
    if (running) child.kill(name);
  };
  const spawned: SpawnedService = {
    url: world.url,
    port: world.port,
    pid: child.pid,
    client: new Client(world.url),
    database_url: world.database_url,
    data_dir: world.data_dir,
    env: world.env,
    output: output.text,
    async waitFor(pattern, timeout_ms = 10_000) {
      const there = () =>
        typeof pattern === "string" ? output.text().includes(pattern) : pattern.test(output.text());
      for (const end = Date.now() + timeout_ms; !there();) {
        if (!running || Date.now() > end) {
          const why = running ? `not within ${timeout_ms} ms` : `it ended before it said`;
          throw new Error(`${why}: ${pattern}\n${output.text().slice(-3_000)}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    kill: (name = "SIGKILL") => signal(name),
    exited,
    async stop(grace_ms = 45_000) {
      signal("SIGTERM");
      const timer = setTimeout(() => signal("SIGKILL"), grace_ms);
      const code = await exited;
      clearTimeout(timer);
      return code;
    },
    async [Symbol.asyncDispose]() {
      // In order first: a Temporal or Postgres of its own would outlive a killed parent.
      await spawned.stop(5_000);
      await world[Symbol.asyncDispose]();
    },
  };
  try {
    const until = options.until ??
      (world.env.TEMPORAL === "off" || command === "api" ? "listening" : "durable");
    const line = command === "worker" ? "The worker is on" : " answers after ";
    if (until !== "spawned") await spawned.waitFor(line, options.start_timeout_ms ?? 120_000);
    if (until === "durable") await spawned.waitFor("Durable after ", options.start_timeout_ms ?? 120_000);
    return spawned;
  } catch (error) {
    await spawned[Symbol.asyncDispose]();
    throw error;
  }
}

/** A test process that is killed cannot end its children, so a shell watches over both, and tells the child to end. */
function endWithUs(pid: number): void {
  if (Deno.build.os === "windows") return;
  const script = `while kill -0 ${pid}; do
    kill -0 ${Deno.pid} || { kill -TERM ${pid}; kill -CONT ${pid}; exit; }
    sleep 2
  done`;
  new Deno.Command("sh", {
    args: ["-c", script],
    detached: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  })
    .spawn().unref();
}

/** What a program needs of its surroundings, and no settings of ours. */
function inherited(): Record<string, string> {
  const names = [
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "TMPDIR",
    "TEMP",
    "TMP",
    "XDG_CACHE_HOME",
    "DENO_DIR",
    "SystemRoot",
  ];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

function collect(child: Deno.ChildProcess): { text(): string; done: Promise<unknown> } {
  let text = "";
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const part of stream) text = (text + decoder.decode(part, { stream: true })).slice(-1_000_000);
  };
  return { text: () => text, done: Promise.all([read(child.stdout), read(child.stderr)]) };
}
