// A long-lived child: its output in a bounded file, its id on disk, so that the next start can find what was left over.
import { dirname } from "node:path";
import { run } from "./run.ts";

const logBytesMax = 5_000_000;

export interface LoggedProcess {
  pid: number;
  /** The exit code, once it has ended. */
  exited: Promise<number>;
  /** Its last lines of output, at most 20. */
  lastLines(): string;
  /** Asks it to end (SIGTERM), and ends it (SIGKILL) when it has not after `graceMs`. Resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Starts a program with its output appended to `logFile`: five million bytes at most, and as many of the part before
 * in `logFile.1`. It is in no process group of ours, so that a Ctrl-C in the terminal reaches us alone and we end it
 * in our own order. It gets only the environment given. `pidFile` holds its id until it has ended.
 */
export function spawnLogged(
  program: string,
  args: string[],
  options: { logFile: string; pidFile: string; env: Record<string, string> },
): LoggedProcess {
  const child = new Deno.Command(program, {
    args,
    clearEnv: true,
    env: options.env,
    cwd: dirname(options.logFile),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  Deno.writeTextFileSync(options.pidFile, String(child.pid));
  const log = new BoundedLog(options.logFile);
  const signalChild = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has just ended.
    }
  };
  // The last chance when this process is told to exit at once; one that is killed has none, see stopLeftOver().
  const onUnload = () => signalChild("SIGKILL");
  globalThis.addEventListener("unload", onUnload);
  const read = Promise.all([log.read(child.stdout), log.read(child.stderr)]);
  const exited = child.status.then(async (status) => {
    globalThis.removeEventListener("unload", onUnload);
    await read;
    log.close();
    await Deno.remove(options.pidFile).catch(() => {});
    return status.code;
  });
  return {
    pid: child.pid,
    exited,
    lastLines: () => log.lastLines(),
    async stop(graceMs) {
      signalChild("SIGTERM");
      const timer = setTimeout(() => signalChild("SIGKILL"), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

class BoundedLog {
  #file: Deno.FsFile;
  #bytes: number;
  #tail = "";

  constructor(private readonly path: string) {
    this.#file = this.#open();
    this.#bytes = this.#file.statSync().size;
  }

  #open(): Deno.FsFile {
    return Deno.openSync(this.path, { create: true, append: true, mode: 0o600 });
  }

  async read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of stream) {
        this.#tail = (this.#tail + decoder.decode(chunk, { stream: true })).slice(-10_000);
        this.#write(chunk);
      }
    } catch {
      // A pipe that breaks with its process has nothing more to say.
    }
  }

  #write(chunk: Uint8Array) {
    try {
      if (this.#bytes + chunk.length > logBytesMax) {
        this.#file.close();
        Deno.renameSync(this.path, `${this.path}.1`);
        this.#file = this.#open();
        this.#bytes = 0;
      }
      this.#bytes += this.#file.writeSync(chunk);
    } catch {
      // A full disk costs the log, not the server: its output must go on being read.
    }
  }

  lastLines(): string {
    return this.#tail.trim().split("\n").slice(-20).join("\n");
  }

  close() {
    try {
      this.#file.close();
    } catch {
      // Closed already, by a rotation that failed half-way.
    }
  }
}

/**
 * Ends the process that `pidFile` names if it is still what a killed parent left behind: its command line mentions
 * `mark`, a path that only our own processes have there.
 *
 * @returns whether there was one.
 */
export async function stopLeftOver(pidFile: string, mark: string, graceMs: number): Promise<boolean> {
  const pid = Number(await Deno.readTextFile(pidFile).catch(() => "0"));
  if (!Number.isInteger(pid) || pid <= 1 || pid === Deno.pid) return false;
  const isOurs = async () => (await commandLine(pid)).includes(mark);
  if (!await isOurs()) return false;
  const signal = (name: Deno.Signal) => {
    try {
      Deno.kill(pid, name);
    } catch {
      // It has just ended.
    }
  };
  const since = Date.now();
  let killed = false;
  signal("SIGTERM");
  while (await isOurs()) {
    if (!killed && Date.now() - since > graceMs) {
      signal("SIGKILL");
      killed = true;
    }
    if (Date.now() - since > graceMs + 5_000) throw new Error(`process ${pid} cannot be stopped`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await Deno.remove(pidFile).catch(() => {});
  return true;
}

/** A process's command line, its arguments separated by blanks; empty when there is no such process. */
async function commandLine(pid: number): Promise<string> {
  if (Deno.build.os === "linux") {
    const text = await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "");
    return text.replaceAll("\0", " ");
  }
  const [program, ...args] = Deno.build.os === "windows"
    ? [
      "powershell",
      "-NoProfile",
      "-Command",
      `(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CommandLine`,
    ]
    : ["ps", "-o", "command=", "-p", String(pid)];
  const { success, output } = await run(program, args, { limit_ms: 10_000 });
  return success ? output : "";
}
