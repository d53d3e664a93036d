/** Languages, time zones and distances, against the place an address is in. */

/** Kilometres along the sphere. */
export function distanceKm(
  a: { latitude: number; longitude: number },
  b: { latitude: number; longitude: number },
): number {
  const radians = Math.PI / 180;
  const half = (from: number, to: number) => Math.sin((to - from) * radians / 2) ** 2;
  const h = half(a.latitude, b.latitude) +
    Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * half(a.longitude, b.longitude);
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Languages that many of a country's people read, by country; written for this list. */
const spoken: Record<string, string> = {
  ...{ AE: "ar en hi ur", AF: "fa ps", AL: "sq", AM: "hy ru", AR: "es", AT: "de", AU: "en", AZ: "az ru" },
  ...{ BA: "bs hr sr", BD: "bn en", BE: "nl fr de", BG: "bg", BO: "es", BR: "pt", BY: "be ru", CA: "en fr" },
  ...{
    CH: "de fr it rm",
    CL: "es",
    CM: "fr en",
    CN: "zh",
    CO: "es",
    CR: "es",
    CY: "el tr",
    CZ: "cs",
    DE: "de",
  },
  ...{
    DK: "da",
    DO: "es",
    DZ: "ar fr",
    EC: "es",
    EE: "et ru",
    EG: "ar",
    ES: "es ca eu gl",
    ET: "am",
    FI: "fi sv",
  },
  ...{ FR: "fr", GB: "en cy", GE: "ka ru", GH: "en", GR: "el", GT: "es", HK: "zh en", HN: "es", HR: "hr" },
  ...{ HU: "hu", ID: "id", IE: "en ga", IL: "he ar ru", IN: "hi en bn ta te mr gu", IQ: "ar ku", IR: "fa" },
  ...{
    IS: "is",
    IT: "it de",
    JM: "en",
    JO: "ar",
    JP: "ja",
    KE: "en sw",
    KH: "km",
    KR: "ko",
    KW: "ar",
    KZ: "kk ru",
  },
  ...{
    LB: "ar fr",
    LK: "si ta en",
    LT: "lt",
    LU: "fr de lb",
    LV: "lv ru",
    MA: "ar fr",
    MD: "ro ru",
    ME: "sr",
  },
  ...{
    MK: "mk sq",
    MM: "my",
    MT: "mt en",
    MX: "es",
    MY: "ms en zh",
    NG: "en",
    NI: "es",
    NL: "nl",
    NO: "nb no nn",
  },
  ...{
    NP: "ne",
    NZ: "en",
    PA: "es",
    PE: "es",
    PH: "en fil tl",
    PK: "ur en",
    PL: "pl",
    PR: "es en",
    PT: "pt",
  },
  ...{
    PY: "es",
    QA: "ar en",
    RO: "ro hu",
    RS: "sr",
    RU: "ru",
    SA: "ar",
    SE: "sv",
    SG: "en zh ms ta",
    SI: "sl",
  },
  ...{ SK: "sk hu", SN: "fr", SV: "es", SY: "ar", TH: "th", TN: "ar fr", TR: "tr", TW: "zh", TZ: "sw en" },
  ...{
    UA: "uk ru",
    UG: "en",
    US: "en es",
    UY: "es",
    UZ: "uz ru",
    VE: "es",
    VN: "vi",
    ZA: "en af zu xh",
    ZW: "en",
  },
};

/**
 * How foreign the languages are where the address is: 0, one of them is spoken there; 0.5, only English, which is read
 * everywhere; 1, none. Null where it is not known what is spoken.
 */
export function foreignness(accept_language: string | undefined, country: string | null): number | null {
  const here = country === null || !Object.hasOwn(spoken, country) ? null : spoken[country].split(" ");
  const read = (accept_language ?? "").slice(0, 200).toLowerCase().split(",")
    .map((range) => range.split(";")[0].trim().split("-")[0])
    .filter((language) => /^[a-z]{2,3}$/.test(language));
  if (here === null || read.length === 0) return null;
  if (read.some((language) => here.includes(language))) return 0;
  return read.includes("en") ? 0.5 : 1;
}

const formats = new Map<string, Intl.DateTimeFormat | null>();

/** There are some 600 zones; a name is anybody's word. */
const formatsMax = 700;

/** Minutes east of UTC in a zone at a time; null for what is no zone. */
export function offsetMinutes(time_zone: string, at_ms: number): number | null {
  let format = formats.get(time_zone);
  if (format === undefined) {
    if (formats.size >= formatsMax) formats.clear();
    format = formatOf(time_zone);
    formats.set(time_zone, format);
  }
  if (format === null) return null;
  const said = format.formatToParts(at_ms).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours, minutes] = /^GMT(?:([+-])(\d\d):(\d\d))?/.exec(said) ?? [];
  if (sign === undefined) return said.startsWith("GMT") ? 0 : null;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function formatOf(time_zone: string): Intl.DateTimeFormat | null {
  if (!/^[A-Za-z0-9_+/-]{1,64}$/.test(time_zone)) return null;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: time_zone, timeZoneName: "longOffset" });
  } catch {
    // A name that Intl does not know tells nothing.
    return null;
  }
}

const zonesByCountry = new Map<string, string[]>();

/** Zones of a country, as Unicode's data has them; empty for what is none. */
export function zonesOf(country: string): string[] {
  let zones = zonesByCountry.get(country);
  if (zones === undefined) {
    if (!/^[A-Z]{2}$/.test(country)) return [];
    const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & {
      getTimeZones?(): string[] | undefined;
    };
    zones = locale.getTimeZones?.() ?? [];
    zonesByCountry.set(country, zones);
  }
  return zones;
}
