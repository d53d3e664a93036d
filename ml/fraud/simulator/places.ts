/** Where people and machines of the simulated world are, and which addresses they have there. */
import type { NetworkEvidence } from "../features/evidence.ts";
import type { Random } from "../../lib/random.ts";

export interface City {
  name: string;
  country: string;
  latitude: number;
  longitude: number;
  time_zone: string;
  /** Accept-Language of most people there. */
  languages: string;
  /** How many of the people live there, against other cities. */
  weight: number;
  /** Its place in `cities`: addresses are made of it. */
  index: number;
}

type Row = [string, string, number, number, string, string, number];

/** Towns of the world, most people in a few of them, as in a deployment that is at home somewhere. */
const rows: Row[] = [
  ["Berlin", "DE", 52.52, 13.4, "Europe/Berlin", "de-DE,de;q=0.9,en;q=0.8", 20],
  ["Munich", "DE", 48.14, 11.58, "Europe/Berlin", "de-DE,de;q=0.9,en;q=0.8", 12],
  ["Hamburg", "DE", 53.55, 9.99, "Europe/Berlin", "de,en-US;q=0.7,en;q=0.3", 10],
  ["Cologne", "DE", 50.94, 6.96, "Europe/Berlin", "de-DE,de;q=0.9", 8],
  ["Vienna", "AT", 48.21, 16.37, "Europe/Vienna", "de-AT,de;q=0.9,en;q=0.7", 6],
  ["Zurich", "CH", 47.38, 8.54, "Europe/Zurich", "de-CH,de;q=0.9,en;q=0.8", 5],
  ["Paris", "FR", 48.86, 2.35, "Europe/Paris", "fr-FR,fr;q=0.9,en;q=0.8", 8],
  ["Lyon", "FR", 45.76, 4.84, "Europe/Paris", "fr-FR,fr;q=0.9", 3],
  ["Amsterdam", "NL", 52.37, 4.9, "Europe/Amsterdam", "nl-NL,nl;q=0.9,en;q=0.8", 4],
  ["London", "GB", 51.51, -0.13, "Europe/London", "en-GB,en;q=0.9", 8],
  ["Dublin", "IE", 53.35, -6.26, "Europe/Dublin", "en-IE,en;q=0.9", 2],
  ["Madrid", "ES", 40.42, -3.7, "Europe/Madrid", "es-ES,es;q=0.9", 4],
  ["Milan", "IT", 45.46, 9.19, "Europe/Rome", "it-IT,it;q=0.9,en;q=0.6", 4],
  ["Warsaw", "PL", 52.23, 21.01, "Europe/Warsaw", "pl-PL,pl;q=0.9,en;q=0.7", 4],
  ["Stockholm", "SE", 59.33, 18.07, "Europe/Stockholm", "sv-SE,sv;q=0.9,en;q=0.8", 2],
  ["New York", "US", 40.71, -74.01, "America/New_York", "en-US,en;q=0.9", 8],
  ["San Francisco", "US", 37.77, -122.42, "America/Los_Angeles", "en-US,en;q=0.9", 5],
  ["Chicago", "US", 41.88, -87.63, "America/Chicago", "en-US,en;q=0.9,es;q=0.6", 3],
  ["Toronto", "CA", 43.65, -79.38, "America/Toronto", "en-CA,en;q=0.9,fr;q=0.5", 2],
  ["São Paulo", "BR", -23.55, -46.63, "America/Sao_Paulo", "pt-BR,pt;q=0.9", 3],
  ["Bengaluru", "IN", 12.97, 77.59, "Asia/Kolkata", "en-IN,en;q=0.9,hi;q=0.7", 3],
  ["Tokyo", "JP", 35.68, 139.69, "Asia/Tokyo", "ja,en-US;q=0.7", 2],
  ["Sydney", "AU", -33.87, 151.21, "Australia/Sydney", "en-AU,en;q=0.9", 2],
  ["Istanbul", "TR", 41.01, 28.98, "Europe/Istanbul", "tr-TR,tr;q=0.9", 1.5],
  ["Kyiv", "UA", 50.45, 30.52, "Europe/Kyiv", "uk-UA,uk;q=0.9,ru;q=0.7", 1],
  ["Moscow", "RU", 55.76, 37.62, "Europe/Moscow", "ru-RU,ru;q=0.9", 1],
  ["Lagos", "NG", 6.52, 3.38, "Africa/Lagos", "en-NG,en;q=0.9", 0.7],
  ["Ho Chi Minh City", "VN", 10.82, 106.63, "Asia/Ho_Chi_Minh", "vi-VN,vi;q=0.9", 0.7],
  ["Jakarta", "ID", -6.21, 106.85, "Asia/Jakarta", "id-ID,id;q=0.9,en;q=0.6", 0.7],
  ["Shanghai", "CN", 31.23, 121.47, "Asia/Shanghai", "zh-CN,zh;q=0.9", 0.7],
];

export const cities: readonly City[] = rows.map((
  [name, country, latitude, longitude, time_zone, languages, weight],
  index,
) => ({ name, country, latitude, longitude, time_zone, languages, weight, index }));

const weights = cities.map(({ weight }) => weight);
export const someCity = (luck: Random): City => luck.weighted(cities, weights);

/** A way into the net: an address, and what the databases say of it. */
export interface Line {
  ip: string;
  network: NetworkEvidence;
}

const network = (city: City, asn: number): NetworkEvidence => ({
  asn,
  country: city.country,
  latitude: city.latitude,
  longitude: city.longitude,
  time_zone: city.time_zone,
  datacentre: false,
  tor: false,
});

/** Of a home: two providers a city, one in three with IPv6 and a block of its own. */
export function homeLine(luck: Random, city: City): Line {
  const provider = luck.whole(0, 2);
  // Private-use numbers (RFC 6996 §5): nobody's.
  const of = network(city, 4_200_000_000 + city.index * 10 + provider);
  if (luck.chance(0.33)) {
    const home = luck.whole(0, 65_536).toString(16);
    return { ip: `2001:db8:${home}:${(city.index + 1).toString(16)}::1`, network: of };
  }
  return {
    ip: `${20 + city.index}.${provider * 64 + luck.whole(0, 2)}.${luck.whole(0, 60)}.${host(luck)}`,
    network: of,
  };
}

/** Of a mobile carrier: a few addresses for everybody in the city (RFC 6598). */
export function mobileLine(luck: Random, city: City): Line {
  return {
    ip: `${20 + city.index}.200.${luck.whole(0, 2)}.${1 + luck.whole(0, 8)}`,
    network: network(city, 4_200_000_000 + city.index * 10 + 5),
  };
}

/** Of an office or a school: one address for all in it. */
export const officeLine = (city: City, office: number): Line => ({
  ip: `${20 + city.index}.210.${office}.10`,
  network: network(city, 4_200_000_000 + city.index * 10 + office % 2),
});

const datacentreCities = cities.filter(({ country }) =>
  ["DE", "NL", "US", "GB", "FR", "RU"].includes(country)
);

/** Of a machine for hire, or of a VPN, which has the same. @param listed whether the lists know it */
export function datacentreLine(luck: Random, { listed = 0.85, pool = 4000 } = {}): Line {
  const city = luck.pick(datacentreCities);
  const at = luck.whole(0, pool);
  const of = { ...network(city, 4_200_001_000 + city.index), datacentre: luck.chance(listed) };
  return { ip: `${150 + city.index}.${at >> 10}.${(at >> 4) & 63}.${1 + (at & 15)}`, network: of };
}

/** A VPN has few addresses that many people share. */
export const vpnLine = (luck: Random): Line => datacentreLine(luck, { listed: 0.8, pool: 40 });

export function torLine(luck: Random): Line {
  const line = datacentreLine(luck, { pool: 200 });
  return { ...line, network: { ...line.network, tor: luck.chance(0.95) } };
}

/** Another address of the same provider and place, as lines get from time to time. */
export function renumbered(luck: Random, line: Line): Line {
  if (line.ip.includes(":")) return line;
  const [a, b] = line.ip.split(".");
  return { ...line, ip: `${a}.${b}.${luck.whole(0, 60)}.${host(luck)}` };
}

const host = (luck: Random): number => luck.whole(1, 255);

/** What a GeoIP database would say of all these addresses, in its own layout; IPv4 alone. */
export function geoipNetworks(): Record<string, GeoipRecord> {
  const networks: Record<string, GeoipRecord> = {};
  for (const city of cities) {
    const record = {
      city: { names: { en: city.name } },
      country: { iso_code: city.country, names: { en: countryNames.of(city.country) ?? city.country } },
      location: { latitude: city.latitude, longitude: city.longitude, time_zone: city.time_zone },
    };
    networks[`${20 + city.index}.0.0.0/8`] = record;
    if (datacentreCities.includes(city)) networks[`${150 + city.index}.0.0.0/8`] = record;
  }
  return networks;
}

const countryNames = new Intl.DisplayNames("en", { type: "region" });

export interface GeoipRecord {
  city: { names: { en: string } };
  country: { iso_code: string; names: { en: string } };
  location: { latitude: number; longitude: number; time_zone: string };
  [name: string]: { [name: string]: string | number | { [name: string]: string } };
}
