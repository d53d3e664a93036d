/** The distance of a sign-in, a reset or a change of address to what its account has done before. */
import type { Evidence, HistoryEvidence, PastSignIn } from "./evidence.ts";
import { type Feature, log, yes } from "./feature.ts";
import { distanceKm } from "./place.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

type About = { now: Evidence; history: HistoryEvidence };

const own = (of: (about: About) => number | null) => (now: Evidence): number | null =>
  now.history ? of({ now, history: now.history }) : null;

/** Null without anything to compare with; else whether none of the past has the value. */
function never<T>(value: T | null, past: (T | null)[]): number | null {
  const known = past.filter((one) => one !== null);
  return value === null || known.length === 0 ? null : yes(!known.includes(value));
}

type Point = { latitude: number; longitude: number };
const point = (of: { latitude: number | null; longitude: number | null }): Point | null =>
  of.latitude === null || of.longitude === null ? null : of as Point;

const places = (sign_ins: PastSignIn[]) =>
  sign_ins.flatMap((past) => {
    const at = point(past);
    return at ? [{ ...past, at }] : [];
  });

/** Databases of towns are off by that much. */
const blurKm = 50;

/** From the sign-in before; two minutes is the least that is believed of the time between. */
function speed({ now, history }: About): number | null {
  const here = point(now.network);
  const [last] = places(history.sign_ins);
  if (!here || !last) return null;
  const km = Math.max(0, distanceKm(here, last.at) - blurKm);
  return log(km / Math.max(1 / 30, (now.at_ms - last.at_ms) / hourMs));
}

function distance({ now, history }: About): number | null {
  const here = point(now.network);
  const known = places(history.sign_ins);
  if (!here || known.length === 0) return null;
  return log(Math.min(...known.map(({ at }) => distanceKm(here, at))));
}

const minutesInDay = 24 * 60;
const minuteOf = (at_ms: number): number => Math.floor(at_ms / 60_000) % minutesInDay;

/** To the nearest time of day of a sign-in before. */
function hours({ now, history }: About): number | null {
  if (history.sign_ins.length === 0) return null;
  const gaps = history.sign_ins.map(({ at_ms }) => {
    const gap = Math.abs(minuteOf(now.at_ms) - minuteOf(at_ms));
    return Math.min(gap, minutesInDay - gap);
  });
  return Math.min(...gaps) / 60;
}

const days = (ms: number | null): number | null => ms === null ? null : log(Math.max(0, ms) / dayMs);

export const historyFeatures: Feature[] = [
  {
    name: "history_age",
    unit: "log2(1+days)",
    source: "account",
    about: "Since the account was made.",
    of: own(({ history }) => days(history.age_ms)),
  },
  {
    name: "history_sign_ins",
    unit: "log2(1+count)",
    source: "account",
    about: "Sign-ins before this one that are known, at most 30.",
    of: own(({ history }) => log(history.sign_ins.length)),
  },
  {
    name: "history_since",
    unit: "log2(1+days)",
    source: "account",
    about: "Since the sign-in before.",
    of: own(({ now, history: { sign_ins: [last] } }) => last ? days(now.at_ms - last.at_ms) : null),
  },
  {
    name: "history_device_new",
    unit: "yes/no",
    source: "account",
    about: "The account was never signed in to on this device.",
    of: own(({ history }) => history.device_known === null ? null : yes(!history.device_known)),
  },
  {
    name: "history_client_new",
    unit: "yes/no",
    source: "account",
    about: "None of the sign-ins before came from this kind of client.",
    of: own(({ now, history }) =>
      never(now.deployment.client_shape, history.sign_ins.map(({ client }) => client))
    ),
  },
  {
    name: "history_block_new",
    unit: "yes/no",
    source: "account",
    about: "None came from this block of addresses.",
    of: own(({ now, history }) => never(now.deployment.block, history.sign_ins.map(({ block }) => block))),
  },
  {
    name: "history_network_new",
    unit: "yes/no",
    source: "geoip",
    about: "None came through this provider's network.",
    of: own(({ now, history }) => never(now.network.asn, history.sign_ins.map(({ asn }) => asn))),
  },
  {
    name: "history_country_new",
    unit: "yes/no",
    source: "geoip",
    about: "None came from this country.",
    of: own(({ now, history }) => never(now.network.country, history.sign_ins.map(({ country }) => country))),
  },
  {
    name: "history_distance",
    unit: "log2(1+km)",
    source: "geoip",
    about: "To the nearest place of a sign-in before.",
    of: own(distance),
  },
  {
    name: "history_speed",
    unit: "log2(1+km/h)",
    source: "geoip",
    about: "Needed from the place of the sign-in before to this one; aeroplanes make 900 km/h, which is 9.8.",
    of: own(speed),
  },
  {
    name: "history_hours",
    unit: "hours",
    source: "account",
    about: "To the nearest time of day of a sign-in before.",
    of: own(hours),
  },
  {
    name: "history_password_changed",
    unit: "log2(1+days)",
    source: "account",
    about: "Since the password was changed or reset.",
    of: own(({ history }) => days(history.password_changed_ms)),
  },
  {
    name: "history_email_changed",
    unit: "log2(1+days)",
    source: "account",
    about: "Since the address was changed.",
    of: own(({ history }) => days(history.email_changed_ms)),
  },
  {
    name: "history_second_factor",
    unit: "yes/no",
    source: "account",
    about: "The account has a second factor.",
    of: own(({ history }) => yes(history.second_factor)),
  },
  {
    name: "history_disowned",
    unit: "log2(1+count)",
    source: "account",
    about: "Sessions that its owner disowned in 30 days.",
    of: own(({ history }) => log(history.disowned)),
  },
];
