/** Finds and stops a Postgres that a killed process of ours left running. */
import { join } from "node:path";

/**
 * Stopped rather than adopted: the new process would have no handle on it, and its settings and port may have changed.
 * The caller holds the lock on the data folder, so no living process of ours owns the server.
 *
 * @throws Error naming it, when it does not end.
 */
export async function stopLeftOver(cluster: string, say: (line: string) => void): Promise<void> {
  const pid = await leftOver(cluster);
  if (pid === null) return;
  say(`Stopping a Postgres that was left running (process ${pid})`);
  for (const [signal, milliseconds] of [["SIGINT", 8000], ["SIGQUIT", 5000], ["SIGKILL", 3000]] as const) {
    try {
      if (Deno.build.os === "windows") Deno.kill(pid, "SIGKILL");
      else {
        Deno.kill(pid, signal);
        // A server that was stopped with SIGSTOP hears the other one only now.
        Deno.kill(pid, "SIGCONT");
      }
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw new Error(`Postgres (process ${pid}) uses ${cluster} and cannot be stopped`, { cause: error });
    }
    const until = Date.now() + milliseconds;
    while (Date.now() < until) {
      await new Promise((done) => setTimeout(done, 50));
      if (await leftOver(cluster) === null) return;
    }
  }
  throw new Error(`Postgres (process ${pid}) uses ${cluster} and does not end: stop it by hand`);
}

/** The process that `postmaster.pid` names, if it lives and is a Postgres on this very folder. */
export async function leftOver(cluster: string): Promise<number | null> {
  let lines: string[];
  try {
    lines = (await Deno.readTextFile(join(cluster, "postmaster.pid"))).split("\n");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1 || pid === Deno.pid) return null;
  const command = await commandOf(pid);
  // After a restart of the machine the number may be anybody's.
  return command !== null && command.includes("postgres") && command.includes(cluster) ? pid : null;
}

async function commandOf(pid: number): Promise<string | null> {
  try {
    // A process that ended and was not yet waited for has an empty one.
    return (await Deno.readTextFile(`/proc/${pid}/cmdline`)).replaceAll("\0", " ") || null;
  } catch (error) {
    if (Deno.build.os === "linux" && error instanceof Deno.errors.NotFound) return null;
  }
  const [command, args] = Deno.build.os === "windows"
    ? ["wmic", ["process", "where", `ProcessId=${pid}`, "get", "CommandLine"]]
    : ["ps", ["-ww", "-o", "command=", "-p", String(pid)]];
  try {
    const { stdout } = await new Deno.Command(command, {
      args,
      stderr: "null",
      signal: AbortSignal.timeout(5000),
    })
      .output();
    return new TextDecoder().decode(stdout).trim() || null;
  } catch {
    return null;
  }
}
