/** LISTEN that comes back: after a restart, a cut and a silent network. */
import { connectLike, type Pool } from "./postgres.ts";

export interface Listener {
  stop(): Promise<void>;
}

/** A silent connection looks like a quiet one; a question tells them apart. */
const pingMilliseconds = 15_000;
const retryMillisecondsMax = 5000;

/**
 * Calls `onNotify` with the payload of every NOTIFY on the channel, over a connection of its own, and once with `""`
 * each time it begins to listen, since what was said before was not heard. A notification is a hint and may be lost:
 * whoever listens polls as well. Returns at once; connects in the background, for as long as it takes.
 *
 * @param sql the pool to whose database it listens.
 */
export function listen(sql: Pool, channel: string, onNotify: (payload: string) => void): Listener {
  const stopping = new AbortController();
  const running = run(sql, channel, onNotify, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function run(sql: Pool, channel: string, onNotify: (payload: string) => void, signal: AbortSignal) {
  for (let failures = 0; !signal.aborted;) {
    const lost = new AbortController();
    const own = connectLike(sql, {
      max: 1,
      idle_timeout_seconds: 0,
      statement_timeout_seconds: 10,
      onnotify: (name, payload) => name === channel && call(onNotify, payload),
      onclose: () => lost.abort(),
    });
    try {
      await own`listen ${own(channel)}`;
      failures = 0;
      call(onNotify, "");
      const either = AbortSignal.any([signal, lost.signal]);
      while (!either.aborted) {
        await nap(pingMilliseconds, either);
        // Were it lost now, the pool would open another connection for this, which does not listen.
        if (!either.aborted) await own`select 1`;
      }
    } catch {
      failures++;
    } finally {
      await own.end({ timeout: 1 });
    }
    if (!signal.aborted) await nap(Math.min(retryMillisecondsMax, 100 * 2 ** Math.min(failures, 10)), signal);
  }
}

function call(onNotify: (payload: string) => void, payload: string): void {
  try {
    onNotify(payload);
  } catch { /* a listener's fault must not end the listening */ }
}

function nap(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
