/**
 * A TCP proxy that fails on demand: it stands between the service and Postgres, Temporal or the mail server in the
 * tests of bad days. Its switches work on open connections as well as on new ones.
 */
import { createServer } from "node:net";
import { type Direction, type Mode, Pair, type Shared } from "./proxy_connection.ts";

export type { Direction };

export interface ProxyStats {
  /** Connections accepted so far. */
  accepted: number;
  /** Connections turned away while cut. */
  refused: number;
  open: number;
  /** Bytes handed on to the upstream, and to the client. */
  bytes_up: number;
  bytes_down: number;
  /** Bytes that were read and thrown away. */
  swallowed_up: number;
  swallowed_down: number;
}

export interface FaultProxy extends AsyncDisposable {
  host: string;
  port: number;
  /** `host:port`. */
  address: string;
  /** The upstream's URL, its host and port replaced by the proxy's: for `DATABASE_URL` and the like. */
  url(upstream_url: string): string;
  /** As if the proxy were not there. Bytes held back by a delay come at once; what was swallowed stays lost. */
  pass(): void;
  /** Holds every chunk back, in order, for `ms` and up to `jitter_ms` more, both ways. */
  delay(ms: number, jitter_ms?: number): void;
  /** Closes every connection now, and turns new ones away (they are reset). */
  cut(): void;
  /** Accepts, reads, and lets nothing through, either way: the silence of a broken network. */
  blackhole(): void;
  /** Resets every connection (TCP RST) now, then passes: the bad moment that is over at once. */
  reset(): void;
  /** At most so many bytes a second for each connection, either way. */
  throttle(bytes_per_second: number): void;
  /** Lets through what the client says, and swallows every answer: was it done, or not? */
  swallowAnswers(): void;
  /**
   * Passes until a chunk from a client fulfils the predicate; from then on that connection's answers are swallowed.
   * @param once whether only the first such connection is struck. Default true.
   */
  swallowAnswersAfter(predicate: (chunk: Uint8Array) => boolean, once?: boolean): void;
  /**
   * Resets a connection once `bytes` have passed in that direction, counted from now: exactly so many get through.
   * @param once whether only the first connection that gets there is struck. Default true.
   */
  cutAfterBytes(bytes: number, direction: Direction, once?: boolean): void;
  stats(): ProxyStats;
  /** How many connections `cutAfterBytes()` or `swallowAnswersAfter()` have struck since they were set. */
  struck(): number;
}

/**
 * Starts a proxy on a free port of 127.0.0.1.
 * @param connect_timeout_ms how long the upstream may take to accept. Default 5,000.
 */
export async function faultProxy(
  { upstream, connect_timeout_ms = 5_000 }: {
    upstream: { host: string; port: number };
    connect_timeout_ms?: number;
  },
): Promise<FaultProxy> {
  const stats = { accepted: 0, refused: 0, bytes_up: 0, bytes_down: 0, swallowed_up: 0, swallowed_down: 0 };
  const pairs = new Set<Pair>();
  const shared: Shared = { mode: { kind: "pass" }, struck: 0, stats };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (shared.mode.kind === "cut") {
      stats.refused++;
      client.on("error", () => {});
      client.resetAndDestroy();
      return;
    }
    stats.accepted++;
    const pair = new Pair(client, upstream, connect_timeout_ms, shared, () => pairs.delete(pair));
    pairs.add(pair);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as { port: number };
  const set = (mode: Mode) => {
    shared.mode = mode;
    shared.struck = 0;
    for (const pair of pairs) pair.modeChanged();
  };
  const end = (how: "close" | "reset") => {
    for (const pair of [...pairs]) pair.end(how);
  };
  return {
    host: "127.0.0.1",
    port,
    address: `127.0.0.1:${port}`,
    url(upstream_url) {
      const url = new URL(upstream_url);
      url.hostname = "127.0.0.1";
      url.port = String(port);
      return url.href;
    },
    pass: () => set({ kind: "pass" }),
    delay: (ms, jitter_ms = 0) => set({ kind: "delay", ms, jitter_ms }),
    cut() {
      set({ kind: "cut" });
      end("close");
    },
    blackhole: () => set({ kind: "blackhole" }),
    reset() {
      end("reset");
      set({ kind: "pass" });
    },
    throttle(bytes_per_second) {
      if (!(bytes_per_second > 0)) throw new RangeError("bytes_per_second must be more than 0");
      set({ kind: "throttle", bytes_per_second });
    },
    swallowAnswers: () => set({ kind: "swallow_answers" }),
    swallowAnswersAfter: (predicate, once = true) => set({ kind: "swallow_after", predicate, once }),
    cutAfterBytes: (bytes, direction, once = true) => set({ kind: "cut_after", bytes, direction, once }),
    stats: () => ({ ...stats, open: pairs.size }),
    struck: () => shared.struck,
    async [Symbol.asyncDispose]() {
      end("reset");
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
