/** No request waits for ever: when its time is up it is answered, and its handler is told to stop. */
import type { Exchange } from "./exchange.ts";
import { Problem } from "./problem.ts";

/**
 * Runs a handler under a limit. Its signal is aborted when time is up or the client is gone; it is made only when
 * asked for.
 *
 * @throws Problem 503 `request_timeout`
 */
export async function withTimeLimit<T>(
  seconds: number,
  exchange: Exchange,
  run: (signal: () => AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  let signal: AbortSignal | null = null;
  let over = false;
  const work = run(() => signal ??= AbortSignal.any([limit.signal, exchange.request.signal]));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      over = true;
      const problem = new Problem(
        503,
        "request_timeout",
        `The answer was not ready after ${seconds} seconds.`,
        {
          retry_after_seconds: 5,
        },
      );
      reject(problem);
      limit.abort(problem);
    }, seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // Nobody waits for it any more, so its failure is told to the log.
    if (over) {
      work.catch((error) => exchange.log.warn("request.failed_late", { route: exchange.route, error }));
    }
  }
}
