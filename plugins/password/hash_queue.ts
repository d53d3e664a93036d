/** A bounded queue in front of the hash function: when it is full, people are told at once when to come back. */

/** The queue has no room. */
export class HashQueueFull extends Error {
  constructor(readonly retry_after_seconds: number) {
    super("the hash queue is full");
    this.name = "HashQueueFull";
  }
}

interface Waiting {
  start(): void;
}

export class HashQueue {
  readonly #concurrency: number;
  readonly #waitingMax: number;
  readonly #now: () => number;
  readonly #waiting = new Set<Waiting>();
  #running = 0;
  /** Milliseconds of one piece of work, a moving average; the start value is about cost 12. */
  #milliseconds = 250;

  /** @param waiting_max pieces of work that may wait, beside those that run */
  constructor(options: { concurrency: number; waiting_max: number; now?: () => number }) {
    this.#concurrency = options.concurrency;
    this.#waitingMax = options.waiting_max;
    this.#now = options.now ?? (() => performance.now());
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get running(): number {
    return this.#running;
  }

  /** When somebody who comes now and finds it full can expect room, by the speed it has at present. */
  get retry_after_seconds(): number {
    return Math.max(1, Math.ceil((this.#waiting.size + 1) * this.#milliseconds / this.#concurrency / 1000));
  }

  /**
   * Runs the work when its turn comes.
   * @param signal gives the place up while it waits: nobody hashes for a caller who has left
   * @throws {HashQueueFull} at once
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#running >= this.#concurrency) await this.#turn(signal);
    else this.#running++;
    const started = this.#now();
    try {
      return await work();
    } finally {
      this.#milliseconds = this.#milliseconds * 0.8 + (this.#now() - started) * 0.2;
      this.#running--;
      this.#next();
    }
  }

  #turn(signal?: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#waitingMax) throw new HashQueueFull(this.retry_after_seconds);
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(place);
        reject(signal?.reason);
      };
      const place: Waiting = {
        start: () => {
          signal?.removeEventListener("abort", leave);
          resolve();
        },
      };
      this.#waiting.add(place);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  /** The place is taken in the name of the one who waited longest, so that a newcomer cannot slip in between. */
  #next(): void {
    const [first] = this.#waiting;
    if (!first) return;
    this.#waiting.delete(first);
    this.#running++;
    first.start();
  }
}
