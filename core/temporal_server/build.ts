// A build of Temporal's own modules, where Go is installed.
import { checkServer, type Found, programFile, serverFolder, temporal_server_version } from "./cache.ts";
import { lastLines, run } from "./run.ts";

const buildLimitMs = 40 * 60_000;
const progressEveryMs = 10_000;

/**
 * Builds the server and its SQL tool into the cache: about six minutes on two cores with an empty build cache. It
 * happens in a temporary folder, renamed once both programs are there and run. Of two processes, one builds and the
 * other waits for it. Null, with a line of progress, when the build fails. Throws the reason of `signal`.
 *
 * @param go the `go` program.
 */
export async function buildServer(options: {
  go: string;
  cacheFolder: string;
  onProgress(text: string): void;
  signal: AbortSignal;
}): Promise<Found | null> {
  const { cacheFolder, onProgress, signal } = options;
  await Deno.mkdir(cacheFolder, { recursive: true });
  // The lock ends with its process, however that ends.
  using lock = await Deno.open(`${serverFolder(cacheFolder)}.lock`, { write: true, create: true });
  await waitForLock(lock, onProgress, signal);
  const folder = serverFolder(cacheFolder);
  const server = programFile(folder, "temporal-server");
  const builtMeanwhile = await checkServer(server, "cache", "", signal);
  if ("found" in builtMeanwhile) return builtMeanwhile.found;

  const draft = await Deno.makeTempDir({ dir: cacheFolder, prefix: "build-" });
  try {
    const built = await withProgress(
      `Building Temporal ${temporal_server_version} once (about 6 minutes), then cached`,
      onProgress,
      () => goInstall(options.go, draft, signal),
    );
    if (!built.success) {
      onProgress(`Temporal could not be built:\n${lastLines(built.output)}`);
      return null;
    }
    await Deno.rename(programFile(draft, "server"), programFile(draft, "temporal-server"));
    await Deno.rename(programFile(draft, "sql"), programFile(draft, "temporal-sql-tool"));
    const checked = await checkServer(programFile(draft, "temporal-server"), "build", "", signal);
    if ("refused" in checked) {
      onProgress(`Temporal was built, but ${checked.refused}`);
      return null;
    }
    await Deno.chmod(draft, 0o755).catch(() => {});
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    await Deno.rename(draft, folder);
    return { ...checked.found, binary: server, sql_tool: programFile(folder, "temporal-sql-tool") };
  } finally {
    await Deno.remove(draft, { recursive: true }).catch(() => {});
  }
}

function goInstall(go: string, folder: string, signal: AbortSignal) {
  const programs = ["cmd/server", "cmd/tools/sql"];
  return run(
    go,
    // Without symbols, which nobody here reads: two thirds of the size.
    [
      "install",
      "-ldflags=-s -w",
      ...programs.map((program) => `go.temporal.io/server/${program}@v${temporal_server_version}`),
    ],
    // For this machine, whatever else the user builds for; and not inside a module or work space of theirs.
    {
      limit_ms: buildLimitMs,
      signal,
      cwd: folder,
      env: { GOBIN: folder, GOOS: "", GOARCH: "", GOWORK: "off" },
    },
  );
}

async function waitForLock(lock: Deno.FsFile, onProgress: (text: string) => void, signal: AbortSignal) {
  const since = Date.now();
  for (let turn = 0; !await lock.tryLock(true); turn++) {
    signal.throwIfAborted();
    if (Date.now() - since > buildLimitMs) {
      throw new Error("another process has been building Temporal for too long");
    }
    if (turn % 20 === 0) {
      onProgress(`Another process is building Temporal ${temporal_server_version}; waiting for it`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function withProgress<T>(
  text: string,
  onProgress: (text: string) => void,
  act: () => Promise<T>,
): Promise<T> {
  const since = Date.now();
  onProgress(text);
  const timer = setInterval(
    () => onProgress(`${text}: ${Math.round((Date.now() - since) / 1000)} s`),
    progressEveryMs,
  );
  try {
    return await act();
  } finally {
    clearInterval(timer);
  }
}
