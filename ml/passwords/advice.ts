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

/** Words are of a list that attackers have, too: each counts as one choice of it. */
export async function advise(password: string, findings: Findings, parts: AnalysisParts): Promise<Advice[]> {
  if (findings.guesses_log10 >= enough || parts.words.length < 1000) return [];
  const { words } = parts;
  const perWord = Math.log10(words.length);
  const { breached, personal } = findings;
  if (breached.known || breached.near || findings.length < 6) {
    return [anew(perWord)];
  }
  const candidates: Advice[] = [];
  const [first] = personal;
  if (first) {
    candidates.push({
      kind: "leave_out_personal",
      about: "personal",
      start: first.start,
      end: first.end,
      guesses_log10: round(await without(password, first, findings, parts)),
    });
  }
  const cheap = cheapest(findings.patterns);
  const whole = cheap && cheap.end - cheap.start >= wholeFrom * findings.length;
  if (whole && !first) return [anew(perWord)];
  if (cheap && !first) {
    candidates.push({
      kind: "replace_part",
      about: cheap.pattern,
      start: cheap.start,
      end: cheap.end,
      guesses_log10: round(await without(password, cheap, findings, parts)),
    });
  }
  const one = await extended(password, 1, findings, parts);
  candidates.push(
    one >= Math.min(enough, findings.guesses_log10 + 2 * worthSaying) ||
      findings.guesses_log10 + perWord >= enough
      ? word("add_word", one)
      : word("add_two_words", await extended(password, 2, findings, parts)),
  );
  return candidates
    .filter(({ guesses_log10 }) => guesses_log10 >= findings.guesses_log10 + worthSaying)
    .toSorted((a, b) => b.guesses_log10 - a.guesses_log10)
    .slice(0, adviceMax);
}

/** Four words, each one choice of the list. */
const anew = (perWord: number): Advice => word("start_anew", 4 * perWord);

const word = (kind: AdviceKind, guesses_log10: number): Advice => ({
  kind,
  about: null,
  start: null,
  end: null,
  guesses_log10: round(guesses_log10),
});

/** The part that gives least for its length. */
function cheapest(patterns: NamedPattern[]): NamedPattern | null {
  const cheap = patterns.filter(({ pattern, start, end, guesses_log10 }) =>
    pattern !== "random" && end - start >= 3 && guesses_log10 < cheapPerCharacter * (end - start)
  );
  const per = ({ start, end, guesses_log10 }: NamedPattern) => guesses_log10 / (end - start);
  return cheap.toSorted((a, b) => per(a) - per(b))[0] ?? null;
}

/** With a part of it replaced by a word: what the rest is worth, and the word. */
async function without(
  password: string,
  { start, end }: { start: number; end: number },
  findings: Findings,
  parts: AnalysisParts,
): Promise<number> {
  const points = [...password];
  const rest = [...points.slice(0, start), ...points.slice(end)].join("");
  const kept = rest === "" ? 0 : parts.patterns.find(rest).guesses_log10;
  const choice = Math.log10(parts.words.length);
  const tried = [...points.slice(0, start), pick(parts.words), ...points.slice(end)].join("");
  return await least(tried, kept + choice, findings, parts);
}

/** With words behind it. The patterns of what is there stay, so what they are worth adds up. */
async function extended(
  password: string,
  count: number,
  findings: Findings,
  parts: AnalysisParts,
): Promise<number> {
  const added = Array.from({ length: count }, () => pick(parts.words)).join(" ");
  const choice = count * Math.log10(parts.words.length);
  return await least(`${password} ${added}`, findings.guesses_log10 + choice, findings, parts);
}

async function least(tried: string, counted: number, findings: Findings, { model }: AnalysisParts) {
  // The model is asked only when it has just answered: a slow one is not waited for again.
  if (!model || findings.model === null) return counted;
  return Math.min(counted, (await model.score(tried)).guesses_log10);
}

function pick(words: string[]): string {
  return words[crypto.getRandomValues(new Uint32Array(1))[0] % words.length];
}

const round = (value: number) => Math.round(value * 100) / 100;
