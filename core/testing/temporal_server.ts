/** A real Temporal server for tests, on the tests' Postgres, in databases of its own. */
import { type Startable, startTemporal, type TemporalChild } from "../temporal_server/child.ts";
import { findTemporal, userCacheFolder } from "../temporal_server/find.ts";
import { asAdmin } from "./postgres.ts";

export interface TemporalServer {
  /** `127.0.0.1:port`, the same over stops and starts. */
  address: string;
  namespace: string;
  source: string;
  pid(): number;
  /** Ends it at once, as a crash would; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: it neither answers nor goes away. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** Starts it again, on the same address and with all it knew. */
  start(): Promise<void>;
  /** Stops it and drops its databases. */
  remove(): Promise<void>;
}

/** The namespace that every server has from its start. */
export const firstNamespace = "default";

export interface FindForTests {
  /** Whether it may be downloaded or built, which takes minutes. Default no. */
  mayBuild?: boolean;
  onProgress?(text: string): void;
}

/** A Temporal that can be started here, or null. */
export async function findForTests(options: FindForTests = {}): Promise<Startable | null> {
  const found = await findTemporal({
    env: {},
    cacheFolder: userCacheFolder(),
    onProgress: options.onProgress ?? (() => {}),
    signal: AbortSignal.timeout(30 * 60_000),
    allowBuild: options.mayBuild ?? false,
    allowDownload: options.mayBuild ?? false,
  });
  return found?.kind === "address" ? null : found;
}

/** Finds and starts a server: about three seconds. Null when there is none to start. */
export async function startFoundTemporal(
  database_server_url: string,
  data_dir: string,
  options: FindForTests = {},
): Promise<TemporalServer | null> {
  const found = await findForTests(options);
  if (!found) return null;
  const database_prefix = `t${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}_`;
  const launch = () =>
    startTemporal(found, {
      database_url: database_server_url,
      data_dir,
      namespace: firstNamespace,
      database_prefix,
      retention_days: 1,
    });
  let child: TemporalChild = await launch();
  const signal = (name: Deno.Signal) => Deno.kill(child.pid, name);
  const server: TemporalServer = {
    address: child.address,
    namespace: firstNamespace,
    source: found.source,
    pid: () => child.pid,
    async kill() {
      signal("SIGKILL");
      await child.exited;
    },
    freeze() {
      signal("SIGSTOP");
      waitUntilStopped(child.pid);
    },
    thaw: () => signal("SIGCONT"),
    async stop() {
      // A frozen server would not hear that it is to end.
      signal("SIGCONT");
      await child.stop();
    },
    async start() {
      child = await launch();
      if (child.address !== server.address) throw new Error("Temporal's port was taken while it was down");
    },
    async remove() {
      await child.stop(3_000);
      await asAdmin(database_server_url, async (sql) => {
        for (const name of [`${database_prefix}temporal`, `${database_prefix}temporal_visibility`]) {
          await sql.unsafe(`drop database if exists ${name} with (force)`);
        }
      });
      await Deno.remove(data_dir, { recursive: true }).catch(() => {});
    },
  };
  return server;
}

/** On a busy machine a thread may still run for a moment after the signal. */
function waitUntilStopped(pid: number): void {
  if (Deno.build.os !== "linux") return;
  const stopped = () =>
    [...Deno.readDirSync(`/proc/${pid}/task`)].every(({ name }) =>
      /\) [TtZ] /.test(Deno.readTextFileSync(`/proc/${pid}/task/${name}/stat`))
    );
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (const end = Date.now() + 2_000; !stopped() && Date.now() < end;) Atomics.wait(pause, 0, 0, 2);
}
