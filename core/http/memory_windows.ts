/** Counters in this process: the cheap first line against floods, and what counts while Postgres is away. */

export interface Count {
  /** Including this one. */
  consumed: number;
  milliseconds_left: number;
}

/** Fixed windows by key. Bounded: when full, what has ended goes first, then what is oldest. */
export class MemoryWindows {
  #windows = new Map<string, { count: number; ends: number }>();

  constructor(readonly keys_max = 50_000, readonly now: () => number = Date.now) {}

  get size(): number {
    return this.#windows.size;
  }

  hit(key: string, seconds: number, points = 1): Count {
    const now = this.now();
    let window = this.#windows.get(key);
    if (!window || window.ends <= now) {
      if (window) this.#windows.delete(key);
      else if (this.#windows.size >= this.keys_max) this.#makeRoom(now);
      window = { count: 0, ends: now + seconds * 1000 };
      this.#windows.set(key, window);
    }
    window.count += points;
    return { consumed: window.count, milliseconds_left: window.ends - now };
  }

  /** Null when nothing is counted for the key now. */
  look(key: string): Count | null {
    const now = this.now();
    const window = this.#windows.get(key);
    return window && window.ends > now
      ? { consumed: window.count, milliseconds_left: window.ends - now }
      : null;
  }

  forget(key: string): void {
    this.#windows.delete(key);
  }

  /** Looks at a bounded number, oldest first: a flood of new keys must not buy itself a long walk. */
  #makeRoom(now: number): void {
    let looked = 0;
    for (const [key, window] of this.#windows) {
      if (window.ends <= now) this.#windows.delete(key);
      if (++looked >= 200) break;
    }
    for (const key of this.#windows.keys()) {
      if (this.#windows.size < this.keys_max) break;
      this.#windows.delete(key);
    }
  }
}
