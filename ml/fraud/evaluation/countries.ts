/** IPv4 ranges and their countries, from `lower,upper,country` lines. */
import { readText } from "./signup_rows.ts";

export interface Countries {
  /** Null: no range has it. */
  of(ip: number): string | null;
}

export const noCountries: Countries = { of: () => null };

/** Of a file that is not there, no countries. */
export async function readCountries(file: string): Promise<Countries> {
  let text: string;
  try {
    text = await readText(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return noCountries;
    throw error;
  }
  const ranges = text.trimEnd().split(/\r?\n/).slice(1).map((line) => {
    const [lower, upper, ...country] = line.split(",");
    return { lower: Number(lower), upper: Number(upper), country: country.join(",") };
  }).sort((a, b) => a.lower - b.lower);
  return {
    of(ip) {
      let [low, high] = [0, ranges.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (ranges[middle].lower <= ip) low = middle + 1;
        else high = middle;
      }
      const range = ranges[low - 1];
      return range && ip <= range.upper ? range.country : null;
    },
  };
}
