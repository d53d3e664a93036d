/// <reference lib="dom" />

/**
 * Asks again and again while the page is seen: after `every_ms` when it went well, more and more slowly when not.
 * @param ask answers `false` when there is nothing left to ask
 * @returns stops it
 */
export function poll(every_ms: number, slowest_ms: number, ask: () => Promise<boolean | void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  let asking = false;
  let wait = every_ms;

  async function turn() {
    clearTimeout(timer);
    if (stopped || asking || document.visibilityState === "hidden") return;
    asking = true;
    try {
      if (await ask() === false) return stop();
      wait = every_ms;
    } catch {
      wait = Math.min(slowest_ms, wait * 2);
    } finally {
      asking = false;
    }
    if (!stopped) timer = setTimeout(turn, wait);
  }

  function stop() {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", turn);
  }

  document.addEventListener("visibilitychange", turn);
  timer = setTimeout(turn, every_ms);
  return stop;
}
