/** What a score means, in a sentence or two for operators. Templates, in English: the same score says the same always. */
import type { Reason, Scored } from "./scored.ts";

/** Words of one feature, as the catalogues have them. */
export interface InsightWords {
  /** "The account was never signed in to on this device" */
  says(value: number | null): string;
  /** "had this device been seen before" */
  had(value: number | null, instead_of: number | null): string;
}

/** Below this in log-odds a reason is not worth a word. */
const worthSaying = 0.1;
const saidMost = 3;
const littleConfidence = 0.3;

const two = (score: number) => score.toFixed(2);
const small = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/**
 * "0.82: the account was never signed in to on this device; failures from this address within the hour: 12. It would be
 * 0.31 had this device been seen before."
 *
 * @param words by the name of the feature; one without words is said by its name
 */
export function insightsOf(scored: Scored, words: Readonly<Record<string, InsightWords>>): string {
  const { fraud_score, reasons } = scored;
  const wordsOf = (name: string): InsightWords | undefined =>
    Object.hasOwn(words, name) ? words[name] : undefined;
  const said = ({ feature, value }: Reason) =>
    small(wordsOf(feature)?.says(value) ?? `${feature}: ${value === null ? "not known" : two(value)}`);

  const strong = reasons.filter(({ effect }) => Math.abs(effect) >= worthSaying);
  const towards = strong.filter(({ effect }) => effect > 0).slice(0, saidMost);
  const away = strong.filter(({ effect }) => effect < 0).slice(0, towards.length === 0 ? saidMost : 1);

  const first = towards.length > 0
    ? `${two(fraud_score)}: ${towards.map(said).join("; ")}`
    : away.length > 0
    ? `${two(fraud_score)}: nothing speaks for fraud, and ${away.map(said).join("; ")}`
    : `${two(fraud_score)}: nothing stands out`;
  const second = [
    otherwise(scored, towards, wordsOf),
    towards.length > 0 && away.length > 0 ? `what speaks against it: ${away.map(said).join("; ")}` : null,
    caution(scored),
  ].filter((part) => part !== null).join(", and ");
  return second === "" ? `${first}.` : `${first}. ${second.charAt(0).toUpperCase()}${second.slice(1)}.`;
}

/** The one change that would have lowered the score most. */
function otherwise(
  { fraud_score }: Scored,
  towards: Reason[],
  wordsOf: (name: string) => InsightWords | undefined,
): string | null {
  const [best] = towards
    .flatMap(({ feature, value, counterfactual }) =>
      counterfactual && wordsOf(feature) ? [{ feature, value, other: counterfactual }] : []
    )
    .filter(({ other }) => two(other.fraud_score) < two(fraud_score))
    .sort((a, b) => a.other.fraud_score - b.other.fraud_score);
  if (!best) return null;
  const had = wordsOf(best.feature)!.had(best.other.value, best.value);
  return `it would be ${two(best.other.fraud_score)} ${had}`;
}

function caution({ confidence, model }: Scored): string | null {
  if (model.kind === "rules") return "rules say so, as no model answered";
  return confidence < littleConfidence ? "there is little to go by" : null;
}
