/** The people of the simulated world: where they live, what they have, when and how they come. */
import type { EmailEvidence } from "../features/evidence.ts";
import { type Browser, someDesktop, somePhone } from "./browsers.ts";
import { type City, homeLine, type Line, someCity } from "./places.ts";
import type { Random } from "../../lib/random.ts";
import { type Hands, someHands } from "./typing.ts";

export interface Account {
  id: string;
  email: EmailEvidence;
  /** Stands for the password: what is equal for equal ones. */
  password: string;
  made_ms: number;
  second_factor: boolean;
  /** Where its owner lives; what a careful thief finds out. */
  city: City;
}

export interface Person {
  account: Account;
  hands: Hands;
  home: Line;
  /** Of the city's offices, one; null: does not come from one. */
  office: number | null;
  desktop: Browser | null;
  phone: Browser;
  /** Sign-ins a day. */
  rate: number;
  /** Hours of the day, local, at which they mostly come, with the spread of each. */
  habits: { hour: number; spread: number; from: "home" | "office" | "road" }[];
  vpn: boolean;
  tor: boolean;
  clears_cookies: boolean;
  /** Share of sign-ins that begin with a wrong password. */
  forgets: number;
}

const first = [
  ..."anna ben clara david emma felix greta hannah ida jonas karl lena marie noah ole paula".split(" "),
  ..."sophie tim ulrike vera james olivia liam mia lucas chloe hugo camille jan sanne luca giulia".split(" "),
  ..."pablo lucia piotr ania erik elsa william ava raj priya yuki hana mehmet ayse oksana ivan".split(" "),
  ..."chidi linh budi wei maria thomas peter susanne michael andrea robert claire daniel laura".split(" "),
];
const last = [
  ..."mueller schmidt fischer weber meyer wagner becker schulz hoffmann koch richter klein wolf".split(" "),
  ..."gruber huber keller martin bernard dubois petit jansen bakker smith jones taylor brown".split(" "),
  ..."wilson murphy garcia lopez rossi ferrari nowak kowalski andersson johnson miller davis".split(" "),
  ..."tremblay silva santos sharma patel sato tanaka yilmaz kaya shevchenko ivanov okafor nguyen".split(" "),
  ..."wijaya wang evans roberts walker harris lewis clark young king wright hill scott adams".split(" "),
];
const words = "sunny coffee pixel river blue happy lucky retro night garden moon panda ninja skater music"
  .split(" ");

const freeDomains = [
  "gmail.com",
  "gmx.de",
  "web.de",
  "outlook.com",
  "yahoo.com",
  "icloud.com",
  "proton.me",
  "hotmail.com",
];
const freeWeights = [45, 14, 12, 10, 6, 8, 2, 5];
const companyDomains = Array.from(
  { length: 60 },
  (_, i) => `${last[(i * 7) % last.length]}-${words[i % words.length]}.example`,
);
const lentDomains = ["mailinator.com", "guerrillamail.com", "yopmail.com", "10minutemail.com"];

export const someName = (luck: Random) => ({ first: luck.pick(first), last: luck.pick(last) });

export const letters = (luck: Random, count: number): string =>
  Array.from({ length: count }, () => "abcdefghijklmnopqrstuvwxyz"[luck.whole(0, 26)]).join("");

/** As people write theirs; some like them odd. */
export function someLocalPart(luck: Random, { first, last } = someName(luck)): string {
  const year = String(luck.whole(1955, 2010));
  const digits = luck.weighted(["", year.slice(2), year, String(luck.whole(1, 999))], [60, 18, 8, 14]);
  const shape = luck.weighted([
    () => `${first}.${last}${digits}`,
    () => `${first}${last}${digits}`,
    () => `${first[0]}${last}${digits}`,
    () => `${first}_${last[0]}${digits}`,
    () => `${luck.pick(words)}${luck.pick(words)}${digits}`,
    () => `${luck.pick(words)}${first}${digits}`,
    () => `${letters(luck, luck.whole(5, 10))}${digits}`,
    () => last + digits,
  ], [34, 16, 14, 6, 8, 8, 2, 6]);
  return shape();
}

/** @param n tells people apart */
export function somePerson(luck: Random, n: number, made_ms: number): Person {
  const city = someCity(luck);
  const office = luck.chance(0.5) ? luck.whole(0, 4) : null;
  const phone = somePhone(luck, city, `p${n}-phone`);
  const desktop = luck.chance(0.75) ? someDesktop(luck, city, `p${n}-desktop`) : null;
  const email = someEmail(luck);
  const evening = { hour: luck.normal(20, 1.5), spread: 1.5, from: "home" as const };
  const day = office === null
    ? { hour: luck.normal(13, 3), spread: 3, from: luck.chance(0.3) ? "road" as const : "home" as const }
    : { hour: luck.normal(10.5, 1.5), spread: 1.8, from: "office" as const };
  return {
    account: {
      id: `account-${n}`,
      email,
      // Most have their own; a hundred passwords are many people's.
      password: luck.chance(0.1) ? `common-${Math.floor(luck.exponential(25))}` : `own-${n}`,
      made_ms,
      second_factor: luck.chance(0.12),
      city,
    },
    hands: someHands(luck),
    home: homeLine(luck, city),
    ...{ office, phone, desktop },
    rate: Math.min(3, Math.exp(luck.normal(Math.log(0.18), 0.9))),
    habits: luck.chance(0.06) ? [{ hour: luck.next() * 24, spread: 6, from: "home" }] : [evening, day],
    vpn: luck.chance(0.04),
    tor: luck.chance(0.003),
    clears_cookies: luck.chance(0.07),
    forgets: luck.chance(0.15) ? 0.25 : 0.04,
  };
}

/** Of a company that nobody has (RFC 2606 §2). */
export const someCompany = (luck: Random): string => `${luck.pick(last)}-${luck.pick(words)}.example`;

export function someEmail(luck: Random): EmailEvidence {
  const local_part = someLocalPart(luck) + (luck.chance(0.02) ? `+${luck.pick(words)}` : "");
  const kind = luck.weighted(["free", "company", "lent"], [78, 21.4, 0.6]);
  const domain = kind === "free"
    ? luck.weighted(freeDomains, freeWeights)
    : luck.pick(kind === "company" ? companyDomains : lentDomains);
  return { local_part, domain, mx: luck.chance(0.03) ? null : true };
}

/** What a family shares: the line, the computer, sometimes the password. */
export function livesWith(luck: Random, person: Person, other: Person): Person {
  return {
    ...person,
    home: other.home,
    desktop: other.desktop && luck.chance(0.7) ? other.desktop : person.desktop,
    account: {
      ...person.account,
      city: other.account.city,
      password: luck.chance(0.1) ? other.account.password : person.account.password,
    },
  };
}
