/** What people do who mean no harm: every doing here has the label 0, however odd it looks. */
import { distanceKm, offsetMinutes } from "../features/place.ts";
import type { Browser } from "./browsers.ts";
import { someDesktop, somePhone } from "./browsers.ts";
import { addressOf, type Doing } from "./doing.ts";
import { type Person, someEmail } from "./people.ts";
import {
  type City,
  homeLine,
  type Line,
  mobileLine,
  officeLine,
  renumbered,
  someCity,
  torLine,
  vpnLine,
} from "./places.ts";
import type { Random } from "../../lib/random.ts";
import { peoplesForm, registerFields, signInFields } from "./typing.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How often things happen to one person, a day. */
const aDay = {
  trip: 1 / 80,
  new_phone: 1 / 500,
  new_desktop: 1 / 900,
  renumbered: 1 / 14,
  change_email: 1 / 700,
  registers_again: 1 / 900,
};

interface Trip {
  city: City;
  from_ms: number;
  until_ms: number;
  hotel: Line;
}

/** All of one person's doings, in any order. */
export function lifeOf(luck: Random, person: Person, start_ms: number, end_ms: number): Doing[] {
  const doings: Doing[] = [];
  const now = { ...person };
  let trip: Trip | null = null;
  const updates = luck.whole(0, 28);
  if (person.account.made_ms >= start_ms) doings.push(...join(luck, now, person.account.made_ms));
  for (let day = start_ms; day < end_ms; day += dayMs) {
    if (luck.chance(aDay.renumbered)) now.home = renumbered(luck, now.home);
    if (luck.chance(aDay.new_phone)) now.phone = somePhone(luck, now.account.city, `${now.phone.id}+`);
    if (now.desktop && luck.chance(aDay.new_desktop)) {
      now.desktop = someDesktop(luck, now.account.city, `${now.desktop.id}+`);
    }
    if (!trip && luck.chance(aDay.trip)) trip = someTrip(luck, now.account.city, day);
    if (trip && day > trip.until_ms) trip = null;
    const age = Math.floor(((day - start_ms) / dayMs + updates) / 28);
    for (const at_ms of timesOf(luck, now, day)) {
      if (at_ms < Math.max(start_ms, person.account.made_ms + minuteMs) || at_ms >= end_ms) continue;
      const way = wayOf(luck, now, at_ms, trip);
      // On the way there nobody signs in, and neither does the simulator.
      if (way) doings.push(...visit(luck, now, at_ms, { ...way, browser: updated(way.browser, age) }));
    }
  }
  return doings;
}

function someTrip(luck: Random, home: City, day: number): Trip | null {
  const city = someCity(luck);
  if (city === home) return null;
  const from_ms = day + luck.whole(5, 20) * hourMs;
  return { city, from_ms, until_ms: from_ms + luck.whole(2, 10) * dayMs, hotel: homeLine(luck, city) };
}

const away = (trip: Trip, at_ms: number): boolean => at_ms > trip.from_ms && at_ms < trip.until_ms;

/** Times of one day's sign-ins, by habit and the clock on the person's wall. */
function timesOf(luck: Random, person: Person, day: number): number[] {
  const weekend = [0, 6].includes(new Date(day).getUTCDay());
  const times: number[] = [];
  for (let left = luck.exponential(1); left < person.rate; left += luck.exponential(1)) {
    const habits = weekend ? person.habits.filter(({ from }) => from !== "office") : person.habits;
    if (habits.length === 0) continue;
    const { hour, spread } = luck.pick(habits);
    const offset = offsetMinutes(person.account.city.time_zone, day) ?? 0;
    times.push(Math.round(day + luck.normal(hour, spread) * hourMs - offset * minuteMs));
  }
  return times;
}

type Way = { line: Line; browser: Browser };

function wayOf(luck: Random, person: Person, at_ms: number, trip: Trip | null): Way | null {
  const { city } = person.account;
  const onPhone = person.desktop === null || luck.chance(0.45);
  const browser = onPhone ? person.phone : person.desktop!;
  if (person.tor && luck.chance(0.6)) return { browser, line: torLine(luck) };
  if (person.vpn && luck.chance(0.5)) return { browser, line: vpnLine(luck) };
  if (trip && away(trip, at_ms)) {
    const hours = (at_ms - trip.from_ms) / hourMs;
    if (hours < distanceKm(city, trip.city) / 650 + 2) return null;
    // A phone abroad is routed through its carrier at home.
    return { browser, line: onPhone && luck.chance(0.4) ? mobileLine(luck, city) : trip.hotel };
  }
  if (trip && at_ms >= trip.until_ms && at_ms < trip.until_ms + dayMs / 2) return null;
  if (onPhone && luck.chance(0.45)) return { browser, line: mobileLine(luck, city) };
  const minutes = Math.floor(at_ms / minuteMs) + (offsetMinutes(city.time_zone, at_ms) ?? 0);
  const hour = Math.floor(minutes / 60) % 24;
  const working = hour >= 8 && hour < 18 && ![0, 6].includes(new Date(at_ms).getUTCDay());
  return { browser, line: working && person.office !== null ? officeLine(city, person.office) : person.home };
}

/** Browsers renew themselves once a month. */
function updated(browser: Browser, by: number): Browser {
  if (by === 0 || browser.user_agent === null) return browser;
  const renew = (text: string) =>
    text.replaceAll(
      /(Chrome\/|Edg\/|Firefox\/|rv:|(?:Chromium|Google Chrome|Microsoft Edge)";v=")(\d+)/g,
      (_, name: string, version: string) => `${name}${Number(version) + by}`,
    );
  const hint = browser.headers["sec-ch-ua"];
  return {
    ...browser,
    user_agent: renew(browser.user_agent),
    headers: hint ? { ...browser.headers, "sec-ch-ua": renew(hint) } : browser.headers,
  };
}

function common(luck: Random, person: Person, at_ms: number, { line, browser }: Way) {
  return {
    ...{ at_ms, line, browser, scenario: "normal" as const, label: 0 as const, account: person.account },
    ...{ identifier: addressOf(person.account.email), email: null, password: person.account.password },
    form: peoplesForm(luck, { browser, hands: person.hands, fields: signInFields, at_ms }),
    keeps_cookies: !person.clears_cookies && !luck.chance(0.03),
    found_out_ms: null,
  };
}

/** A sign-up by somebody from where they are, and mostly a first sign-in as soon as the mail is confirmed. */
export function join(luck: Random, person: Person, at_ms: number, at?: Line): Doing[] {
  const found = wayOf(luck, person, at_ms, null)!;
  const way = { ...found, line: at ?? found.line };
  const register: Doing = {
    ...common(luck, person, at_ms, way),
    kind: "register",
    email: person.account.email,
    form: peoplesForm(luck, { browser: way.browser, hands: person.hands, fields: registerFields, at_ms }),
  };
  if (!luck.chance(0.85)) return [register];
  const soon = at_ms + Math.round((0.3 + luck.exponential(4)) * minuteMs);
  return [register, ...visit(luck, { ...person, forgets: 0 }, soon, way)];
}

/** A sign-in, with the mistakes before it and what is done after it. */
function visit(luck: Random, person: Person, at_ms: number, way: Way): Doing[] {
  const base = () => common(luck, person, at_ms, way);
  const doings: Doing[] = [];
  let before = at_ms;
  const earlier = (kind: Doing["kind"], seconds: number, change: Partial<Doing> = {}) => {
    before -= (3 + luck.exponential(seconds)) * 1000;
    doings.push({ ...base(), kind, at_ms: Math.round(before), ...change });
  };
  if (luck.chance(person.forgets)) {
    const wrong = () => ({
      password: luck.chance(0.5) ? `${person.account.password}~${luck.whole(0, 5)}` : "typo",
    });
    if (luck.chance(0.2)) {
      // Told backwards: signed in after a reset, asked for after some tries.
      earlier("reset_password", 60);
      earlier("reset_asked", 90, { password: null });
    }
    for (let i = luck.weighted([1, 2, 3, 5], [60, 25, 10, 5]); i > 0; i--) {
      earlier("password_wrong", 15, wrong());
    }
  }
  if (luck.chance(0.012)) {
    const identifier = addressOf(person.account.email).replace(/.@/, "@");
    earlier("unknown_account", 20, { account: null, identifier });
  }
  if (luck.chance(aDay.registers_again / person.rate)) earlier("register_again", 60, { account: null });
  doings.push({ ...base(), kind: "sign_in" });
  if (luck.chance(aDay.change_email / person.rate)) {
    doings.push({
      ...base(),
      kind: "change_email",
      email: someEmail(luck),
      at_ms: at_ms + luck.whole(1, 20) * minuteMs,
    });
  }
  return doings;
}
