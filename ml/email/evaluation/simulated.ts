/** What can only be known where the truth is: regret, whether intervals hold what they promise, what stopping costs. */
import { type Random, random } from "../../lib/random.ts";
import { type ArmCount, posteriorReport, shareBest, shouldStop } from "../bandit.ts";
import { thompson, ucb1, uniform } from "./replay.ts";

const zero = (rates: number[]) =>
  rates.map((_, i): ArmCount => ({ variant: `${i}`, successes: 0, failures: 0 }));

/** As an experiment does it unless told otherwise. */
const floor = 0.1;

/** Sends `trials` mails by Thompson's shares, worked out anew every 50. */
function send(arms: ArmCount[], rates: number[], trials: number, chance: Random): void {
  const indices = arms.map((_, i) => i);
  for (let sent = 0; sent < trials;) {
    const shares = shareBest(arms, undefined, chance);
    for (let i = 0; i < 50 && sent < trials; i++, sent++) {
      const arm = chance.chance(floor) ? chance.pick(indices) : chance.weighted(indices, shares);
      if (chance.chance(rates[arm])) arms[arm].successes++;
      else arms[arm].failures++;
    }
  }
}

/** Goals missed for want of knowing the best arm, by policy: mean of the runs. */
export function regrets(rates: number[], horizon: number, runs: number): { name: string; regret: number }[] {
  const best = Math.max(...rates);
  return [uniform, ucb1, thompson(0.1), thompson(0)].map((policy) => {
    let lost = 0;
    for (let run = 0; run < runs; run++) {
      const chance = random(`regret/${run}`);
      const playing = policy.begin(rates.length, chance.branch("policy"));
      for (let i = 0; i < horizon; i++) {
        const arm = playing.pick();
        lost += best - rates[arm];
        playing.learn(arm, chance.chance(rates[arm]) ? 1 : 0);
      }
    }
    return { name: policy.name, regret: lost / runs };
  });
}

/** How many of the intervals of 95 % hold the true rate, looked at when anybody likes. */
export function coverage(experiments: number): number {
  let [held, all] = [0, 0];
  for (let i = 0; i < experiments; i++) {
    const chance = random(`coverage/${i}`);
    const rates = Array.from({ length: chance.whole(2, 5) }, () => chance.next());
    const arms = zero(rates);
    send(arms, rates, chance.whole(20, 1500), chance);
    for (const { variant, low, high } of posteriorReport(arms, { draws: 1500, seed: `coverage/${i}` })) {
      all++;
      const rate = rates[Number(variant)];
      if (rate >= low && rate <= high) held++;
    }
  }
  return held / all;
}

/** Experiments that stop by themselves: what their winner is worse than the best by, on average, and how long it took. */
export function stopping(
  experiments: number,
  loss_max: number,
): { loss: number; right: number; mails: number; undecided: number } {
  let [loss, right, mails, undecided] = [0, 0, 0, 0];
  for (let i = 0; i < experiments; i++) {
    const chance = random(`stopping/${i}`);
    const rates = Array.from({ length: 3 }, () => chance.next());
    const arms = zero(rates);
    let winner: string | null = null;
    let sent = 0;
    while (winner === null && sent < 20_000) {
      send(arms, rates, 100, chance);
      sent += 100;
      ({ winner } = shouldStop(arms, posteriorReport(arms, { draws: 1000, seed: `${i}/${sent}` }), {
        loss_max,
      }));
    }
    mails += sent;
    if (winner === null) {
      undecided++;
      continue;
    }
    const short = Math.max(...rates) - rates[Number(winner)];
    loss += short;
    if (short === 0) right++;
  }
  const decided = experiments - undecided;
  return { loss: loss / decided, right: right / decided, mails: mails / experiments, undecided };
}
