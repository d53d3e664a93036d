/** The embedded server's process: started, started again when it dies, and stopped in order. */
import { join } from "node:path";
import { type Place, program } from "./embedded_place.ts";

/** For a small machine; safe against power loss. */
const settings: Record<string, string> = {
  listen_addresses: "127.0.0.1",
  // Loopback is enough, and a socket's path has a length limit that a deep DATA_DIR would break.
  unix_socket_directories: "",
  max_connections: "100",
  shared_buffers: "64MB",
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "256MB",
  jit: "off",
  max_parallel_workers_per_gather: "0",
  timezone: "UTC",
  log_timezone: "UTC",
  // One file a weekday, begun anew each week.
  logging_collector: "on",
  log_directory: "log",
  log_filename: "postgres.%a.log",
  log_truncate_on_rotation: "on",
  log_rotation_size: "0",
  log_checkpoints: "off",
  // Without DETAIL, which quotes the row, and with it an address.
  log_error_verbosity: "terse",
  log_min_error_statement: "panic",
};

/** The child process, kept alive. */
export class EmbeddedServer {
  #child: Deno.ChildProcess | null = null;
  #stopping = false;
  #stopped: Promise<void> | null = null;
  #exited = false;
  #said = "";
  #restarts: number[] = [];

  constructor(
    readonly place: Place,
    readonly cluster: string,
    readonly port: number,
    readonly say: (line: string) => void,
    readonly onLost: (error: Error) => void,
  ) {}

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** What it said last, once it has ended; null while it runs. */
  get failure(): string | null {
    return this.#exited ? this.#said.trim() || this.#lastLogged() : null;
  }

  start(): void {
    this.#exited = false;
    this.#said = "";
    const child = new Deno.Command(program(this.place.native, "postgres"), {
      args: [
        ...["-D", this.cluster, "-p", String(this.port)],
        ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      ],
      cwd: this.place.home,
      env: { LC_ALL: "C" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      // A group of its own: Ctrl-C in a terminal is for us, and we stop it when the last request is answered.
      detached: true,
      ...this.place.runAs,
    }).spawn();
    this.#child = child;
    const draining = this.#drain(child);
    child.status.then(async () => {
      await draining;
      this.#exited = true;
      if (this.#stopping || this.#child !== child) return;
      await this.#restart().catch((error) => this.onLost(error));
    });
  }

  async #drain(child: Deno.ChildProcess): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of child.stderr) this.#said = (this.#said + decoder.decode(chunk)).slice(-4096);
    } catch { /* it ended in the middle */ }
  }

  /** At most five times a minute, after a breath in which the old one's children end. */
  async #restart(): Promise<void> {
    if (!this.#ready) return;
    const now = Date.now();
    this.#restarts = [...this.#restarts.filter((at) => now - at < 60_000), now];
    if (this.#restarts.length > 5) {
      this.onLost(new Error(`Postgres keeps dying: ${lastLines(this.failure ?? "")}`));
      return;
    }
    this.say("Postgres died; starting it again");
    await new Promise((done) => setTimeout(done, 200 * this.#restarts.length));
    if (!this.#stopping) this.start();
  }

  #ready = false;
  /** From now on it is restarted when it dies; before, the start has failed. */
  markReady(): void {
    this.#ready = true;
  }

  #lastLogged(): string {
    try {
      const folder = join(this.cluster, "log");
      const files = [...Deno.readDirSync(folder)].map((entry) => join(folder, entry.name));
      const newest = files.sort((a, b) => modified(b) - modified(a))[0];
      return newest ? Deno.readTextFileSync(newest).slice(-2000) : "it said nothing";
    } catch {
      return "it said nothing";
    }
  }

  stop(): Promise<void> {
    this.#stopping = true;
    return this.#stopped ??= this.#stopNow();
  }

  async #stopNow(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    // A server that was stopped with SIGSTOP hears nothing else.
    if (Deno.build.os !== "windows") kill(child, "SIGCONT");
    // Fast, immediate (recovers at the next start), and the end.
    for (
      const [signal, milliseconds] of [["SIGINT", 10_000], ["SIGQUIT", 5000], ["SIGKILL", 5000]] as const
    ) {
      kill(child, Deno.build.os === "windows" ? "SIGKILL" : signal);
      if (await within(child.status, milliseconds)) return;
    }
  }
}

function modified(path: string): number {
  return Deno.statSync(path).mtime?.getTime() ?? 0;
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch { /* it has ended already */ }
}

async function within(done: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => timer = setTimeout(() => resolve(false), milliseconds));
  try {
    return await Promise.race([done.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What an operator needs to see of what it said. */
export function lastLines(text: string): string {
  return text.trim().split("\n").slice(-6).join("\n");
}
