/** What would make a password harder to guess, found by trying it: what does not help much is not said. */
import type { AnalysisParts, Findings } from "./analysis.ts";
import type { NamedPattern } from "./named_patterns.ts";

export type AdviceKind =
  /** Leaked, or nearly: nothing that is added makes up for it. */
  | "start_anew"
  /** What others know of its owner does not count. */
  | "leave_out_personal"
  /** A part adds next to nothing and had better be a word. */
  | "replace_part"
  | "add_word"
  | "add_two_words";

export interface Advice {
  kind: AdviceKind;
  /** Of `replace_part` and `leave_out_personal`: what it is about. */
  about: NamedPattern["pattern"] | null;
  start: number | null;
  end: number | null;
  /** The estimate once it was followed. */
  guesses_log10: number;
}

const adviceMax = 2;
/** As many guesses more, as a decimal logarithm, are worth a sentence. */
const worthSaying = 2;
/** Enough against whoever has stolen the table: no advice is needed. */
const enough = 14;
/** A part below it adds next to nothing, for its length. */
const cheapPerCharacter = 0.6;
/** A part that is so much of the password is not replaced: nothing would be left of it. */
const wholeFrom = 0.8;

/** Advice, and what the password would look like with it. */
interface Candidate {
  advice: Advice;
  tried: string;
}

/**
 * Words are of a list that attackers have, too: each counts as one choice of it. The best advice is tried on the model as
 * well, which may see a pattern that counting does not.
 */
export async function advise(password: string, findings: Findings, parts: AnalysisParts): Promise<Advice[]> {
  if (findings.guesses_log10 >= enough || parts.words.length < 1000) return [];
  const choice = Math.log10(parts.words.length);
  const { breached, personal, guesses_log10, length } = findings;
  const [first] = personal;
  const cheap = first ? null : cheapest(findings.patterns);
  const whole = cheap !== null && cheap.end - cheap.start >= wholeFrom * length;
  if (breached.known || breached.near || length < 6 || whole) {
    return [{ kind: "start_anew", about: null, start: null, end: null, guesses_log10: round(4 * choice) }];
  }
  const candidates: Candidate[] = [];
  if (first) {
    candidates.push(without(password, "leave_out_personal", { ...first, pattern: "personal" }, parts));
  }
  if (cheap) candidates.push(without(password, "replace_part", cheap, parts));
  const count = guesses_log10 + choice >= enough ? 1 : 2;
  candidates.push(extended(password, count, guesses_log10, parts.words));
  const good = candidates
    .filter(({ advice }) => helps(advice, findings))
    .toSorted((a, b) => b.advice.guesses_log10 - a.advice.guesses_log10)
    .slice(0, adviceMax);
  const [best] = good;
  // The model is asked only when it has just answered: a slow one is not waited for again.
  if (best && parts.model && findings.model) {
    const { guesses_log10 } = await parts.model.score(best.tried);
    best.advice.guesses_log10 = round(Math.min(best.advice.guesses_log10, guesses_log10));
  }
  return good.map(({ advice }) => advice).filter((advice) => helps(advice, findings));
}

const helps = (advice: Advice, findings: Findings) =>
  advice.guesses_log10 >= findings.guesses_log10 + worthSaying;

/** The part that gives least for its length. */
function cheapest(patterns: NamedPattern[]): NamedPattern | null {
  const cheap = patterns.filter(({ pattern, start, end, guesses_log10 }) =>
    pattern !== "random" && end - start >= 3 && guesses_log10 < cheapPerCharacter * (end - start)
  );
  const per = ({ start, end, guesses_log10 }: NamedPattern) => guesses_log10 / (end - start);
  return cheap.toSorted((a, b) => per(a) - per(b))[0] ?? null;
}

/** With a part of it replaced by a word: what the rest is worth, and the word. */
function without(
  password: string,
  kind: AdviceKind,
  { pattern, start, end }: Pick<NamedPattern, "pattern" | "start" | "end">,
  { words, patterns }: AnalysisParts,
): Candidate {
  const points = [...password];
  const [before, after] = [points.slice(0, start).join(""), points.slice(end).join("")];
  const kept = patterns.find(before + after).guesses_log10;
  return {
    advice: { kind, about: pattern, start, end, guesses_log10: round(kept + Math.log10(words.length)) },
    tried: before + pick(words) + after,
  };
}

/** With words behind it. What is there stays, so what it is worth adds up. */
function extended(password: string, count: 1 | 2, guesses_log10: number, words: string[]): Candidate {
  const added = Array.from({ length: count }, () => pick(words)).join(" ");
  return {
    advice: {
      kind: count === 1 ? "add_word" : "add_two_words",
      about: null,
      start: null,
      end: null,
      guesses_log10: round(guesses_log10 + count * Math.log10(words.length)),
    },
    tried: `${password} ${added}`,
  };
}

function pick(words: string[]): string {
  return words[crypto.getRandomValues(new Uint32Array(1))[0] % words.length];
}

const round = (value: number) => Math.round(value * 100) / 100;
