/** The patterns that people build passwords from, found and named by zxcvbn (Wheeler, USENIX Security 2016). */
import { type Options, ZxcvbnFactory, type ZxcvbnResult } from "@zxcvbn-ts/core";
import type { Dictionaries } from "./dictionaries.ts";

type Match = ZxcvbnResult["sequence"][number];

export interface Pattern {
  kind:
    | "common_password"
    | "word"
    | "name"
    | "keyboard"
    | "sequence"
    | "repeat"
    | "date"
    | "year"
    | "word_sequence"
    | "own_words"
    | "random";
  /** Code points of the password, the end not among them. */
  start: number;
  end: number;
  guesses_log10: number;
  /** What was done to a word that is found all the same. */
  disguise: ("leet" | "reversed" | "case")[];
  /** Of `repeat`: how often. */
  times?: number;
}

export interface Patterns {
  guesses_log10: number;
  patterns: Pattern[];
}

export interface PatternFinder {
  /** @param own words that whoever guesses may know: name, address, site; at most 20 count */
  find(password: string, own?: string[]): Patterns;
}

/** The time it takes grows with the square of the length, and what is longer has other reasons to be strong. */
export const patternLengthMax = 48;
const againLog10 = 0.01;
const ownMax = 20;
/** How many ways to undo digits and signs are tried: more cost much time in long passwords and found nothing more. */
const undoingsMax = 5;
export function openPatterns({ graphs, ranks, longest }: Dictionaries): PatternFinder {
  const zxcvbn = new ZxcvbnFactory({
    graphs,
    l33tMaxSubstitutions: undoingsMax,
    maxLength: patternLengthMax * 2,
  });
  // The constructor takes lists only, in which a rank is a place.
  const { options } = zxcvbn as unknown as { options: Options };
  options.rankedDictionaries = ranks;
  options.rankedDictionariesMaxWordSize = longest;
  return {
    find(password, own = []) {
      const points = [...password];
      const looked = points.slice(0, patternLengthMax).join("");
      if (looked === "") return { guesses_log10: 0, patterns: [] };
      const { guessesLog10, sequence } = zxcvbn.check(looked, own.slice(0, ownMax));
      const guesses_log10 = guessesLog10 + restOf(points);
      return { guesses_log10, patterns: sequence.map((match) => toPattern(match, looked)) };
    },
  };
}

/**
 * What was not looked at: each character has to be tried through, but where four in a row were there before, as when a
 * short one is repeated until it is long.
 */
function restOf(points: string[]): number {
  const seen = new Set<string>();
  let sum = 0;
  for (let i = 3; i < points.length; i++) {
    const four = points.slice(i - 3, i + 1).join("");
    if (i >= patternLengthMax) sum += seen.has(four) ? againLog10 : 1;
    seen.add(four);
  }
  return sum;
}

function toPattern(match: Match, password: string): Pattern {
  const { i, j, token, guessesLog10 } = match;
  const start = [...password.slice(0, i)].length;
  const disguise: Pattern["disguise"] = [];
  if (match.l33t) disguise.push("leet");
  if (match.reversed) disguise.push("reversed");
  if (match.pattern === "dictionary" && token !== token.toLowerCase()) disguise.push("case");
  return {
    kind: kindOf(match),
    start,
    end: start + [...password.slice(i, j + 1)].length,
    guesses_log10: guessesLog10,
    disguise,
    ...match.pattern === "repeat" ? { times: match.repeatCount as number } : {},
  };
}

function kindOf({ pattern, dictionaryName = "", regexName }: Match): Pattern["kind"] {
  if (pattern === "dictionary") {
    const name = String(dictionaryName).toLowerCase();
    if (name.includes("userinputs")) return "own_words";
    if (name.includes("password")) return "common_password";
    return name.includes("name") ? "name" : "word";
  }
  if (pattern === "regex") return regexName === "recentYear" ? "year" : "random";
  const named: Record<string, Pattern["kind"]> = {
    spatial: "keyboard",
    repeat: "repeat",
    sequence: "sequence",
    date: "date",
    wordSequence: "word_sequence",
  };
  return named[pattern] ?? "random";
}
