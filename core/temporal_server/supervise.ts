// Temporal as a child that is started again when it dies by itself.
import { launch, prepare, type Startable, type TemporalChild, type TemporalOptions } from "./child.ts";

const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** After living this long, a death counts as the first one again. */
const healthyMs = 60_000;

/**
 * As `startTemporal()`, and starts it again, on the same address, when it dies by itself: after half a second, then
 * after twice as long each time up to half a minute, for as long as it takes. The first start is not repeated: it
 * throws as `startTemporal()` does. Deaths and restarts are told to `onProgress` and `log`.
 */
export async function superviseTemporal(found: Startable, options: TemporalOptions): Promise<TemporalChild> {
  const prepared = await prepare(found, options);
  let process = await launch(prepared, options).catch(async (error) => {
    await prepared.release();
    throw error;
  });
  const { onProgress, log } = options;
  const { address } = prepared;
  log?.("temporal.started", { pid: process.pid, address, version: found.version });
  const stopping = new AbortController();
  let restarts = 0;
  let graceMs = 10_000;

  const watch = async (): Promise<number> => {
    let pauseMs = firstPauseMs;
    while (true) {
      const startedAt = Date.now();
      const code = await Promise.race([process.exited, aborted(stopping.signal)]);
      if (stopping.signal.aborted) {
        await process.stop(graceMs);
        return await process.exited;
      }
      log?.("temporal.exited", { pid: process.pid, code });
      if (Date.now() - startedAt > healthyMs) pauseMs = firstPauseMs;
      onProgress?.(`Temporal ended by itself (code ${code}); starting it again`);
      while (true) {
        await pause(pauseMs, stopping.signal);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
        if (stopping.signal.aborted) return code as number;
        try {
          process = await launch(prepared, { ...options, signal: stopping.signal });
          break;
        } catch (error) {
          if (stopping.signal.aborted) return code as number;
          log?.("temporal.restart_failed", { error: (error as Error).message, next_try_ms: pauseMs });
          onProgress?.(`Temporal did not start again; next try in ${pauseMs / 1000} s`);
        }
      }
      restarts++;
      log?.("temporal.restarted", { pid: process.pid, address, restarts });
      onProgress?.(`Temporal runs again at ${address}`);
    }
  };
  const exited = watch().finally(() => prepared.release());
  return {
    address,
    get pid() {
      return process.pid;
    },
    source: found.source,
    version: found.version,
    get restarts() {
      return restarts;
    },
    exited,
    async stop(grace = 10_000) {
      graceMs = grace;
      stopping.abort(new Error("stopped"));
      await exited;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Ends early, without an error, when the signal does. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([new Promise((resolve) => timer = setTimeout(resolve, ms)), aborted(signal)]);
  clearTimeout(timer);
}
