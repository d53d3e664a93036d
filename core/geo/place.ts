/** Where an address is, in words: what GeoIP databases say of it, read with care, as they are many and differ. */

/** As near as a database of towns knows it: never where somebody is, only what they may recognise. */
export interface Place {
  city: string | null;
  /** Its name in the reader's language. */
  country: string | null;
  /** ISO 3166-1 alpha-2. */
  country_code: string | null;
}

/** "Lyon, France"; the country alone where the town is not known. */
export const placeText = ({ city, country }: Place): string =>
  [city, country].filter((part) => part !== null).join(", ");

const nameCharactersMax = 80;

/** @param record of a database in the layout of GeoIP2 City or Country @returns null when it names no place */
export function readPlace(record: unknown, locale: string): Place | null {
  const { city, country } = object(record);
  const code = text(object(country).iso_code);
  const country_code = code !== null && /^[A-Z]{2}$/.test(code) ? code : null;
  const place: Place = {
    city: named(object(city).names, locale),
    country: named(object(country).names, locale) ?? (country_code && nameOf(country_code, locale)),
    country_code,
  };
  return place.city === null && place.country === null ? null : place;
}

/** "de" for "de-AT" where there is no such name, and English where there is neither. */
function named(names: unknown, locale: string): string | null {
  const known = object(names);
  for (const one of [locale, locale.split("-")[0], "en"]) {
    const name = Object.hasOwn(known, one) ? text(known[one]) : null;
    if (name) return name;
  }
  return null;
}

function nameOf(country_code: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale, "en"], { type: "region" }).of(country_code) ?? country_code;
  } catch {
    // A locale that Intl does not take: the code says it, too.
    return country_code;
  }
}

const object = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? value as Record<string, unknown> : {};

const text = (value: unknown): string | null =>
  typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, nameCharactersMax) : null;

/** As a map has it: of the town, or of the middle of a country; never where somebody is. */
export interface Location {
  /** ISO 3166-1 alpha-2. */
  country_code: string | null;
  /** Degrees; both are known or neither. */
  latitude: number | null;
  longitude: number | null;
  /** IANA name. */
  time_zone: string | null;
  /** Of the provider, in databases that tell it beside the place. */
  asn: number | null;
}

/** @param record as `readPlace` takes it @returns null when it says nothing of this */
export function readLocation(record: unknown): Location | null {
  const { country, location, traits, autonomous_system_number } = object(record);
  const code = text(object(country).iso_code);
  const { latitude, longitude, time_zone } = object(location);
  const known = within(latitude, 90) && within(longitude, 180);
  const zone = text(time_zone);
  const asn = object(traits).autonomous_system_number ?? autonomous_system_number;
  const found: Location = {
    country_code: code !== null && /^[A-Z]{2}$/.test(code) ? code : null,
    latitude: known ? latitude as number : null,
    longitude: known ? longitude as number : null,
    time_zone: zone !== null && /^[A-Za-z0-9_+/-]{1,64}$/.test(zone) ? zone : null,
    asn: Number.isInteger(asn) && (asn as number) > 0 && (asn as number) < 2 ** 32 ? asn as number : null,
  };
  return Object.values(found).every((value) => value === null) ? null : found;
}

const within = (value: unknown, most: number): boolean =>
  typeof value === "number" && Math.abs(value) <= most;
