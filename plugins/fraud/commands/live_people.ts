/** People and attackers of the simulator who act on a running service. */
import type { FieldName, FormSignals } from "../../../ml/fraud/features/evidence.ts";
import { type Browser, browser } from "../../../ml/fraud/simulator/browsers.ts";
import { letters, type Person, someCompany, somePerson } from "../../../ml/fraud/simulator/people.ts";
import { cities, type City, type Line } from "../../../ml/fraud/simulator/places.ts";
import type { Random } from "../../../ml/lib/random.ts";
import {
  peoplesForm,
  programsForm,
  registerFields,
  signInFields,
} from "../../../ml/fraud/simulator/typing.ts";
import { type Seen, Visitor } from "./visitor.ts";
import { codeFor } from "../../../core/net/dev_mailbox.ts";
import type { Target } from "../../../core/net/visiting.ts";

/** What a scenario has at hand. */
export interface Stage {
  target: Target;
  luck: Random;
  /** How many people or tries; null: as many as the scenario usually has. */
  count: number | null;
  /** Notes what came of an act, under what it was. */
  tell(act: string, seen: Seen): void;
}

/** Somebody with an account, or on the way to one. */
export interface Member {
  person: Person;
  email: string;
  password: string;
  visitor: Visitor;
}

export const germany: readonly City[] = cities.filter(({ country }) => country === "DE");
export const sydney: City = cities.find(({ name }) => name === "Sydney")!;

/** An address of a home; all four numbers, since small databases of places have no IPv6. */
export const homeIn = (luck: Random, city: City): Line => ({
  ip: `${20 + city.index}.${luck.whole(0, 2) * 64}.${luck.whole(0, 200)}.${luck.whole(1, 255)}`,
  network: {
    ...{ asn: null, country: city.country, latitude: city.latitude, longitude: city.longitude },
    ...{ time_zone: city.time_zone, datacentre: false, tor: false },
  },
});

/** An address that nobody has used, of a domain that cannot exist (RFC 2606 §2): no mail ever leaves. */
export const newEmail = (luck: Random, local_part: string): string =>
  `${local_part.split("+")[0]}@${someCompany(luck)}`;

export const newPassword = (luck: Random): string =>
  `${letters(luck, 9)}-${letters(luck, 9)}-${luck.whole(10, 99)}`;

export function newMember({ luck, target }: Stage, city = luck.pick(germany)): Member {
  const person = somePerson(luck, luck.whole(0, 1e6), Date.now());
  const at_home = luck.chance(0.5)
    ? "chrome_windows"
    : luck.pick(["firefox", "iphone", "safari_mac"] as const);
  const own: Browser = browser(luck, at_home, city, "own");
  return {
    person: { ...person, account: { ...person.account, city } },
    email: newEmail(luck, person.account.email.local_part),
    password: newPassword(luck),
    visitor: new Visitor(target, own, homeIn(luck, city)),
  };
}

function humanForm({ luck }: Stage, { person, visitor }: Member, fields: FieldName[]): FormSignals | null {
  const form = peoplesForm(luck, {
    browser: visitor.browser,
    hands: person.hands,
    fields,
    at_ms: Date.now(),
  });
  // Nobody's patience is tried for long, but somebody who signs up within two seconds is no person.
  const shown_ms = (fields === registerFields ? 8000 : 3000) + luck.exponential(1500);
  return form && { ...form, shown_ms, trap_filled: false };
}

export const machineForm = (
  { luck }: Stage,
  { browser }: Visitor,
  skill: number,
  fields: FieldName[],
): FormSignals | null => programsForm(luck, { browser, fields, at_ms: Date.now(), skill });

/** By the page, as people do. */
export async function signUp(stage: Stage, member: Member): Promise<Seen> {
  const { email, password, visitor } = member;
  return await visitor.form("/sign-up", { email, password }, humanForm(stage, member, registerFields));
}

export async function signIn(stage: Stage, member: Member, change: Partial<Member> = {}): Promise<Seen> {
  const who = { ...member, ...change };
  const { email, password, visitor } = who;
  const seen = await visitor.form("/sign-in", { email, password }, humanForm(stage, who, signInFields));
  // Whoever is signed in already is shown no form the next time.
  if (seen.what === "session") await visitor.leave();
  return seen;
}

/** Types the digits of the mail; false when no mail came, or they were refused. */
export async function confirm({ target }: Stage, { email, visitor }: Member): Promise<boolean> {
  const code = await codeFor(target, email);
  if (code === null) return false;
  const seen = await visitor.api("/auth/verify-email", { email, code });
  return seen.what === "session" || seen.what === "accepted";
}

/** Somebody who has signed up, confirmed, and signed in `times` times. Null when the service would not have it. */
export async function settled(stage: Stage, member: Member, times: number): Promise<Member | null> {
  const seen = await signUp(stage, member);
  stage.tell("sign-up of somebody", seen);
  if (seen.what !== "accepted" || !await confirm(stage, member)) return null;
  for (let i = 0; i < times; i++) stage.tell("sign-in of somebody", await signIn(stage, member));
  return member;
}

/** A few at a time, in order. */
export async function together<T>(
  of: readonly T[],
  at_once: number,
  act: (one: T, i: number) => Promise<void>,
) {
  let next = 0;
  const work = async () => {
    for (let i = next++; i < of.length; i = next++) await act(of[i], i);
  };
  await Promise.all(Array.from({ length: Math.min(at_once, of.length) }, work));
}

export const manyOf = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
