/** So many at once, and a bounded queue for the others. */
export interface Slots {
  /** @throws SlotsTaken when too many wait already, or after having waited too long */
  run<T>(work: () => Promise<T>): Promise<T>;
}

export class SlotsTaken extends Error {
  override name = "SlotsTaken";
}

export function createSlots(
  { at_once, waiting_max, wait_milliseconds }: {
    at_once: number;
    waiting_max: number;
    wait_milliseconds: number;
  },
): Slots {
  let free = at_once;
  const waiting = new Set<() => void>();

  function enter(): Promise<void> {
    if (free > 0) {
      free--;
      return Promise.resolve();
    }
    if (waiting.size >= waiting_max) {
      return Promise.reject(new SlotsTaken(`${waiting_max} are waiting already`));
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(go);
        reject(new SlotsTaken(`waited for ${wait_milliseconds} ms`));
      }, wait_milliseconds);
      const go = () => {
        clearTimeout(timer);
        resolve();
      };
      waiting.add(go);
    });
  }

  /** Who leaves hands the slot to whoever waits longest. */
  function leave(): void {
    const [next] = waiting;
    if (!next) return void free++;
    waiting.delete(next);
    next();
  }

  return {
    async run(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
