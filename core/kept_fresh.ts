/** What is read beside decisions and kept in memory: nobody waits for it but the very first. */

export interface Kept<T> {
  /** What was read last; the first call waits, later ones never. */
  get(): Promise<T>;
}

/**
 * @param fresh_ms younger than this is good; older is answered all the same, and read anew behind it
 * @param broken hears of a failed read; what there was stays, and `empty` is answered where there was nothing
 */
export function keptFresh<T>(
  read: () => Promise<T>,
  { fresh_ms, empty, broken }: { fresh_ms: number; empty: T; broken: (error: unknown) => void },
): Kept<T> {
  let value: { of: T } | null = null;
  let read_at = 0;
  let reading: Promise<void> | null = null;

  async function renew(): Promise<void> {
    try {
      value = { of: await read() };
    } catch (error) {
      broken(error);
    } finally {
      read_at = Date.now();
      reading = null;
    }
  }

  return {
    async get() {
      if (Date.now() - read_at > fresh_ms) reading ??= renew();
      if (value === null && reading) await reading;
      return value ? value.of : empty;
    },
  };
}
