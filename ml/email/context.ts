/**
 * One wording may suit one kind of reader and not another. Where a context has been seen often enough it has posteriors
 * of its own, which begin from what is known of everybody: a rate of a few dozen mails is drawn towards the common one.
 */
import type { ArmCount, Belief } from "./bandit.ts";

export interface ContextFacts {
  /** 0 to 23, where the reader likely is; null: unknown. */
  hour: number | null;
  locale: string;
  /** `mobile`, `desktop`, or null. */
  client: string | null;
  domain_class: string;
}

const parts: [name: string, until: number][] = [["night", 6], ["morning", 12], ["afternoon", 18], [
  "evening",
  24,
]];

/** Coarse, and nobody's: a few dozen contexts in all. */
export function contextOf({ hour, locale, client, domain_class }: ContextFacts): string {
  const part = hour === null ? "any" : parts.find(([, until]) => hour < until)?.[0] ?? "any";
  return [part, locale.slice(0, 2), client ?? "any", domain_class].join("/");
}

/** A context weighs in with as many mails of the common rate as this: what it shows itself is soon more. */
const commonWeight = 40;
/** Fewer mails of each variant say nothing that everybody's do not. */
export const contextTrialsMin = 100;

export interface ContextChoice {
  arms: ArmCount[];
  believed: Map<string, Belief> | undefined;
  /** Whether the context speaks for itself. */
  of_context: boolean;
}

/**
 * @param all everybody's counts
 * @param here those of the context; variants that were never sent there may be missing
 */
export function armsInContext(all: ArmCount[], here: ArmCount[]): ContextChoice {
  const of = new Map(here.map((arm) => [arm.variant, arm]));
  const enough = all.every(({ variant }) => {
    const arm = of.get(variant);
    return arm !== undefined && arm.successes + arm.failures >= contextTrialsMin;
  });
  if (!enough) return { arms: all, believed: undefined, of_context: false };
  const believed = new Map(all.map(({ variant, successes, failures }): [string, Belief] => {
    const rate = (successes + 1) / (successes + failures + 2);
    return [variant, { successes: rate * commonWeight, failures: (1 - rate) * commonWeight }];
  }));
  return { arms: all.map(({ variant }) => of.get(variant)!), believed, of_context: true };
}
