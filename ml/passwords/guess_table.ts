/** From bits to guesses, by samples of the model itself (Dell'Amico and Filippone, CCS 2015, section 3). */
import { z } from "zod";

export interface GuessTable {
  /** SHA-256 of the model that the samples were drawn from, hex. */
  model: string;
  samples: number;
  /** Both rise; the second says how many guesses come before a password of as many bits. */
  bits: number[];
  guesses_log10: number[];
}

const shape = z.object({
  model: z.string().regex(/^[0-9a-f]{64}$/),
  samples: z.int().min(1000),
  bits: z.array(z.number().positive()).min(2).max(2000),
  guesses_log10: z.array(z.number()).min(2).max(2000),
});

/** @throws Error when it is no table, or one that does not rise */
export function readTable(text: string): GuessTable {
  const table = shape.parse(JSON.parse(text));
  const { bits, guesses_log10 } = table;
  const rises = (list: number[]) => list.every((one, i) => i === 0 || one >= list[i - 1]);
  if (bits.length !== guesses_log10.length || !rises(bits) || !rises(guesses_log10)) {
    throw new Error("the table of guesses does not rise");
  }
  return table;
}

/** Between two samples along a line; beyond the last one each bit doubles the guesses. At least 0. */
export function guessesLog10({ bits, guesses_log10 }: GuessTable, wanted: number): number {
  const last = bits.length - 1;
  if (wanted >= bits[last]) return guesses_log10[last] + (wanted - bits[last]) * Math.log10(2);
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bits[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return Math.max(0, guesses_log10[0] + (wanted - bits[0]) * Math.log10(2));
  const step = bits[low] - bits[low - 1];
  const part = step === 0 ? 1 : (wanted - bits[low - 1]) / step;
  return Math.max(0, guesses_log10[low - 1] + part * (guesses_log10[low] - guesses_log10[low - 1]));
}
