/**
 * At which hour a mail that may wait is likeliest to lead to something. Hours are of the day in UTC, 0 to 23.
 *
 * A hierarchy of Dirichlet distributions: what is known of one person begins as what is usual here, which begins as
 * every hour being as good as any other. A person's habit weighs as many observations as it has, the deployment's weighs
 * `usualWeight`; so two observations move little, and fifty decide. Neighbouring hours share what was seen, around
 * midnight too, since nobody looks at their mail at the full hour.
 */
export const send_time_version = "hours-dirichlet-1";

export interface SendTimeInput {
  /** How often the person was seen in each hour; older ones count less. 24 numbers. */
  habit: number[];
  /** The same of everybody. */
  deployment: number[];
  now_ms: number;
  /** It never waits longer. */
  hold_hours_max: number;
  /** Where they likely are, if anything says so; only told on. */
  time_zone: string | null;
}

export type SendTimeReason = "little_known" | "now_is_good" | "better_hour";

export interface SendTime {
  send_at_ms: number;
  /** Share of a person's activity in the hour of `send_at_ms`, and in this one: 1/24 where nothing is known. */
  expected: number;
  expected_now: number;
  /** Of this person, after ageing. */
  observations: number;
  /** 0 to 1: 1 where nothing of this person is known. */
  doubt: number;
  reason: SendTimeReason;
}

/** In observations: how much what is usual here weighs against a person's own habit, and any hour against that. */
const [usualWeight, anyHourWeight] = [6, 24];
/** Fewer observations of a person say nothing; unless everybody's are many. */
const [observationsMin, deploymentMin] = [2, 500];
/** Waiting has to be worth it by this factor; and each hour of it costs a little. */
const [gainMin, costPerHour] = [1.3, 0.01];
const hour_ms = 3_600_000;

/** @throws RangeError unless both have 24 numbers that are not negative */
export function bestHour(input: SendTimeInput): SendTime {
  const { habit, deployment, now_ms, hold_hours_max } = input;
  const rates = hourRates(habit, deployment);
  const observations = sum(habit);
  const hour_now = new Date(now_ms).getUTCHours();
  const expected_now = rates[hour_now];
  const known = {
    expected_now,
    observations,
    doubt: usualWeight / (usualWeight + observations),
  };
  const now = (reason: SendTimeReason): SendTime => ({
    ...known,
    send_at_ms: now_ms,
    expected: expected_now,
    reason,
  });
  if (observations < observationsMin && sum(deployment) < deploymentMin) return now("little_known");
  let [best, best_worth] = [0, expected_now * gainMin];
  for (let wait = 1; wait <= 23; wait++) {
    const at = startOfHour(now_ms, wait);
    if (at - now_ms > hold_hours_max * hour_ms) break;
    const worth = rates[(hour_now + wait) % 24] * (1 - costPerHour * wait);
    if (worth > best_worth) [best, best_worth] = [wait, worth];
  }
  if (best === 0) return now("now_is_good");
  return {
    ...known,
    send_at_ms: startOfHour(now_ms, best),
    expected: rates[(hour_now + best) % 24],
    reason: "better_hour",
  };
}

/** Each hour's share of a person's activity, as it is believed to be; adds up to one. */
export function hourRates(habit: number[], deployment: number[]): number[] {
  for (const hours of [habit, deployment]) {
    if (hours.length !== 24 || !hours.every((one) => one >= 0 && Number.isFinite(one))) {
      throw new RangeError("a habit is 24 numbers that are not negative");
    }
  }
  const usual = shares(smooth(deployment).map((seen) => seen + anyHourWeight / 24));
  return shares(smooth(habit).map((seen, hour) => seen + usualWeight * usual[hour]));
}

export interface Zone {
  /** East of Greenwich; null where nothing can be said. */
  utc_offset_minutes: number | null;
  /** 0 to 1. */
  doubt: number;
  from: "habit" | "hint" | "nothing";
}

/** In the middle of the night, on the person's own clock, they are seen least. */
const [quietHours, quietMiddle] = [7, 3.5];
const zoneMin = 8;

/** From when a person is never seen; a hint, such as of the network they come by, is believed before that. */
export function inferZone(habit: number[], hint: { utc_offset_minutes: number } | null): Zone {
  if (hint) return { utc_offset_minutes: hint.utc_offset_minutes, doubt: 0.2, from: "hint" };
  const observations = sum(habit);
  if (observations < zoneMin) return { utc_offset_minutes: null, doubt: 1, from: "nothing" };
  const smoothed = smooth(habit);
  const seenFrom = (start: number) =>
    sum(Array.from({ length: quietHours }, (_, i) => smoothed[(start + i) % 24]));
  const all = Array.from({ length: 24 }, (_, start) => seenFrom(start));
  const least = Math.min(...all);
  // Of several quiet stretches side by side, their middle.
  const starts = all.flatMap((seen, start) => seen <= least + 1e-9 ? [start] : []);
  const turn = (hour: number) => hour * Math.PI / 12;
  const middle = Math.atan2(
        sum(starts.map((start) => Math.sin(turn(start)))),
        sum(starts.map((start) => Math.cos(turn(start)))),
      ) * 12 / Math.PI + quietHours / 2;
  const offset = ((quietMiddle - middle) % 24 + 36) % 24 - 12;
  const contrast = 1 - least / (observations * quietHours / 24);
  return {
    utc_offset_minutes: Math.round(offset) * 60,
    doubt: Math.min(1, Math.max(0.2, 1 - Math.max(0, contrast) * observations / (observations + 20))),
    from: "habit",
  };
}

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
const shares = (numbers: number[]) => {
  const total = sum(numbers);
  return numbers.map((one) => one / total);
};
const smooth = (hours: number[]) =>
  hours.map((own, hour) => 0.25 * hours[(hour + 23) % 24] + 0.5 * own + 0.25 * hours[(hour + 1) % 24]);
const startOfHour = (now_ms: number, hours: number) => Math.floor(now_ms / hour_ms + hours) * hour_ms;
