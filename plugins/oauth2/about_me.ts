/** What a person may tell apps, field by field (OpenID Connect Core §5.1). Pure. */
import { z } from "zod";
import type { StandardClaims } from "./standard_claims.ts";

/** Control and format characters, bidi overrides among them, forge what others read. */
const forbidden = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}<>]/u;
const forbiddenInLines = /[\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}<>]|[^\P{Cc}\n]/u;

/** Nothing and null empty a field. */
const emptied = (text: string) => (text === "" ? null : text);

function line(max: number, about: string) {
  return z.string().trim()
    .refine((text) => [...text].length <= max, `must have at most ${max} characters`)
    .refine((text) => text.isWellFormed() && !forbidden.test(text), "must be plain text on one line")
    .transform((text) => emptied(text.normalize("NFC")))
    .nullable().optional().describe(about);
}

function httpsUrl(about: string) {
  return z.string().trim().max(500)
    .refine((text) => text === "" || isHttps(text), "must be an address that begins with https://")
    .transform(emptied).nullable().optional().describe(about);
}

function isHttps(text: string): boolean {
  const url = URL.parse(text);
  // deno-lint-ignore no-control-regex -- browsers drop tabs and newlines inside an address
  return url?.protocol === "https:" && !url.username && !url.password && !/[\x00-\x20\\]/.test(text);
}

/** Core §5.1: the year 0000 is a year that is kept back. */
export function isBirthdate(text: string, now = new Date()): boolean {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!parts) return false;
  // A leap year, so that 29 February can be told without a year.
  const year = parts[1] === "0000" ? 2000 : Number(parts[1]);
  const date = new Date(Date.UTC(year, Number(parts[2]) - 1, Number(parts[3])));
  const real = date.getUTCMonth() === Number(parts[2]) - 1 && date.getUTCDate() === Number(parts[3]);
  return real && year >= 1000 && date <= now;
}

/** A name of the tz database, as it is written there; null when there is no such one. */
export function timeZone(text: string): string | null {
  // Offsets such as +01:00 are no names of places.
  if (text.length > 64 || !/^[A-Za-z]/.test(text)) return null;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/** E.164, from what people write: `+49 (30) 901-820` is `+4930901820`. Null when it is no such number. */
export function phoneNumber(text: string): string | null {
  const plain = text.replace(/[\s().\-/]/g, "");
  return /^\+[1-9]\d{6,14}$/.test(plain) ? plain : null;
}

function read(max: number, parse: (text: string) => string | null, rule: string, about: string) {
  return z.string().trim().max(max)
    .refine((text) => text === "" || parse(text) !== null, rule)
    .transform((text) => (text === "" ? null : parse(text)))
    .nullable().optional().describe(about);
}

const streetAddress = z.string().trim().max(300)
  .transform((text) => text.replaceAll("\r\n", "\n"))
  .refine((text) => text.isWellFormed() && !forbiddenInLines.test(text), "must be plain text")
  .transform((text) => emptied(text.normalize("NFC")))
  .nullable().optional().describe("may have several lines");

export const aboutMe = z.object({
  middle_name: line(64, "names between the first and the last"),
  nickname: line(64, "what friends say"),
  gender: line(40, "in one's own words"),
  birthdate: read(
    10,
    (text) => isBirthdate(text) ? text : null,
    "must be a date such as 1815-12-10, or 0000-12-10 without the year",
    "YYYY-MM-DD; the year 0000 is one that is kept back",
  ),
  zoneinfo: read(64, timeZone, "must be a time zone such as Europe/Berlin", "a name of the tz database"),
  phone_number: read(
    40,
    phoneNumber,
    "must be an international number such as +4930901820",
    "E.164; never said to be verified",
  ),
  website: httpsUrl("a page of one's own"),
  profile: httpsUrl("a page about oneself"),
  picture: httpsUrl("a picture of oneself"),
  address: z.strictObject({
    street_address: streetAddress,
    locality: line(100, "city"),
    region: line(100, "state or province"),
    postal_code: line(20, "as in the country"),
    country: line(100, "name of the country"),
  }).nullable().optional(),
});

/** Without what is empty, which is how claims that nobody told are stored. */
export function withoutEmpty({ address, ...plain }: z.infer<typeof aboutMe>): StandardClaims {
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value));
  const place = Object.fromEntries(Object.entries(address ?? {}).filter(([, value]) => value));
  return { ...given, ...Object.keys(place).length > 0 ? { address: place } : {} };
}
