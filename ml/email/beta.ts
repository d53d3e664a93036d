/** Draws from Beta distributions: what is believed of a rate after so many successes and failures. */
import type { Random } from "../lib/random.ts";

/** One draw from Gamma(shape, 1), by Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables" (2000). */
function gamma(shape: number, random: Random): number {
  // §6: below one it is drawn for one more, and shrunk.
  if (shape < 1) return gamma(shape + 1, random) * Math.pow(1 - random.next(), 1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal(0, 1);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = 1 - random.next();
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** One draw from Beta(a, b). @throws RangeError unless both are above 0 and finite */
export function drawBeta(a: number, b: number, random: Random): number {
  if (!(a > 0 && b > 0 && Number.isFinite(a + b))) {
    throw new RangeError(`Beta(${a}, ${b}) is no distribution`);
  }
  const x = gamma(a, random);
  const y = gamma(b, random);
  // Both may be too small to tell from nothing.
  return x + y > 0 ? x / (x + y) : a / (a + b);
}
