/** Work that outlives its request: counted, bounded in how long shutdown waits for it, its failure logged. */
import type { Log } from "./log.ts";

export interface Work {
  background(what: string, work: () => Promise<void>): void;
  /** Resolves when all of it has ended, or after the grace; answers what was left. */
  drain(graceMilliseconds: number): Promise<number>;
}

export function createWork(log: Log): Work {
  const running = new Set<Promise<void>>();
  return {
    background(what, work) {
      const task: Promise<void> = work()
        .catch((error) => log.warn("background.failed", { what, error }))
        .finally(() => running.delete(task));
      running.add(task);
    },
    async drain(graceMilliseconds) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const grace = new Promise<void>((resolve) => timer = setTimeout(resolve, graceMilliseconds));
      // What is running may begin more.
      const all = (async () => {
        while (running.size > 0) await Promise.all(running);
      })();
      await Promise.race([all, grace]);
      clearTimeout(timer);
      return running.size;
    },
  };
}
