// Where Temporal is: configured, on PATH, cached, downloaded or built, in this order.
import { checkCli, type Checked, checkServer, cliFolder, type Found, onPath, serverFolder } from "./cache.ts";
import { buildServer } from "./build.ts";
import { downloadCli } from "./download.ts";

export { type Found, userCacheFolder } from "./cache.ts";

export interface FindOptions {
  /** `TEMPORAL_ADDRESS` ("host:port") and `TEMPORAL_NAMESPACE`. */
  env: { address?: string; namespace?: string };
  /** See `userCacheFolder()`. Shared by every copy of Flow Shield of this user; created when needed. */
  cacheFolder: string;
  /** A line for the console: what is tried, and why something found is not used. */
  onProgress(text: string): void;
  signal: AbortSignal;
  /** Whether Go may build the server, which takes minutes. */
  allowBuild: boolean;
  /** Whether the network may be asked for the official program; yes unless false. */
  allowDownload?: boolean;
  /** Where programs are looked for; `PATH` unless given. */
  path?: string;
  /** Another download address, for tests. */
  downloadUrl?: string;
}

/**
 * Finds a Temporal that can be used, and makes one available if that is allowed. A program that does not run, or is too
 * old, is named in `onProgress` and passed over. Null when there is none; the service then runs in direct mode.
 *
 * @throws the reason of `signal`, and errors of the cache's file system.
 */
export async function findTemporal(options: FindOptions): Promise<Found | null> {
  const { env, cacheFolder, onProgress, signal } = options;
  signal.throwIfAborted();
  if (env.address) {
    return { kind: "address", source: "configured", address: env.address, namespace: env.namespace };
  }
  const path = options.path ?? Deno.env.get("PATH") ?? "";
  const accepted = (checked: Checked<Found>): Found | null => {
    if ("found" in checked) return checked.found;
    onProgress(`Passed over: ${checked.refused}`);
    return null;
  };

  const cliOnPath = await onPath(path, "temporal");
  const serverOnPath = await onPath(path, "temporal-server");
  const serverCached = await onPath(serverFolder(cacheFolder), "temporal-server");
  const cliCached = await onPath(cliFolder(cacheFolder), "temporal");
  const found = cliOnPath && accepted(await checkCli(cliOnPath, "path", signal)) ||
    serverOnPath && accepted(await checkServer(serverOnPath, "path", path, signal)) ||
    // The server before the program with one inside: it keeps its facts in Postgres, as production does.
    serverCached && accepted(await checkServer(serverCached, "cache", "", signal)) ||
    cliCached && accepted(await checkCli(cliCached, "cache", signal)) ||
    options.allowDownload !== false &&
      await downloadCli({ cacheFolder, onProgress, signal, url: options.downloadUrl });
  if (found) return found;

  const go = await onPath(path, "go");
  if (go && options.allowBuild) return await buildServer({ go, cacheFolder, onProgress, signal });
  onProgress(
    go
      ? "No Temporal found, and building one is not allowed here"
      : "No Temporal found: set TEMPORAL_ADDRESS, install Temporal's command-line program, or install Go",
  );
  return null;
}
