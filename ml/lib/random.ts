/** Chance that can be repeated: the same seed gives the same world. */

export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
  /** Whole, `from` ≤ x < `to`. */
  whole(from: number, to: number): number;
  chance(share: number): boolean;
  pick<T>(of: readonly T[]): T;
  /** @param weights one for each of `of` */
  weighted<T>(of: readonly T[], weights: readonly number[]): T;
  normal(mean: number, deviation: number): number;
  /** Waiting times of independent events. */
  exponential(mean: number): number;
  /** Another stream that this one's further use does not disturb. */
  branch(name: string): Random;
}

export function random(seed: number | string): Random {
  let [a, b, c, d] = stateOf(String(seed));
  // sfc32: small, fast, passes PractRand; nothing here is a secret.
  const bits = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) bits();
  const next = () => bits() / 2 ** 32;
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from));
  return {
    next,
    whole,
    chance: (share) => next() < share,
    pick: (of) => of[whole(0, of.length)],
    weighted(of, weights) {
      let left = next() * weights.reduce((sum, weight) => sum + weight, 0);
      for (let i = 0; i < of.length; i++) if ((left -= weights[i]) < 0) return of[i];
      return of[of.length - 1];
    },
    normal(mean, deviation) {
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      return mean + deviation * radius * Math.cos(2 * Math.PI * next());
    },
    exponential: (mean) => -mean * Math.log(1 - next()),
    branch: (name) => random(`${seed}/${name}`),
  };
}

/** FNV-1a four times over, each from another start. */
function stateOf(text: string): number[] {
  return [0x811c9dc5, 0x9747b28c, 0x1b873593, 0xcc9e2d51].map((start) => {
    let hash = start;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return hash | 0;
  });
}
