/**
 * What choosing by a policy would have led to, on a log whose arms were drawn at random: of the rows in random order only
 * those count where the policy picks what was logged (Li, Chu, Langford and Wang, WSDM 2011), which is unbiased.
 */
import { type Random, random } from "../../lib/random.ts";
import { type ArmCount, shareBest } from "../bandit.ts";

export interface LoggedRow {
  arm: number;
  reward: number;
}

export interface Policy {
  name: string;
  /** A new one for each run. */
  begin(arms: number, random: Random): { pick(): number; learn(arm: number, reward: number): void };
}

export const uniform: Policy = {
  name: "uniform",
  begin: (arms, chance) => ({ pick: () => chance.whole(0, arms), learn() {} }),
};

export const fixed = (arm: number, name: string): Policy => ({
  name,
  begin: () => ({ pick: () => arm, learn() {} }),
});

/** Auer, Cesa-Bianchi and Fischer (2002). */
export const ucb1: Policy = {
  name: "UCB1",
  begin(arms) {
    const [sums, counts] = [new Float64Array(arms), new Float64Array(arms)];
    let total = 0;
    return {
      pick() {
        const unseen = counts.indexOf(0);
        if (unseen >= 0) return unseen;
        let [best, most] = [0, -Infinity];
        for (let arm = 0; arm < arms; arm++) {
          const bound = sums[arm] / counts[arm] + Math.sqrt(2 * Math.log(total) / counts[arm]);
          if (bound > most) [best, most] = [arm, bound];
        }
        return best;
      },
      learn(arm, reward) {
        sums[arm] += reward;
        counts[arm]++;
        total++;
      },
    };
  },
};

/** As the service does it: shares are worked out from counts that are some mails old. */
export const thompson = (floor: number, every = 50): Policy => ({
  name: `Thompson, floor ${floor}`,
  begin(count, chance) {
    const arms = Array.from(
      { length: count },
      (_, i): ArmCount => ({ variant: `${i}`, successes: 0, failures: 0 }),
    );
    const indices = arms.map((_, i) => i);
    let shares = indices.map(() => 1 / count);
    let learnt = 0;
    return {
      pick: () => chance.next() < floor ? chance.whole(0, count) : chance.weighted(indices, shares),
      learn(arm, reward) {
        if (reward > 0) arms[arm].successes++;
        else arms[arm].failures++;
        if (++learnt % every === 0) shares = shareBest(arms, undefined, chance);
      },
    };
  },
});

export interface Replayed {
  name: string;
  /** Of the reward among the rows that counted: over the shuffles, the mean and where 95 % of them lie. */
  mean: number;
  low: number;
  high: number;
}

export function replay(
  rows: LoggedRow[],
  arms: number,
  policy: Policy,
  shuffles: number,
  seed: string,
): Replayed {
  const means = Array.from({ length: shuffles }, (_, run) => {
    const chance = random(`${seed}/${run}`);
    const order = shuffled(rows.length, chance);
    const playing = policy.begin(arms, chance.branch("policy"));
    let [sum, counted] = [0, 0];
    for (const i of order) {
      const { arm, reward } = rows[i];
      if (playing.pick() !== arm) continue;
      playing.learn(arm, reward);
      sum += reward;
      counted++;
    }
    return counted === 0 ? 0 : sum / counted;
  }).sort((a, b) => a - b);
  const at = (share: number) => means[Math.round(share * (shuffles - 1))];
  const mean = means.reduce((sum, one) => sum + one, 0) / shuffles;
  return { name: policy.name, mean, low: at(0.025), high: at(0.975) };
}

function shuffled(length: number, chance: Random): Uint32Array {
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = chance.whole(0, i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
