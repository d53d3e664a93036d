// The official command-line program, from its maker's own download address.
import { join } from "node:path";
import { checkCli, cliFolder, type Found, programFile, temporal_cli_version } from "./cache.ts";
import { lastLines, run } from "./run.ts";

/** The maker's download address. This file is the only one that names it. */
const downloadUrl = `https://temporal.download/cli/archive/v${temporal_cli_version}`;
/** Until the answer begins: without a network we want to know soon. */
const answerLimitMs = 8_000;
const downloadLimitMs = 5 * 60_000;
const bytesMax = 400_000_000;

/**
 * Downloads the command-line program into the cache and checks that it runs. The archive is on disk in a temporary
 * folder beside the cache's, which is renamed once it is whole. Null, with a line of progress, when there is no
 * network, no build for this machine, or what came does not run. Throws the reason of `signal`.
 */
export async function downloadCli(options: {
  cacheFolder: string;
  onProgress(text: string): void;
  signal: AbortSignal;
  /** Another address for tests. */
  url?: string;
}): Promise<Found | null> {
  const { cacheFolder, onProgress, signal } = options;
  const platform = { linux: "linux", darwin: "darwin", windows: "windows" }[Deno.build.os as string];
  const arch = { x86_64: "amd64", aarch64: "arm64" }[Deno.build.arch];
  if (!platform || !arch) return null;
  await Deno.mkdir(cacheFolder, { recursive: true });
  const draft = await Deno.makeTempDir({ dir: cacheFolder, prefix: "download-" });
  try {
    const archive = join(draft, "archive");
    await fetchBounded(
      `${options.url ?? downloadUrl}?platform=${platform}&arch=${arch}`,
      archive,
      signal,
      onProgress,
    );
    const unpacked = join(draft, "unpacked");
    await Deno.mkdir(unpacked);
    // Every system we know has a `tar` that reads .tar.gz, and the one of Windows reads .zip.
    const tar = await run("tar", ["-xf", archive, "-C", unpacked], { limit_ms: 60_000, signal });
    if (!tar.success) throw new Error(lastLines(tar.output, 2));
    const checked = await checkCli(programFile(unpacked, "temporal"), "download", signal);
    if ("refused" in checked) throw new Error(checked.refused);
    const folder = cliFolder(cacheFolder);
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    await Deno.rename(unpacked, folder);
    return { ...checked.found, binary: programFile(folder, "temporal") } as Found;
  } catch (error) {
    signal.throwIfAborted();
    // Of a failed request the innermost reason says enough: "Name or service not known".
    const message = error instanceof Error && error.cause instanceof Error
      ? error.cause.message
      : String(error);
    const reason = message.split(": ").at(-1);
    onProgress(`Temporal's command-line program could not be downloaded (${reason})`);
    return null;
  } finally {
    await Deno.remove(draft, { recursive: true }).catch(() => {});
  }
}

async function fetchBounded(
  url: string,
  file: string,
  signal: AbortSignal,
  onProgress: (text: string) => void,
): Promise<void> {
  const slow = new AbortController();
  const timer = setTimeout(() => slow.abort(new Error("no answer in time")), answerLimitMs);
  try {
    const stop = AbortSignal.any([signal, slow.signal, AbortSignal.timeout(downloadLimitMs)]);
    const response = await fetch(url, { signal: stop });
    clearTimeout(timer);
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new Error(`status ${response.status}`);
    }
    onProgress(`Downloading Temporal's command-line program ${temporal_cli_version} once, then cached`);
    let bytes = 0;
    const bounded = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.length;
        if (bytes > bytesMax) throw new Error(`more than ${bytesMax} bytes`);
        controller.enqueue(chunk);
      },
    });
    const target = await Deno.open(file, { write: true, createNew: true });
    await response.body.pipeThrough(bounded).pipeTo(target.writable, { signal: stop });
  } finally {
    clearTimeout(timer);
  }
}
