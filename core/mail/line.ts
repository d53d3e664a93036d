/** The line to the mail server: after some failures in a row it is given a rest, so that nobody waits in vain. */

export interface Line {
  /** True when an attempt may be made now. After a rest one is let through to see, and the next rest begins. */
  admit(): boolean;
  /** True while the rest lasts: nothing is let through. */
  resting(): boolean;
  /** Why the server took nothing at the last attempt; null when it did. */
  reason(): string | null;
  /** True when waiting may help; false while it is well, and while only an operator can help. */
  mayComeBack(): boolean;
  /** The server did business with us. True when it had not before. */
  answered(): boolean;
  /** It took nothing, from anybody. True when that is news. */
  failed(kind: "away" | "config", reason: string): boolean;
  /** It may be back: the rest is over. */
  relent(): void;
  lastSuccess(): Date | null;
}

const FAILURES_BEFORE_REST = 3;
const REST_MILLISECONDS_MAX = 15_000;

export function createLine(now: () => number = Date.now): Line {
  let failures = 0;
  let last: { kind: "away" | "config"; reason: string } | null = null;
  let rest_until = 0;
  let last_success: Date | null = null;

  function rest(): void {
    const over = failures - FAILURES_BEFORE_REST;
    // A second, doubled each time: replicas do not come back in one wave.
    const length = Math.min(REST_MILLISECONDS_MAX, 1_000 * 2 ** Math.min(over, 10));
    rest_until = now() + length * (0.75 + Math.random() / 2);
  }

  return {
    admit() {
      if (failures < FAILURES_BEFORE_REST) return true;
      if (now() < rest_until) return false;
      rest();
      return true;
    },
    resting: () => failures >= FAILURES_BEFORE_REST && now() < rest_until,
    reason: () => last?.reason ?? null,
    mayComeBack: () => last?.kind === "away",
    answered() {
      const news = last !== null;
      [failures, last, rest_until] = [0, null, 0];
      last_success = new Date(now());
      return news;
    },
    failed(kind, reason) {
      const news = last?.reason !== reason;
      last = { kind, reason };
      if (++failures >= FAILURES_BEFORE_REST) rest();
      return news;
    },
    relent() {
      rest_until = 0;
    },
    lastSuccess: () => last_success,
  };
}
