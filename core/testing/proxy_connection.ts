/** One connection through the fault proxy: two sockets, and what the proxy's mode makes of each chunk between them. */
import { connect as connectTo, type Socket } from "node:net";

/** `up`: from the client to the upstream. `down`: what comes back. */
export type Direction = "up" | "down";

export type Mode =
  | { kind: "pass" | "cut" | "blackhole" | "swallow_answers" }
  | { kind: "delay"; ms: number; jitter_ms: number }
  | { kind: "throttle"; bytes_per_second: number }
  | { kind: "swallow_after"; predicate(chunk: Uint8Array): boolean; once: boolean }
  | { kind: "cut_after"; bytes: number; direction: Direction; once: boolean };

/** Held back for each direction of a connection before its sender has to wait. */
const queuedBytesMax = 256 * 1024;

/** What all connections of a proxy have in common. */
export interface Shared {
  mode: Mode;
  struck: number;
  stats: {
    accepted: number;
    refused: number;
    bytes_up: number;
    bytes_down: number;
    swallowed_up: number;
    swallowed_down: number;
  };
}

/** One client's connection and the one to the upstream that belongs to it. */
export class Pair {
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
