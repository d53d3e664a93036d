/**
 * A TCP proxy that fails on demand: it stands between the service and Postgres, Temporal or the mail server in the
 * tests of bad days. Its switches work on open connections as well as on new ones.
 */
import { connect as connectTo, createServer, type Socket } from "node:net";

/** `up`: from the client to the upstream. `down`: what comes back. */
export type Direction = "up" | "down";

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

type Mode =
  | { kind: "pass" | "cut" | "blackhole" | "swallow_answers" }
  | { kind: "delay"; ms: number; jitter_ms: number }
  | { kind: "throttle"; bytes_per_second: number }
  | { kind: "swallow_after"; predicate(chunk: Uint8Array): boolean; once: boolean }
  | { kind: "cut_after"; bytes: number; direction: Direction; once: boolean };

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

/** Held back for each direction of a connection before its sender has to wait. */
const queuedBytesMax = 256 * 1024;

interface Shared {
  mode: Mode;
  struck: number;
  stats: Omit<ProxyStats, "open">;
}

/** One client's connection and the one to the upstream that belongs to it. */
class Pair {
  readonly #upstream: Socket;
  readonly #lanes: Record<Direction, Lane>;
  #ended = false;
  #goneInSilence = false;

  constructor(
    private readonly client: Socket,
    upstream: { host: string; port: number },
    connect_timeout_ms: number,
    readonly shared: Shared,
    private readonly onEnd: () => void,
  ) {
    this.#upstream = connectTo({ ...upstream, allowHalfOpen: true });
    const timer = setTimeout(() => this.end("reset"), connect_timeout_ms);
    this.#upstream.once("connect", () => clearTimeout(timer));
    this.#upstream.once("close", () => clearTimeout(timer));
    this.#lanes = {
      up: new Lane(client, this.#upstream, "up", this),
      down: new Lane(this.#upstream, client, "down", this),
    };
    for (const socket of [client, this.#upstream]) {
      socket.setNoDelay(true);
      // An error is always followed by "close".
      socket.on("error", () => {});
      socket.on("close", (failed) => this.#closed(socket, failed));
    }
  }

  /** One side has gone altogether: what is still under way to the other side arrives, then it is closed too. */
  #closed(socket: Socket, failed: boolean) {
    const lane = socket === this.client ? this.#lanes.up : this.#lanes.down;
    if (this.shared.mode.kind === "blackhole") {
      // A silent network does not tell that the other side has gone. `pass()` and `cut()` do.
      this.#goneInSilence = true;
      return;
    }
    if (failed) return this.end("reset");
    const other = socket === this.client ? this.#upstream : this.client;
    // Not `destroy()`: what is still under way to it would be lost.
    if (other.destroyed) this.end("close");
    else lane.finish(() => other.destroySoon());
  }

  modeChanged() {
    if (this.#goneInSilence && this.shared.mode.kind !== "blackhole") return this.end("reset");
    this.#lanes.up.modeChanged();
    this.#lanes.down.modeChanged();
  }

  end(how: "close" | "reset") {
    if (this.#ended) return;
    this.#ended = true;
    for (const socket of [this.client, this.#upstream]) {
      if (how === "reset" && !socket.destroyed && !socket.connecting) socket.resetAndDestroy();
      else socket.destroy();
    }
    this.#lanes.up.drop();
    this.#lanes.down.drop();
    this.onEnd();
  }

  swallowDown() {
    this.#lanes.down.swallowing = true;
  }
}

/** One direction of one connection. Chunks leave in the order in which they came. */
class Lane {
  swallowing = false;
  #queue: { chunk: Uint8Array; due: number }[] = [];
  #queuedBytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Bytes passed since `cutAfterBytes()` was set. */
  #counted = 0;
  #sourceEnded = false;
  #afterwards: (() => void) | null = null;
  /** When the bytes already handed on would have gone through the throttle. */
  #throttledUntil = 0;

  constructor(
    private readonly source: Socket,
    private readonly target: Socket,
    private readonly direction: Direction,
    private readonly pair: Pair,
  ) {
    source.on("data", (chunk: Uint8Array) => this.#arrived(chunk));
    source.on("end", () => {
      this.#sourceEnded = true;
      this.#flush();
    });
    // Without this a slow reader would make the proxy hold all that a fast writer says.
    target.on("drain", () => source.resume());
  }

  modeChanged() {
    this.#counted = 0;
    this.#throttledUntil = 0;
    if (this.pair.shared.mode.kind === "pass") {
      this.swallowing = false;
      for (const waiting of this.#queue) waiting.due = 0;
    }
    this.source.resume();
    this.#flush();
  }

  finish(afterwards: () => void) {
    this.#afterwards = afterwards;
    this.#flush();
  }

  drop() {
    clearTimeout(this.#timer);
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  #arrived(chunk: Uint8Array) {
    const { mode, stats, struck } = this.pair.shared;
    const swallowed = mode.kind === "blackhole" ||
      this.direction === "down" && (mode.kind === "swallow_answers" || this.swallowing);
    if (swallowed) {
      stats[this.direction === "up" ? "swallowed_up" : "swallowed_down"] += chunk.length;
      return;
    }
    if (mode.kind === "swallow_after" && this.direction === "up" && !(mode.once && struck > 0)) {
      if (mode.predicate(chunk)) {
        this.pair.shared.struck++;
        this.pair.swallowDown();
      }
    }
    if (mode.kind === "cut_after" && this.direction === mode.direction && !(mode.once && struck > 0)) {
      const rest = mode.bytes - this.#counted;
      this.#counted += chunk.length;
      if (chunk.length >= rest) return this.#strike(chunk.subarray(0, Math.max(0, rest)));
    }
    const wait = mode.kind === "delay" ? mode.ms + Math.random() * mode.jitter_ms : 0;
    this.#queue.push({ chunk, due: wait === 0 ? 0 : performance.now() + wait });
    this.#queuedBytes += chunk.length;
    this.#flush();
  }

  /** Lets the last bytes out and resets the connection. */
  #strike(last: Uint8Array) {
    this.pair.shared.struck++;
    this.#count(last.length);
    // A reset throws away what the system has not sent yet, so the bytes get a moment to leave.
    if (last.length === 0) this.pair.end("reset");
    else this.target.write(last, () => setTimeout(() => this.pair.end("reset"), 5));
    this.source.pause();
  }

  #count(bytes: number) {
    this.pair.shared.stats[this.direction === "up" ? "bytes_up" : "bytes_down"] += bytes;
  }

  #flush() {
    clearTimeout(this.#timer);
    const { mode } = this.pair.shared;
    while (this.#queue.length > 0) {
      const now = performance.now();
      const head = this.#queue[0];
      const due = Math.max(head.due, mode.kind === "throttle" ? this.#throttledUntil : 0);
      if (due > now) {
        // A source that is not read sends no more than the system's buffers hold.
        if (this.#queuedBytes > queuedBytesMax) this.source.pause();
        this.#timer = setTimeout(() => this.#flush(), due - now);
        return;
      }
      let chunk = head.chunk;
      if (mode.kind === "throttle") {
        // A tenth of a second's worth at a time, so that the flow is even.
        const most = Math.max(1, Math.floor(mode.bytes_per_second / 10));
        if (chunk.length > most) {
          head.chunk = chunk.subarray(most);
          chunk = chunk.subarray(0, most);
        } else this.#queue.shift();
        this.#throttledUntil = Math.max(now, this.#throttledUntil) +
          chunk.length * 1000 / mode.bytes_per_second;
      } else this.#queue.shift();
      this.#queuedBytes -= chunk.length;
      this.#count(chunk.length);
      if (this.target.destroyed) continue;
      if (!this.target.write(chunk)) this.source.pause();
    }
    if (!this.target.writableNeedDrain) this.source.resume();
    if (this.#sourceEnded && mode.kind !== "blackhole") this.target.end();
    this.#afterwards?.();
  }
}
