/**
 * People whose habits are known, since they are made up: how much more often a mail leads to its goal if it waits for
 * the hour the model names, against sending it at once, and against one best hour for everybody.
 */
import { type Random, random } from "../../lib/random.ts";
import { bestHour } from "../send_time.ts";

export interface SendTimeRow {
  policy: string;
  /** Of the goal, on average over people and moments. */
  rate: number;
  /** Against sending at once, with the bounds of 95 %. */
  gain: { mean: number; low: number; high: number };
}

const [people, hold_hours_max, hour_ms] = [4_000, 20, 3_600_000];
const hours = Array.from({ length: 24 }, (_, hour) => hour);

/** Of the evening, of the morning, or of both; most on one clock, a third on others. */
function personOf(chance: Random): number[] {
  const clock = chance.next() < 0.67 ? 0 : Math.floor(chance.next() * 24);
  const peaks = chance.weighted([[20], [8], [8, 20], [13]], [4, 2, 3, 1])
    .map((peak) => peak + chance.normal(0, 1.5) - clock);
  const width = 1 + 2 * chance.next();
  const seen = hours.map((hour) =>
    0.004 + peaks.reduce((sum, peak) => {
      const far = Math.abs((((hour - peak) % 24) + 36) % 24 - 12);
      return sum + Math.exp(-(far * far) / (2 * width * width));
    }, 0)
  );
  const all = seen.reduce((a, b) => a + b);
  return seen.map((one) => one / all);
}

/** A mail leads to its goal the more likely, the more its reader is about when it comes. */
const goalRate = (habit: number[], hour: number) => 0.15 + 0.45 * habit[hour] / Math.max(...habit);

function observe(habit: number[], observations: number, chance: Random): number[] {
  const seen = new Array<number>(24).fill(0);
  for (let i = 0; i < observations; i++) seen[chance.weighted(hours, habit)]++;
  return seen;
}

/** The hour of an index that is the highest, among those that may be waited for. */
function highest(worth: number[], now: number): number {
  let best = now;
  for (let wait = 1; wait <= hold_hours_max; wait++) {
    if (worth[(now + wait) % 24] > worth[best]) best = (now + wait) % 24;
  }
  return best;
}

/** @param observations of each person, by when the mail is to go */
export function sendTimes(observations: number, seed = "send time"): SendTimeRow[] {
  const chance = random(`${seed} ${observations}`);
  const habits = Array.from({ length: people }, () => personOf(chance));
  const seen = habits.map((habit) => observe(habit, observations, chance));
  const deployment = hours.map((hour) => seen.reduce((sum, one) => sum + one[hour], 0));
  const policies: Record<string, (person: number, now: number) => number> = {
    "at once": (_, now) => now,
    "everybody's best hour": (_, now) => highest(deployment, now),
    "own most frequent hour": (person, now) => highest(seen[person], now),
    "the model": (person, now) => {
      const at = bestHour({
        ...{ habit: seen[person], deployment, hold_hours_max, time_zone: null },
        now_ms: now * hour_ms,
      });
      return new Date(at.send_at_ms).getUTCHours();
    },
    "knowing the truth": (person, now) => highest(habits[person], now),
  };
  const moments = habits.map(() => Math.floor(chance.next() * 24));
  const at_once = habits.map((habit, i) => goalRate(habit, moments[i]));
  return Object.entries(policies).map(([policy, hourOf]) => {
    const rates = habits.map((habit, i) => goalRate(habit, hourOf(i, moments[i])));
    const gains = rates.map((rate, i) => rate - at_once[i]);
    const [rate, mean] = [average(rates), average(gains)];
    const error = 1.96 * Math.sqrt(average(gains.map((gain) => (gain - mean) ** 2)) / people);
    return { policy, rate, gain: { mean, low: mean - error, high: mean + error } };
  });
}

const average = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
