/**
 * A world of people and attackers, made from a seed: what each of their acts looks like to a service that counts as
 * `counting.ts` says. What it has and what it has not is told in `README.md`; it is no measurement of any real place.
 */
import type { Evidence } from "../features/evidence.ts";
import type { Attacker } from "./attackers.ts";
import { dayMs, hourMs } from "./attackers.ts";
import { spraying, stuffing, takeover, travel } from "./attacks_on_accounts.ts";
import { bots, enumeration, ring } from "./attacks_on_sign_up.ts";
import { type AttackScenario, attackScenarios, type Doing, type Scenario, type World } from "./doing.ts";
import { Memory } from "./memory.ts";
import { join, lifeOf } from "./ordinary.ts";
import { livesWith, type Person, somePerson } from "./people.ts";
import { officeLine, someCity } from "./places.ts";
import { type Random, random } from "../../lib/random.ts";

export { type AttackScenario, attackScenarios, type Scenario } from "./doing.ts";

export interface SimulatedEvent {
  evidence: Evidence;
  /** 1: fraud. */
  label: 0 | 1;
  scenario: Scenario;
  at_ms: number;
}

export interface SimulateOptions {
  seed: number | string;
  /** Days whose acts are told. */
  days: number;
  people: number;
  /** Campaigns of each kind in all, or of all kinds alike. */
  attacks: number | Partial<Record<AttackScenario, number>>;
  /** 0 to 1; drawn for each campaign where it is left out. */
  skill?: number;
  geoip?: boolean;
  lists?: boolean;
  mx?: boolean;
  start_ms?: number;
  /** Lived before the first day that is told, so that people have a past. Default 10. */
  warm_up_days?: number;
}

const defaultStart = Date.UTC(2026, 2, 2);

/** Campaigns of these bring few acts each: several make one. */
const repeated: Partial<Record<AttackScenario, number>> = {
  travel: 8,
  takeover: 8,
  stuffing: 2,
  spraying: 3,
};

const plans: Record<AttackScenario, (attacker: Attacker, world: World) => Doing[]> = {
  ...{ stuffing, spraying, bots, ring, travel, takeover, enumeration },
};

/** In the order of time. Only what a gate is asked about is told; what failed before it stands in the counters. */
export function* simulate(options: SimulateOptions): Generator<SimulatedEvent> {
  const { seed, days, people: count, geoip = true, lists = true, mx = true, warm_up_days = 10 } = options;
  if (!(days > 0 && days <= 365)) throw new Error(`days: expected more than 0 to 365, got ${days}`);
  if (!(count >= 10 && count <= 100_000)) throw new Error(`people: expected 10 to 100000, got ${count}`);
  if (!(warm_up_days >= 0 && warm_up_days <= 365)) {
    throw new Error(`warm_up_days: expected 0 to 365, got ${warm_up_days}`);
  }
  const told_ms = options.start_ms ?? defaultStart;
  const start_ms = told_ms - warm_up_days * dayMs;
  const end_ms = told_ms + days * dayMs;
  const luck = random(seed);
  const people = population(luck.branch("people"), count, start_ms, end_ms);
  const life = luck.branch("life");
  const ordinary = [
    ...people.flatMap((person) => lifeOf(life, person, start_ms, end_ms)),
    ...gatherings(luck.branch("gatherings"), { count, start_ms: told_ms, end_ms }),
  ].sort(byTime);
  const world = { people, ordinary, start_ms: told_ms, end_ms };
  const attacks = attackScenarios.flatMap((scenario) =>
    campaigns(luck.branch(scenario), scenario, options, world)
  );
  const memory = new Memory(start_ms, { geoip, lists, mx });
  let swept = start_ms;
  for (const doing of [...ordinary, ...attacks].sort(byTime)) {
    const { at_ms, label, scenario } = doing;
    if (at_ms >= end_ms) break;
    if (at_ms - swept > 6 * hourMs) memory.sweep(swept = at_ms);
    if (at_ms >= told_ms && isAct(doing)) yield { evidence: memory.evidence(doing), label, scenario, at_ms };
    memory.add(doing);
  }
}

const byTime = (a: Doing, b: Doing): number => a.at_ms - b.at_ms;

const isAct = ({ kind }: Doing): boolean =>
  kind === "register" || kind === "sign_in" || kind === "reset_password" || kind === "change_email";

/** Most were there before, some come while we look on; one in six lives with the one before. */
function population(luck: Random, count: number, start_ms: number, end_ms: number): Person[] {
  const people: Person[] = [];
  for (let i = 0; i < count; i++) {
    const made_ms = luck.chance(0.55)
      ? start_ms - luck.exponential(200 * dayMs)
      : start_ms + luck.next() * (end_ms - start_ms);
    const person = somePerson(luck, i, Math.round(made_ms));
    people.push(i > 0 && luck.chance(1 / 6) ? livesWith(luck, person, people[i - 1]) : person);
  }
  return people;
}

/** Classes, teams and campaigns: many sign-ups at once that mean no harm. */
function gatherings(
  luck: Random,
  { count, start_ms, end_ms }: { count: number; start_ms: number; end_ms: number },
): Doing[] {
  const many = Math.max(1, Math.round(count / 100));
  return Array.from({ length: many }, (_, g) => {
    const city = someCity(luck);
    const together = luck.chance(0.6) ? officeLine(city, luck.whole(0, 4)) : undefined;
    const at_ms = start_ms + luck.next() * (end_ms - start_ms);
    const room = somePerson(luck, -1, at_ms).desktop;
    const same_computers = together !== undefined && luck.chance(0.5);
    return Array.from({ length: luck.whole(6, 28) }, (_, i) => {
      const one = somePerson(luck, g * 1000 + i, at_ms);
      const person = {
        ...one,
        account: { ...one.account, city, id: `guest-${g}-${i}` },
        desktop: same_computers && room ? { ...room, id: `room-${g}-${i % 20}` } : one.desktop,
      };
      return join(
        luck,
        person,
        Math.round(at_ms + luck.next() * (together ? 0.7 : 3) * hourMs),
        together,
      );
    });
  }).flat(2);
}

function campaigns(luck: Random, scenario: AttackScenario, options: SimulateOptions, world: World): Doing[] {
  const { attacks } = options;
  const asked = typeof attacks === "number" ? attacks : attacks[scenario] ?? 0;
  const { start_ms, end_ms } = world;
  return Array.from({ length: Math.round(asked * (repeated[scenario] ?? 1)) }, (_, i) =>
    plans[scenario]({
      ...{ luck, scenario, start_ms, end_ms, name: `${scenario}-${i}` },
      skill: options.skill ?? luck.next(),
    }, world)).flat();
}
