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
