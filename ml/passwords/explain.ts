/** Findings in words, of whatever language; and the facts that may be told to somebody else who words them. */
import type { Attacker, Findings } from "./analysis.ts";
import type { Advice, AdviceKind } from "./advice.ts";
import type { NamedPattern, PatternName } from "./named_patterns.ts";

/** Sentences with {names} in braces; a catalogue of the service has them. */
export interface PasswordWords {
  locale: string;
  levels: Record<Findings["strength_level"], string>;
  instantly: string;
  centuries: string;
  patterns: Record<Exclude<PatternName, "leet">, string>;
  /** Added in parentheses: `{what}, with …`. */
  disguise: Record<"leet" | "reversed" | "case", string>;
  times: string;
  personal_from: Record<
    "email" | "username" | "first_name" | "last_name" | "birth_date" | "site_names",
    string
  >;
  personal: string;
  summary: {
    empty: string;
    known: string;
    near: string;
    personal: string;
    mostly: string;
    several: string;
    guessable: string;
    strong: string;
  };
  advice: Record<AdviceKind, string>;
  enough: string;
}

/** As `POST /auth/password/analyze` answers it. */
export interface PasswordAnalysis {
  security_score: number;
  strength_level: Findings["strength_level"];
  /** The level in the language of whoever asks. */
  strength_text: string;
  length: number;
  guesses_log10: number;
  spoke: Findings["spoke"];
  estimates: Findings["estimates"];
  crack_times: Record<Attacker, { seconds: number; text: string }>;
  pattern_analysis: (NamedPattern & { explanation: string })[];
  surprise_bits: number[];
  personal_info: (Findings["personal"][number] & { explanation: string })[];
  breached: Findings["breached"];
  ai_explanation: string;
  /** Who put it into words. */
  worded_by: "templates" | "genai";
  suggestions: {
    kind: AdviceKind;
    text: string;
    start: number | null;
    end: number | null;
    guesses_log10: number;
  }[];
  answered_by: "model" | "rules";
  rules_because: Findings["rules_because"];
  model: Findings["model"];
}

export function explain(findings: Findings, words: PasswordWords): PasswordAnalysis {
  const { crack_seconds, patterns, personal, advice, model, rules_because } = findings;
  const time = (seconds: number) => ({ seconds: tidy(seconds), text: duration(seconds, words) });
  return {
    security_score: findings.security_score,
    strength_level: findings.strength_level,
    strength_text: words.levels[findings.strength_level],
    length: findings.length,
    guesses_log10: findings.guesses_log10,
    spoke: findings.spoke,
    estimates: findings.estimates,
    crack_times: {
      online_throttled: time(crack_seconds.online_throttled),
      online_unthrottled: time(crack_seconds.online_unthrottled),
      offline_slow_hash: time(crack_seconds.offline_slow_hash),
      offline_fast_hash: time(crack_seconds.offline_fast_hash),
    },
    pattern_analysis: patterns.map((one) => ({ ...one, explanation: patternText(one, words) })),
    surprise_bits: findings.surprise_bits,
    personal_info: personal.map((one) => ({
      ...one,
      explanation: fill(words.personal, { from: fromText(one.from, words) }),
    })),
    breached: findings.breached,
    ai_explanation: summary(findings, words),
    worded_by: "templates",
    suggestions: advice.map((one) => ({
      kind: one.kind,
      text: adviceText(one, words),
      start: one.start,
      end: one.end,
      guesses_log10: one.guesses_log10,
    })),
    answered_by: model ? "model" : "rules",
    rules_because,
    model,
  };
}

/** What may be told to somebody who words it: kinds, places and numbers. Nothing that was typed is in it. */
export function factsOf(findings: Findings) {
  const { strength_level, guesses_log10, spoke, length, patterns, personal, breached, advice } = findings;
  return {
    strength_level,
    guesses: `10^${Math.round(guesses_log10)}`,
    found_by: spoke,
    length,
    seconds_to_guess_from_a_stolen_table: tidy(findings.crack_seconds.offline_slow_hash),
    parts: patterns.slice(0, 12).map(({ pattern, start, end, disguise }) => ({
      pattern,
      start,
      end,
      disguise,
    })),
    personal: personal.slice(0, 6).map(({ from, start, end }) => ({ from, start, end })),
    leaked: breached.known ? "yes" : breached.near ? "almost" : "no",
    advice: advice.map(({ kind, about }) => ({ kind, about })),
  };
}
export type Facts = ReturnType<typeof factsOf>;

const units: [Intl.NumberFormatOptions["unit"], number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

export function duration(seconds: number, { locale, instantly, centuries }: PasswordWords): string {
  if (seconds < 1) return instantly;
  const [unit, size] = units.find(([, size]) => seconds >= size)!;
  const count = Math.floor(seconds / size);
  if (unit === "year" && count >= 100) return centuries;
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

function patternText({ pattern, of, disguise, times }: NamedPattern, words: PasswordWords): string {
  const name = pattern === "leet" ? of ?? "word" : pattern;
  const notes = disguise.map((one) => words.disguise[one]);
  if (times !== undefined) notes.push(fill(words.times, { count: times }));
  return words.patterns[name] + (notes.length ? ` (${notes.join(", ")})` : "");
}

function fromText(from: string, { personal_from }: PasswordWords): string {
  return Object.hasOwn(personal_from, from)
    ? personal_from[from as keyof typeof personal_from]
    : personal_from.username;
}

function summary(findings: Findings, words: PasswordWords): string {
  const { summary: texts } = words;
  const { length, breached, personal, patterns, strength_level, crack_seconds, spoke } = findings;
  const time = duration(crack_seconds.offline_slow_hash, words);
  if (length === 0) return texts.empty;
  if (breached.known) return texts.known;
  if (breached.near) return texts.near;
  if (personal.length > 0 && !isGood(findings)) {
    return fill(texts.personal, { from: fromText(personal[0].from, words), time });
  }
  if (isGood(findings)) return fill(texts.strong, { time, level: words.levels[strength_level] });
  const telling = patterns.filter(({ pattern }) => pattern !== "random");
  const covered = telling.reduce((sum, { start, end }) => sum + end - start, 0);
  // Where the model knew better, the patterns are not why.
  if (covered * 2 < length || spoke === "model" && telling.length === 0) {
    return fill(texts.guessable, { time });
  }
  const kinds = [...new Set(telling.map((one) => patternText(one, words)))].slice(0, 3);
  const what = new Intl.ListFormat(words.locale, { type: "conjunction" }).format(kinds);
  return fill(kinds.length === 1 ? texts.mostly : texts.several, { what, time });
}

const isGood = ({ strength_level }: Findings) =>
  strength_level === "strong" || strength_level === "very_strong";

function adviceText({ kind, about, start, end }: Advice, words: PasswordWords): string {
  const name = about === null || about === "leet" ? "word" : about;
  return fill(words.advice[kind], {
    what: words.patterns[name],
    // People count from one, and to the last one.
    from: (start ?? 0) + 1,
    to: end ?? 0,
  });
}

function fill(text: string, values: Record<string, string | number>): string {
  return text.replaceAll(
    /\{(\w+)\}/g,
    (whole, name) => Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}

/** Three digits are as many as an estimate has. */
const tidy = (seconds: number) => seconds === 0 ? 0 : Number(seconds.toPrecision(3));
