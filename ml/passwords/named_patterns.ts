/** The patterns of a password as they are told to people, and how much each character adds by them. */
import type { Pattern, PatternFinder } from "./patterns.ts";

export type PatternName =
  | "common_password"
  | "word"
  | "name"
  | "leet"
  | "keyboard"
  | "sequence"
  | "repetition"
  | "date"
  | "year"
  | "personal"
  | "random";

export interface NamedPattern {
  pattern: PatternName;
  /** Of `leet`: what it is without the disguise. */
  of?: Exclude<PatternName, "leet">;
  /** Code points, the end not among them. */
  start: number;
  end: number;
  guesses_log10: number;
  disguise: Pattern["disguise"];
  times?: number;
}

const names: Record<Pattern["kind"], Exclude<PatternName, "leet">> = {
  common_password: "common_password",
  word: "word",
  name: "name",
  keyboard: "keyboard",
  sequence: "sequence",
  repeat: "repetition",
  date: "date",
  year: "year",
  word_sequence: "word",
  own_words: "personal",
  random: "random",
};

const piecesMax = 8;

/**
 * The shortest way to a password counts a short word as letters when that is as cheap; people read it as a word all the
 * same, so runs of letters or digits in such a part are looked at by themselves.
 */
export function namedPatterns(password: string, found: Pattern[], finder: PatternFinder): NamedPattern[] {
  const points = [...password];
  let pieces = 0;
  const out: NamedPattern[] = [];
  for (const one of found) {
    if (one.kind !== "random") {
      out.push(toNamed(one));
      continue;
    }
    let at = one.start;
    const text = points.slice(one.start, one.end);
    for (const { start, end } of plainRuns(text)) {
      if (pieces++ >= piecesMax) break;
      const { patterns } = finder.find(text.slice(start, end).join(""));
      const [only] = patterns;
      if (patterns.length !== 1 || only.kind === "random") continue;
      const from = one.start + start;
      if (from > at) out.push(random(at, from));
      out.push({ ...toNamed(only), start: from, end: one.start + end });
      at = one.start + end;
    }
    if (at < one.end) out.push(random(at, one.end));
  }
  return out;
}

function toNamed({ kind, start, end, guesses_log10, disguise, times }: Pattern): NamedPattern {
  const name = names[kind];
  const leet = disguise.includes("leet");
  return {
    pattern: leet ? "leet" : name,
    ...leet ? { of: name } : {},
    start,
    end,
    guesses_log10: Math.round(guesses_log10 * 100) / 100,
    disguise,
    ...times === undefined ? {} : { times },
  };
}

/** Ten tries a character, as zxcvbn counts what has to be tried through. */
const random = (start: number, end: number): NamedPattern => ({
  pattern: "random",
  start,
  end,
  guesses_log10: end - start,
  disguise: [],
});

/** Three letters or four digits in a row, and more: what may be a word or a year. */
function plainRuns(points: string[]): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  const kindOf = (point: string | undefined) =>
    point === undefined ? null : /\p{L}/u.test(point) ? "letters" : /\d/.test(point) ? "digits" : null;
  let start = 0;
  for (let i = 1; i <= points.length; i++) {
    const kind = kindOf(points[start]);
    if (kind === kindOf(points[i])) continue;
    if (kind && i - start >= (kind === "letters" ? 3 : 4)) runs.push({ start, end: i });
    start = i;
  }
  return runs;
}

/** What the model says of each character, or where it is silent eleven bits; no more than its pattern allows. */
export function mergeHeat(length: number, model: number[] | null, named: NamedPattern[]): number[] {
  const bits = Array.from({ length }, (_, i) => model?.[i] ?? Math.log2(94));
  for (const { pattern, start, end, guesses_log10 } of named) {
    if (pattern === "random" && model) continue;
    capAt(bits, start, end, guesses_log10 / Math.log10(2));
  }
  return bits;
}

/** The characters of a stretch add no more than so many bits together. */
export function capAt(bits: number[], start: number, end: number, most: number): void {
  let sum = 0;
  for (let i = start; i < Math.min(end, bits.length); i++) sum += bits[i];
  if (sum <= most) return;
  for (let i = start; i < Math.min(end, bits.length); i++) bits[i] *= most / sum;
}
