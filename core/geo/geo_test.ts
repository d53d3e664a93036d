import { Buffer } from "node:buffer";
import { expect } from "expect";
import { silentLog } from "../observe/log.ts";
import { geoipDatabase } from "../testing/geoip.ts";
import { openGeo } from "./geo.ts";
import { placeText, readLocation, readPlace } from "./place.ts";

const lyon = {
  city: { names: { en: "Lyons", de: "Lyon" } },
  country: { iso_code: "FR", names: { en: "France", de: "Frankreich" } },
};
const networks = {
  "192.0.2.0/24": lyon,
  "198.51.100.7/32": { country: { iso_code: "DE" } },
  "203.0.113.0/24": { traits: { user_type: "hosting" } },
  "2001:db8:7::/48": { country: { iso_code: "NZ", names: { en: "New Zealand" } } },
};

async function file(bytes: Uint8Array = geoipDatabase(networks)) {
  const path = await Deno.makeTempFile({ suffix: ".mmdb" });
  await Deno.writeFile(path, bytes);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path) };
}

const open = (path: string | null, log: Parameters<typeof openGeo>[1] = silentLog) =>
  openGeo({ geoip_database: path }, log);

Deno.test("place() tells town and country of an address, in the reader's language where there are words", async () => {
  await using at = await file();
  const geo = await open(at.path);
  const rows: [ip: string | null, locale: string, text: string | null][] = [
    ["192.0.2.1", "en", "Lyons, France"],
    ["192.0.2.255", "de-AT", "Lyon, Frankreich"],
    ["192.0.2.1", "fi", "Lyons, France"],
    ["::ffff:192.0.2.1", "en", "Lyons, France"],
    ["2001:db8:7:1::1", "de", "New Zealand"],
    ["198.51.100.7", "de", "Deutschland"],
    ["198.51.100.7", "no language at all", "DE"],
    ["198.51.100.8", "en", null],
    ["203.0.113.9", "en", null],
    ["192.0.3.0", "en", null],
    ["127.0.0.1", "en", null],
    ["::1", "en", null],
    ["2001:db8:8::1", "en", null],
    ["192.0.2", "en", null],
    ["localhost", "en", null],
    ["192.0.2.1, 192.0.2.2", "en", null],
    ["", "en", null],
    [null, "en", null],
  ];
  for (const [ip, locale, text] of rows) {
    const place = geo.place(ip, locale);
    expect([ip, locale, place && placeText(place)]).toEqual([ip, locale, text]);
  }
});

Deno.test("readPlace() takes what a database says for what it may be: anything", () => {
  const long = "x".repeat(5_000);
  for (
    const record of [
      null,
      undefined,
      7,
      "FR",
      [],
      {},
      { country: "DE" },
      { country: { iso_code: "<b>" } },
      {
        city: { names: { en: { en: "Lyon" } } },
      },
      { city: { names: { en: "  " } } },
      { city: { names: "Lyon" } },
    ]
  ) {
    expect([record, readPlace(record, "en")]).toEqual([record, null]);
  }
  expect(readPlace({ city: { names: { en: long } } }, "constructor")?.city).toHaveLength(80);
});

Deno.test("without a database no place is known, and nothing is missing", async () => {
  const geo = await open(null);
  expect(geo.place("192.0.2.1", "en")).toBeNull();
  await geo.refresh();
});

Deno.test("a file that cannot be used keeps the service from starting, and says which setting", async () => {
  const whole = geoipDatabase(networks);
  for (
    const [bytes, said] of [
      [new Uint8Array(), "GEOIP_DATABASE"],
      [new TextEncoder().encode("country,city\n"), "GEOIP_DATABASE"],
      [whole.subarray(0, whole.length / 2), "GEOIP_DATABASE"],
      [geoipDatabase(networks, { database_type: "GeoLite2-ASN" }), "of GeoLite2-ASN"],
      [geoipDatabase(networks, { binary_format_major_version: 3 }), "GEOIP_DATABASE"],
    ] as const
  ) {
    await using at = await file(bytes);
    await expect(open(at.path)).rejects.toThrow(said);
  }
  await expect(open("/nowhere/city.mmdb")).rejects.toThrow("GEOIP_DATABASE");
});

Deno.test("refresh() takes a new file, and keeps the old one when the new one is broken", async () => {
  await using at = await file();
  const said: string[] = [];
  const log = { info: (event: string) => said.push(event), warn: (event: string) => said.push(event) };
  const geo = await open(at.path, log as never);
  const replace = async (bytes: Uint8Array) => {
    const next = `${at.path}.next`;
    await Deno.writeFile(next, bytes);
    await Deno.rename(next, at.path);
    await geo.refresh();
  };
  await geo.refresh();
  expect(said).toEqual([]);
  await replace(new Uint8Array([1, 2, 3]));
  expect(geo.place("192.0.2.1", "en")?.city).toBe("Lyons");
  await replace(geoipDatabase({ "192.0.2.0/24": { country: { iso_code: "IT", names: { en: "Italy" } } } }));
  expect(geo.place("192.0.2.1", "en")).toEqual({ city: null, country: "Italy", country_code: "IT" });
  expect(said).toEqual(["geo.unreadable", "geo.renewed"]);
});

Deno.test("a database that breaks off inside is complained of once, and no request fails of it", async () => {
  const bytes = geoipDatabase(networks);
  // Every record of the data section becomes a pointer that leads nowhere.
  const start = bytes.findIndex((_, i) => bytes.subarray(i, i + 16).every((byte) => byte === 0)) + 16;
  const end = Buffer.from(bytes).indexOf("MaxMind.com") - 3;
  await using at = await file(bytes.map((byte, i) => i >= start && i < end ? 0x3f : byte));
  const said: string[] = [];
  const geo = await open(at.path, { info() {}, warn: (event: string) => said.push(event) } as never);
  expect(geo.place("192.0.2.1", "en")).toBeNull();
  expect(geo.place("192.0.2.2", "en")).toBeNull();
  expect(said).toEqual(["geo.broken"]);
});

Deno.test("location() tells degrees and the time zone, and nothing that cannot be", async () => {
  const nothing = { country_code: null, latitude: null, longitude: null, time_zone: null, asn: null };
  const at = (location: unknown, more = {}) => readLocation({ location, ...more });
  const rows: [claim: string, found: unknown, is: unknown][] = [
    [
      "all of it",
      at({ latitude: -33.87, longitude: 151.21, time_zone: "Australia/Sydney" }, {
        country: { iso_code: "AU" },
        traits: { autonomous_system_number: 64_496 },
      }),
      {
        ...{
          country_code: "AU",
          latitude: -33.87,
          longitude: 151.21,
          time_zone: "Australia/Sydney",
          asn: 64_496,
        },
      },
    ],
    ["half a point is none", at({ latitude: 1, time_zone: "UTC" }), { ...nothing, time_zone: "UTC" }],
    ["north of the pole", at({ latitude: 91, longitude: 0 }, { country: { iso_code: "FR" } }), {
      ...nothing,
      country_code: "FR",
    }],
    ["no numbers", at({ latitude: "1", longitude: NaN }), null],
    ["no zone", at({ time_zone: "<b>" }), null],
    ["no code", readLocation({ country: { iso_code: "France" } }), null],
    ["no number of a network", readLocation({ autonomous_system_number: -1 }), null],
    ["no record", readLocation(null), null],
    ["a list", readLocation([]), null],
  ];
  for (const [claim, found, is] of rows) expect([claim, found]).toEqual([claim, is]);

  await using lyonAt = await file(
    geoipDatabase({ "192.0.2.0/24": { location: { latitude: 45.76, longitude: -4.84 } } }),
  );
  const geo = await open(lyonAt.path);
  expect(geo.location("::ffff:192.0.2.7")).toEqual({ ...nothing, latitude: 45.76, longitude: -4.84 });
  expect([geo.location("198.51.100.1"), geo.location("x"), geo.location(null)]).toEqual([null, null, null]);
  expect((await open(null)).location("192.0.2.7")).toBeNull();
});
