/** Everything that is said about a password, from all who know something about it. What is said never holds the password. */
import type { Guess, GuessModel } from "./guess_model.ts";
import type { KnownList } from "./known_list.ts";
import { estimate } from "./meter.ts";
import type { Pattern, PatternFinder } from "./patterns.ts";
import { capAt, mergeHeat, type NamedPattern, namedPatterns } from "./named_patterns.ts";
import { type Advice, advise } from "./advice.ts";
import type { BreachFilter } from "./breached.ts";
import type { Person, PersonalMatch } from "./personal.ts";

/** Some words that the patterns are told of come from who its owner is. */
export type { Person } from "./personal.ts";

/** Whoever is away is null; patterns always answer. */
export interface AnalysisParts {
  patterns: PatternFinder;
  model: Pick<GuessModel, "score" | "version" | "hash"> | null;
  /** Why the model is not asked. */
  model_away: RulesBecause | null;
  list: KnownList | null;
  breach: Pick<BreachFilter, "source" | "rank" | "near"> | null;
  personal(password: string, person: Person): PersonalMatch[];
  /** Milliseconds after which the rules answer alone. */
  model_time_max: number;
  /** Words that suggestions are tried with; see `advice.ts`. */
  words: string[];
}

export type RulesBecause = "loading" | "missing" | "slow" | "failed" | "busy" | "too_long";
export type StrengthLevel = "very_weak" | "weak" | "fair" | "strong" | "very_strong";
export type Attacker =
  | "online_throttled"
  | "online_unthrottled"
  | "offline_slow_hash"
  | "offline_fast_hash";

/** Facts; `explain.ts` puts them into words. */
export interface Findings {
  /** Code points. */
  length: number;
  /** 0 to 100. */
  security_score: number;
  strength_level: StrengthLevel;
  guesses_log10: number;
  /** Whose estimate it is: the one that needs the fewest guesses. */
  spoke: "list" | "breach" | "personal" | "model" | "patterns";
  /** Of each that was asked. */
  estimates: { model: number | null; patterns: number; personal: number | null };
  /** Seconds, at most 10^18. */
  crack_seconds: Record<Attacker, number>;
  patterns: NamedPattern[];
  /** Bits that each character adds, as seen by whoever finds it easier; one a code point. */
  surprise_bits: number[];
  personal: PersonalMatch[];
  breached: { known: boolean; near: { how: string } | null; source: string | null };
  advice: Advice[];
  model: { version: string; hash: string } | null;
  rules_because: RulesBecause | null;
}

/** More is not looked at; the rest counts as if it had to be tried through by patterns. */
export const analysedLengthMax = 256;
const secondsMax = 1e18;

/**
 * Guesses a second: what the service's own limits let through for one account (100 an hour), what one that has none does,
 * a stolen table of slow hashes such as bcrypt, one of fast hashes such as SHA-1.
 */
const guessesPerSecond: Record<Attacker, number> = {
  online_throttled: 100 / 3600,
  online_unthrottled: 10,
  offline_slow_hash: 1e4,
  offline_fast_hash: 1e10,
};

/**
 * Where a level begins, as decimal logarithms of guesses: four days of a throttled attacker; eleven years of one; twelve
 * days, and three centuries, with a stolen table of slow hashes.
 */
const levels: [StrengthLevel, number][] = [
  ["very_weak", 0],
  ["weak", 4],
  ["fair", 7],
  ["strong", 10],
  ["very_strong", 14],
];
/** Where the score reaches 100. */
const scoreTop = 20;

export function levelOf(guesses_log10: number): StrengthLevel {
  return levels.findLast(([, from]) => guesses_log10 >= from)?.[0] ?? "very_weak";
}

/** 20 for each level, evenly within it. */
export function scoreOf(guesses_log10: number): number {
  const bounds = [...levels.map(([, from]) => from), scoreTop];
  const at = levels.findLastIndex(([, from]) => guesses_log10 >= from);
  if (at < 0) return 0;
  const part = (guesses_log10 - bounds[at]) / (bounds[at + 1] - bounds[at]);
  return Math.min(100, Math.round(20 * (at + Math.min(1, part))));
}

export function crackSeconds(guesses_log10: number): Record<Attacker, number> {
  const needed = (rate: number) => Math.min(secondsMax, 10 ** Math.min(300, guesses_log10) / rate);
  return {
    online_throttled: needed(guessesPerSecond.online_throttled),
    online_unthrottled: needed(guessesPerSecond.online_unthrottled),
    offline_slow_hash: needed(guessesPerSecond.offline_slow_hash),
    offline_fast_hash: needed(guessesPerSecond.offline_fast_hash),
  };
}

/** What is built from something known is found with these many tries, and these many more for each disguise. */
const personalGuessesLog10 = 1.5;
const disguiseGuessesLog10 = 0.7;
/** Small changes of the some hundred thousand leaked ones that are known here. */
const nearGuessesLog10 = 6;
/** One on a list without a rank of its own. */
const listedGuessesLog10 = 4;

export async function analyse(password: string, person: Person, parts: AnalysisParts): Promise<Findings> {
  const points = [...password];
  const looked = points.length > analysedLengthMax ? points.slice(0, analysedLengthMax).join("") : password;
  const scoring = askModel(looked, parts);
  const personal = parts.personal(looked, person);
  const found = parts.patterns.find(looked, ownWords(person));
  const { guess, because } = await scoring;
  const rank = parts.list?.rank(looked) ?? null;
  const leaked = parts.breach?.rank(looked) ?? null;
  const leak = leakOf(looked, rank ?? leaked, found.patterns, parts.breach);
  const built = personal.length ? personalGuesses(looked, personal, parts.patterns) : null;

  const least = estimate({ model: guess?.guesses_log10 ?? null, patterns: found.guesses_log10, rank });
  let { guesses_log10 } = least;
  let spoke: Findings["spoke"] = least.spoke;
  const hear = (whose: Findings["spoke"], said: number | null) => {
    if (said === null || said >= guesses_log10) return;
    guesses_log10 = said;
    spoke = whose;
  };
  hear("personal", built);
  hear("breach", leaked !== null ? Math.log10(leaked) : leak.known ? listedGuessesLog10 : null);
  hear("breach", leak.near ? nearGuessesLog10 : null);

  const named = namedPatterns(looked, found.patterns, parts.patterns);
  const findings: Findings = {
    length: points.length,
    security_score: scoreOf(guesses_log10),
    strength_level: levelOf(guesses_log10),
    guesses_log10: round(guesses_log10),
    spoke,
    estimates: {
      model: guess && round(guess.guesses_log10),
      patterns: round(found.guesses_log10),
      personal: built === null ? null : round(built),
    },
    crack_seconds: crackSeconds(guesses_log10),
    patterns: named,
    surprise_bits: heat(looked, guess, named, personal),
    personal,
    breached: leak,
    advice: [],
    model: guess && { version: parts.model!.version, hash: parts.model!.hash },
    rules_because: because,
  };
  findings.advice = await advise(looked, findings, parts);
  return findings;
}

const listed = "list of common passwords";

function leakOf(
  password: string,
  rank: number | null,
  patterns: Pattern[],
  breach: Pick<BreachFilter, "source" | "rank" | "near"> | null,
): Findings["breached"] {
  if (rank !== null) return { known: true, near: null, source: breach?.source ?? listed };
  const [only] = patterns;
  if (patterns.length === 1 && only.kind === "common_password") {
    const how = only.disguise.join("+");
    return how === ""
      ? { known: true, near: null, source: listed }
      : { known: false, near: { how }, source: listed };
  }
  const near = breach?.near(password) ?? null;
  return { known: false, near, source: near && breach!.source };
}

/** The model's estimate, or why there is none. */
async function askModel(
  password: string,
  { model, model_away, model_time_max }: AnalysisParts,
): Promise<{ guess: Guess | null; because: RulesBecause | null }> {
  if (!model) return { guess: null, because: model_away ?? "missing" };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"slow">((resolve) => timer = setTimeout(() => resolve("slow"), model_time_max));
  try {
    const guess = await Promise.race([model.score(password), late]);
    return guess === "slow" ? { guess: null, because: "slow" } : { guess, because: null };
  } catch {
    return { guess: null, because: "failed" };
  } finally {
    clearTimeout(timer);
  }
}

/** At most 20 of them count; what is shorter than three letters tells nothing. */
export function ownWords({ email, username, first_name, last_name, site_names = [] }: Person): string[] {
  const [local = "", domain = ""] = (email ?? "").split("@");
  const words = [local, ...local.split(/[._+-]/), domain.split(".")[0], username, first_name, last_name]
    .concat(site_names);
  return [...new Set(words.filter((word): word is string => !!word && word.length > 2))]
    .map((word) => word.toLowerCase().slice(0, 64)).slice(0, 20);
}

/** The known parts are found at once; what is left has to be guessed. */
function personalGuesses(password: string, personal: PersonalMatch[], patterns: PatternFinder): number {
  const points = [...password];
  const left: string[] = [];
  let at = 0;
  let sum = 0;
  for (const { start, end, how } of personal.toSorted((a, b) => a.start - b.start)) {
    if (start < at) continue;
    if (start > at) left.push(points.slice(at, start).join(""));
    sum += personalGuessesLog10 + disguiseGuessesLog10 * how.length;
    at = end;
  }
  if (at < points.length) left.push(points.slice(at).join(""));
  return left.reduce((total, part) => total + patterns.find(part).guesses_log10, sum);
}

function heat(
  password: string,
  guess: Guess | null,
  named: NamedPattern[],
  personal: PersonalMatch[],
): number[] {
  const bits = mergeHeat([...password].length, guess?.surprise_bits ?? null, named);
  for (const { start, end, how } of personal) {
    capAt(bits, start, end, (personalGuessesLog10 + disguiseGuessesLog10 * how.length) / Math.log10(2));
  }
  return bits.map((one) => Math.round(one * 10) / 10);
}

const round = (value: number) => Math.round(value * 100) / 100;
