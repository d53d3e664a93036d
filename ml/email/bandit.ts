/**
 * Which wording the next mail gets: Thompson sampling over Beta posteriors. Each variant is chosen as often as it is
 * likely to be the best, so what is tried out costs little, and less the more is known.
 *
 * Counts may be parts of one: a mail whose goal may still come counts as a failure only so far (see `delayed.ts`).
 */
import { type Random, random } from "../lib/random.ts";
import { drawBeta } from "./beta.ts";

export const bandit_version = "thompson-beta-1";

export interface ArmCount {
  variant: string;
  successes: number;
  failures: number;
}

/** What was believed before anything was seen: successes and failures, beside those that were. */
export interface Belief {
  successes: number;
  failures: number;
}

const nothingKnown: Belief = { successes: 1, failures: 1 };

export interface ChooseOptions {
  /** Of this choice alone, so that it can be made again: `randomOf(mail_id)`. */
  random: Random;
  /** 0 to 1: the share that is spread evenly over all variants. */
  floor: number;
  /** 0 to 1: the share that gets `default_variant` whatever was learnt. */
  hold_out: number;
  default_variant: string;
  /** By variant, where more is believed than that every rate is as likely as any other. */
  believed?: Map<string, Belief>;
}

export interface Choice {
  variant: string;
  /** With which probability this variant was chosen, hold-out and all: greater than 0. */
  propensity: number;
  hold_out: boolean;
  reason: "hold_out" | "exploration" | "thompson" | "only_one";
}

/** So many worlds are drawn to see how often each variant is the best of its world. */
const worlds = 128;

/** The chance that belongs to one message, and to no other. */
export const randomOf = (seed: string): Random => random(`mail ${seed}`);

/** @throws RangeError without a variant, or for a share outside of 0 to 1 */
export function choose(arms: ArmCount[], options: ChooseOptions): Choice {
  const { random, floor, hold_out, default_variant, believed } = options;
  if (arms.length === 0) throw new RangeError("there is no variant to choose");
  for (const share of [floor, hold_out]) {
    if (!(share >= 0 && share <= 1)) throw new RangeError("floor and hold_out are shares, 0 to 1");
  }
  // Drawn first, so that who is held out does not hang on what was learnt.
  const held = random.next() < hold_out;
  const explores = random.next() < floor;
  const best = shareBest(arms, believed, random);
  const chance = (i: number) => (1 - floor) * best[i] + floor / arms.length;
  const of = (variant: string, i: number) =>
    (1 - hold_out) * (i < 0 ? 0 : chance(i)) + (variant === default_variant ? hold_out : 0);
  if (held) {
    const i = arms.findIndex(({ variant }) => variant === default_variant);
    return {
      variant: default_variant,
      propensity: of(default_variant, i),
      hold_out: true,
      reason: "hold_out",
    };
  }
  const weights = explores ? arms.map(() => 1) : best;
  const chosen = random.weighted(arms.map((_, i) => i), weights);
  const { variant } = arms[chosen];
  return {
    variant,
    propensity: of(variant, chosen),
    hold_out: false,
    reason: arms.length === 1 ? "only_one" : explores ? "exploration" : "thompson",
  };
}

/** How likely each arm is the best, by draws; adds up to one. */
export function shareBest(
  arms: ArmCount[],
  believed: Map<string, Belief> | undefined,
  random: Random,
): number[] {
  const wins = new Array<number>(arms.length).fill(0);
  if (arms.length === 1) return [1];
  const shapes = arms.map((arm) => posteriorOf(arm, believed?.get(arm.variant)));
  for (let world = 0; world < worlds; world++) {
    let [best, best_rate] = [0, -1];
    for (let i = 0; i < shapes.length; i++) {
      const rate = drawBeta(shapes[i].a, shapes[i].b, random);
      if (rate > best_rate) [best, best_rate] = [i, rate];
    }
    wins[best]++;
  }
  return wins.map((won) => won / worlds);
}

interface Shape {
  a: number;
  b: number;
}

export function posteriorOf({ successes, failures }: ArmCount, believed: Belief = nothingKnown): Shape {
  return { a: believed.successes + successes, b: believed.failures + failures };
}

const drawWorld = (shapes: Shape[], random: Random) => shapes.map(({ a, b }) => drawBeta(a, b, random));

function bestIn(rates: number[]): number {
  let best = 0;
  for (let i = 1; i < rates.length; i++) if (rates[i] > rates[best]) best = i;
  return best;
}

export interface ArmReport {
  variant: string;
  /** Of the rate: the posterior's mean, and the bounds between which it lies with 95 %. */
  mean: number;
  low: number;
  high: number;
  probability_best: number;
  /** By how much the goal's rate would fall short of the best, were this one sent from now on: in rates, on average. */
  expected_loss: number;
}

/**
 * What is believed of each variant. It may be looked at as often as anybody likes: what it says is said of what was seen
 * so far, and does not rest on when one stops.
 */
export function posteriorReport(
  arms: ArmCount[],
  { draws = 4000, seed = "report", believed }: {
    draws?: number;
    seed?: string;
    believed?: Map<string, Belief>;
  } = {},
): ArmReport[] {
  const chance = random(seed);
  const shapes = arms.map((arm) => posteriorOf(arm, believed?.get(arm.variant)));
  const seen = arms.map(() => new Float64Array(draws));
  const wins = arms.map(() => 0);
  const losses = arms.map(() => 0);
  for (let i = 0; i < draws; i++) {
    const rates = drawWorld(shapes, chance);
    const best = bestIn(rates);
    wins[best]++;
    rates.forEach((rate, arm) => {
      seen[arm][i] = rate;
      losses[arm] += rates[best] - rate;
    });
  }
  return arms.map(({ variant }, arm) => {
    const sorted = seen[arm].sort();
    const at = (share: number) => sorted[Math.round(share * (draws - 1))];
    return {
      variant,
      mean: shapes[arm].a / (shapes[arm].a + shapes[arm].b),
      low: at(0.025),
      high: at(0.975),
      probability_best: wins[arm] / draws,
      expected_loss: losses[arm] / draws,
    };
  });
}

export interface Stop {
  stop: boolean;
  /** The one to go on with; null while nobody can say. */
  winner: string | null;
  why: "loss_small" | "too_few" | "undecided";
}

/**
 * Ends once sending one of them loses less than `loss_max` on average, and it has been tried `trials_min` times. The
 * others need no number of their own: of what was hardly tried, much may still be hoped, which is in the loss.
 */
export function shouldStop(
  arms: ArmCount[],
  report: ArmReport[],
  { loss_max, trials_min = 50 }: { loss_max: number; trials_min?: number },
): Stop {
  const [best] = report.toSorted((a, b) => a.expected_loss - b.expected_loss);
  const of = arms.find(({ variant }) => variant === best?.variant);
  if (!best || !of || of.successes + of.failures < trials_min) {
    return { stop: false, winner: null, why: "too_few" };
  }
  return best.expected_loss < loss_max
    ? { stop: true, winner: best.variant, why: "loss_small" }
    : { stop: false, winner: null, why: "undecided" };
}
