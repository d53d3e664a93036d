// Where Temporal's programs are kept between runs, and how one is recognised as usable.
import { dirname, join } from "node:path";
import { run } from "./run.ts";

/** The server we build and test against; its SQL tool has the same version. */
export const temporal_server_version = "1.32.1";
/** The command-line program we download; it contains a server of 1.32. */
export const temporal_cli_version = "1.9.1";
/** The oldest server, on its own or inside the command-line program, that has update-with-start for everyone. */
const oldestServer = [1, 28];

/** Where Temporal is, and what is needed to start it when it is ours to start. */
export type Found =
  | { kind: "address"; source: "configured"; address: string; namespace?: string }
  | { kind: "cli"; source: "path" | "cache" | "download"; binary: string; version: string }
  | {
    kind: "server";
    source: "path" | "cache" | "build";
    binary: string;
    /** Sets up and updates the schema, which it carries inside. */
    sql_tool: string;
    version: string;
  };

const suffix = Deno.build.os === "windows" ? ".exe" : "";

/**
 * The folder in which this user's programs cache things for Flow Shield: `$XDG_CACHE_HOME/flow-shield`, else
 * `~/.cache/flow-shield`, `~/Library/Caches/flow-shield` or `%LOCALAPPDATA%\flow-shield`. The system's temporary
 * folder stands in when there is no home.
 */
export function userCacheFolder(
  env: (name: string) => string | undefined = (name) => Deno.env.get(name),
): string {
  const xdg = env("XDG_CACHE_HOME");
  if (xdg) return join(xdg, "flow-shield");
  if (Deno.build.os === "windows") {
    return join(env("LOCALAPPDATA") ?? env("TEMP") ?? "C:\\Temp", "flow-shield");
  }
  const home = env("HOME");
  if (!home) return join(env("TMPDIR") ?? "/tmp", "flow-shield-cache");
  return Deno.build.os === "darwin"
    ? join(home, "Library/Caches/flow-shield")
    : join(home, ".cache/flow-shield");
}

/** The cache's folder for a built server: `temporal-server` and `temporal-sql-tool` are in it. */
export function serverFolder(cacheFolder: string): string {
  return join(cacheFolder, `temporal-${temporal_server_version}`);
}

/** The cache's folder for a downloaded command-line program: `temporal` is in it. */
export function cliFolder(cacheFolder: string): string {
  return join(cacheFolder, `temporal-cli-${temporal_cli_version}`);
}

/** A program's file in a folder, with this system's suffix. */
export function programFile(folder: string, name: string): string {
  return join(folder, name + suffix);
}

/** The first executable file of that name on a search path written as `PATH` is. Null if there is none. */
export async function onPath(path: string, name: string): Promise<string | null> {
  for (const folder of path.split(Deno.build.os === "windows" ? ";" : ":")) {
    if (folder === "") continue;
    const file = programFile(folder, name);
    if (await isExecutable(file)) return file;
  }
  return null;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    const info = await Deno.stat(file);
    return info.isFile && (Deno.build.os === "windows" || ((info.mode ?? 0) & 0o111) !== 0);
  } catch {
    return false;
  }
}

/** A usable program, or why it is not one. */
export type Checked<T extends Found> = { found: T } | { refused: string };

/** Asks a `temporal` command-line program for its version, and whether its server is new enough. Takes 10 s at most. */
export async function checkCli(
  binary: string,
  source: "path" | "cache" | "download",
  signal: AbortSignal,
): Promise<Checked<Extract<Found, { kind: "cli" }>>> {
  const { success, output } = await run(binary, ["--version"], { limit_ms: 10_000, signal });
  // The server program calls itself "temporal" too, but names no server inside.
  const [, version, server] = /version v?(\S+) \(Server v?([\d.]+)/.exec(output) ?? [];
  if (!success || !version) {
    return { refused: `${binary} is not a Temporal command-line program that runs here` };
  }
  if (!isNewEnough(server)) {
    return { refused: `${binary} holds server ${server}; ${oldestServer.join(".")} is needed` };
  }
  return { found: { kind: "cli", source, binary, version } };
}

/**
 * Asks a server for its version, and looks for the SQL tool beside it or on the path. Takes 20 s at most.
 *
 * @param path where else to look for the tool, as in `PATH`.
 */
export async function checkServer(
  binary: string,
  source: "path" | "cache" | "build",
  path: string,
  signal: AbortSignal,
): Promise<Checked<Extract<Found, { kind: "server" }>>> {
  const { success, output } = await run(binary, ["--version"], { limit_ms: 10_000, signal });
  const [, version] = /version v?(\d+\.\d+[\w.-]*)/.exec(output) ?? [];
  if (!success || !version) return { refused: `${binary} does not run here` };
  if (!isNewEnough(version)) {
    return { refused: `${binary} is ${version}; ${oldestServer.join(".")} is needed` };
  }
  // Ours is told where its configuration is by this flag, which is younger than the versions above.
  const help = await run(binary, ["--help"], { limit_ms: 10_000, signal });
  if (!help.output.includes("--config-file")) return { refused: `${binary} has no --config-file` };
  const sql_tool = await onPath(dirname(binary), "temporal-sql-tool") ??
    await onPath(path, "temporal-sql-tool");
  if (!sql_tool) return { refused: `${binary} has no temporal-sql-tool beside it or on PATH` };
  return { found: { kind: "server", source, binary, sql_tool, version } };
}

function isNewEnough(version: string): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major > oldestServer[0] || (major === oldestServer[0] && minor >= oldestServer[1]);
}
