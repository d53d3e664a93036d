/**
 * Counters under keys that very many acts share (a common browser, a large mail provider): reading a thousand rows for
 * each of two hundred decisions a second tells none of them more than the one before knew. So such a count is kept for a
 * moment. What few share is always counted anew.
 */
import type { Counted } from "../../../ml/fraud/features/counting.ts";

/** From so many events of a day on. */
const broadFrom = 200;
const freshMilliseconds = 2_000;
const keptMax = 500;

export interface BroadCounts {
  /** Null: count anew. When it gets old one asker is sent to do so, while the others go on with what there is. */
  of(key: string, value: string): Counted | null;
  /** All that is young enough under this key. */
  known(key: string): Map<string, Counted>;
  keep(key: string, value: string, counted: Counted): void;
}

export function createBroadCounts(now: () => number = Date.now): BroadCounts {
  const kept = new Map<string, Map<string, { counted: Counted; until: number }>>();

  return {
    of(key, value) {
      const entry = kept.get(key)?.get(value);
      if (!entry) return null;
      if (entry.until > now()) return entry.counted;
      // Whoever asks counts anew; if that fails, the next one to come later does.
      entry.until = now() + freshMilliseconds;
      return null;
    },
    known(key) {
      const young = [...kept.get(key) ?? []].filter(([, { until }]) => until > now());
      return new Map(young.map(([value, { counted }]) => [value, counted]));
    },
    keep(key, value, counted) {
      let of_key = kept.get(key);
      if (!of_key) kept.set(key, of_key = new Map());
      of_key.delete(value);
      if (counted.day.tries < broadFrom) return;
      of_key.set(value, { counted, until: now() + freshMilliseconds });
      // The one that was not counted for longest.
      if (of_key.size > keptMax) of_key.delete(of_key.keys().next().value!);
    },
  };
}
