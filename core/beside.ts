/** What plugins run beside the API. The service is there without it, too: what fails or hangs is told to the log. */
import type { WithCtx } from "./machinery.ts";
import type { Log } from "./observe/log.ts";

export interface BesideAll {
  /** All are there, or have failed, or take too long to be waited for. */
  ready: Promise<void>;
  /** Stops what has started, and what starts while it stops. */
  stop(): Promise<void>;
}

/** @param limit_ms for each start and each stop */
export function startBeside(plugins: WithCtx[], log: Log, limit_ms = 10_000): BesideAll {
  const started = plugins.filter(({ plugin }) => plugin.beside).map(({ plugin: { name, beside }, ctx }) => ({
    plugin: name,
    running: (async () => await beside!(ctx))().catch((error) => {
      log.error("beside.failed", { plugin: name, error });
      return null;
    }),
  }));
  const start = async ({ plugin, running }: typeof started[number]) => {
    if (!await within(running, limit_ms)) log.warn("beside.slow", { plugin });
  };
  const stop = async ({ plugin, running }: typeof started[number]) => {
    const stopped = running.then((one) => one?.stop()).catch((error) =>
      log.warn("beside.stop_failed", { plugin, error })
    );
    if (!await within(stopped, limit_ms)) log.warn("beside.stop_slow", { plugin });
  };
  return {
    ready: Promise.all(started.map(start)).then(() => {}),
    stop: () => Promise.all(started.map(stop)).then(() => {}),
  };
}

/** False when it takes longer. */
async function within(work: Promise<unknown>, limit_ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => timer = setTimeout(() => resolve(false), limit_ms));
  try {
    return await Promise.race([work.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}
