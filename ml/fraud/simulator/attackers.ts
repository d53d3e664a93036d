/** What attackers have: machines, addresses and more or less care. */
import { type Browser, browser, driven, program, spoofed } from "./browsers.ts";
import type { AttackScenario, Doing, World } from "./doing.ts";
import type { FieldName } from "../features/evidence.ts";
import {
  cities,
  type City,
  datacentreLine,
  homeLine,
  type Line,
  mobileLine,
  someCity,
  torLine,
} from "./places.ts";
import type { Account } from "./people.ts";
import type { Random } from "../../lib/random.ts";
import { peoplesForm, programsForm, someHands } from "./typing.ts";

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** One campaign of one attacker. */
export interface Attacker {
  luck: Random;
  scenario: AttackScenario;
  name: string;
  /** 0: a script from a forum; 1: somebody who knows what is looked at here. */
  skill: number;
  start_ms: number;
  end_ms: number;
}

/** Addresses that tries are spread over. @param city where the careful want to seem to be */
export function lines({ luck, skill }: Attacker, many: number, city: City): Line[] {
  const count = Math.max(1, Math.round(many * (0.2 + skill)));
  return Array.from({ length: count }, () => {
    if (luck.chance(skill * skill)) return residential(luck, luck.chance(skill) ? city : undefined);
    return luck.chance(0.05) ? torLine(luck) : datacentreLine(luck, { listed: 0.95 - 0.5 * skill });
  });
}

/** Computers and phones of people who do not know that they are rented out. */
export function residential(
  luck: Random,
  city: City = luck.chance(0.6) ? someCity(luck) : luck.pick(cities),
): Line {
  return luck.chance(0.25) ? mobileLine(luck, city) : homeLine(luck, city);
}

/** Of one campaign: few tools, used over and over; the careful keep many profiles of real browsers. */
export function tools({ luck, skill, name }: Attacker, city: City): Browser[] {
  const kind = luck.next() * 0.5 + skill * 0.75;
  if (kind < 0.4) return [program(luck, name)];
  if (kind < 0.65) {
    return Array.from({ length: luck.whole(1, 4) }, (_, i) => spoofed(luck, `${name}-${i}`, city));
  }
  if (kind < 0.9) {
    return Array.from({ length: luck.whole(1, 5) }, (_, i) => driven(luck, `${name}-${i}`, city));
  }
  return Array.from({ length: luck.whole(4, 30) }, (_, i) => real(luck, `${name}-${i}`, city));
}

export const real = (luck: Random, id: string, city: City): Browser =>
  browser(
    luck,
    luck.pick(
      ["chrome_windows", "chrome_mac", "chrome_android", "firefox", "edge", "iphone", "safari_mac"] as const,
    ),
    city,
    id,
  );

interface Try {
  at_ms: number;
  kind: Doing["kind"];
  account: Account | null;
  identifier: string;
  line: Line;
  browser: Browser;
  password: string | null;
  fields: FieldName[];
  email?: Doing["email"];
  /** Typed by a person. */
  by_hand?: boolean;
  keeps_cookies?: boolean;
}

/** Tries that reach their aim are fraud; what fails on the way is only counted. */
export function attempt(attacker: Attacker, { by_hand, fields, keeps_cookies, ...of }: Try): Doing {
  const { luck, skill, scenario } = attacker;
  const form = by_hand
    ? peoplesForm(luck, {
      browser: of.browser,
      hands: { ...someHands(luck), manager: luck.chance(0.3) },
      fields,
      at_ms: of.at_ms,
    })
    : programsForm(luck, { browser: of.browser, fields, at_ms: of.at_ms, skill });
  return {
    ...of,
    ...{ scenario, form, label: 1, email: of.email ?? null, keeps_cookies: keeps_cookies ?? false },
    // Some are never found out, some by the owner within hours.
    found_out_ms: luck.chance(0.45) ? Math.round(of.at_ms + luck.exponential(20 * hourMs)) : null,
  };
}

/** Times of `count` tries over some hours: crude ones in one go. */
export function timesOf({ luck, start_ms, end_ms }: Attacker, count: number, hours: number): number[] {
  const first = start_ms + luck.next() * Math.max(1, end_ms - start_ms - hours * hourMs);
  const mean = hours * hourMs / count;
  const times: number[] = [];
  let at = first;
  for (let i = 0; i < count && at < end_ms; i++) {
    times.push(Math.round(at));
    at += mean * (0.4 + luck.exponential(0.6));
  }
  return times;
}

/** Accounts that exist at a time. */
export function targets(world: World, at_ms: number): Account[] {
  return world.people.map(({ account }) => account).filter(({ made_ms }) => made_ms < at_ms);
}
