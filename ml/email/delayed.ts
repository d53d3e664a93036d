/**
 * Goals take their time: a mail of a minute ago has not failed. As far as goals of other mails would have come by its
 * age, it counts as a failure; the rest of it is not known yet. Without that, whatever was sent last looks worst.
 */

export interface DelayCurve {
  window_ms: number;
  /** Ascending; how long goals took that came within the window. */
  delays_ms: Float64Array;
}

/** Fewer goals say nothing of how long they take: then a failure comes evenly over the window. */
const goalsMin = 10;

export function delayCurve(delays_ms: ArrayLike<number>, window_ms: number): DelayCurve {
  if (!(window_ms > 0)) throw new RangeError("the window lasts longer than nothing");
  const within = Float64Array.from(delays_ms).filter((delay) => delay >= 0 && delay <= window_ms);
  return { window_ms, delays_ms: within.sort() };
}

/** 0 to 1: how much of a failure a mail of this age is that has not led to its goal. */
export function pendingWeight(age_ms: number, { window_ms, delays_ms }: DelayCurve): number {
  if (age_ms >= window_ms) return 1;
  if (age_ms <= 0) return 0;
  const evenly = age_ms / window_ms;
  if (delays_ms.length < goalsMin) return evenly;
  let [from, to] = [0, delays_ms.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (delays_ms[middle] <= age_ms) from = middle + 1;
    else to = middle;
  }
  // What took longest so far may not be the longest there is: the last bit comes evenly.
  const come = from / (delays_ms.length + 1);
  return Math.max(come, evenly);
}
