import { expect } from "expect";
import { browser, driven, program, someDesktop, somePhone, spoofed } from "../simulator/browsers.ts";
import { cities } from "../simulator/places.ts";
import { random } from "../../lib/random.ts";
import { contradictions, familyOf, isOrderTold, isProgram } from "./browser.ts";
import { blockOf, type ClientEvidence, clientShape, normaliseLocalPart } from "./evidence.ts";
import { edits } from "./local_part.ts";
import { distanceKm, foreignness, offsetMinutes } from "./place.ts";
import { sample } from "./sample.ts";

const client = (change: Partial<ClientEvidence> = {}): ClientEvidence => ({ ...sample().client, ...change });
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0";
const iphone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) " +
  "Version/26.1 Mobile/15E148 Safari/604.1";
const { headers, header_names } = client();
const languageFirst = ["host", "user-agent", "accept", "accept-language", "accept-encoding", "connection"];
const plain = { accept: "*/*", "accept-language": "de", "accept-encoding": "gzip" };

Deno.test("contradictions() counts what the claimed browser would not send", () => {
  const rows: [claim: string, of: ClientEvidence, count: number | null][] = [
    ["Chrome as it is", client(), 0],
    [
      "Chrome over plain http sends no hints",
      client({
        headers: plain,
        header_names: ["host", "user-agent", "accept", "accept-encoding", "accept-language"],
      }),
      0,
    ],
    ["Firefox as it is", client({ user_agent: firefox, headers: plain, header_names: languageFirst }), 0],
    [
      "an iPhone as it is",
      client({ user_agent: iphone, headers: plain, header_names: languageFirst, form: null }),
      0,
    ],
    [
      "names in order of the alphabet tell no order",
      client({ user_agent: firefox, headers: plain, header_names: [...languageFirst].sort() }),
      0,
    ],
    [
      "Firefox has no hints",
      client({ user_agent: firefox, headers: plain, header_names: [...languageFirst, "sec-ch-ua"] }),
      1,
    ],
    ["Firefox writes languages first", client({ user_agent: firefox, headers: plain, header_names }), 2],
    ["Chrome writes encodings first", client({ headers: plain, header_names: languageFirst }), 1],
    ["a browser reads some language", client({ headers: { ...headers, "accept-language": "" } }), 1],
    ["a browser reads some encoding", client({ headers: { ...headers, "accept-encoding": undefined } }), 1],
    ["another system", client({ headers: { ...headers, "sec-ch-ua-platform": '"macOS"' } }), 1],
    ["a phone that is none", client({ headers: { ...headers, "sec-ch-ua-mobile": "?1" } }), 1],
    ["another version", client({ headers: { ...headers, "sec-ch-ua": '"Chromium";v="99"' } }), 1],
    [
      "Chrome that says where it fetches from says who it is",
      client({ header_names: header_names.filter((name) => name !== "sec-ch-ua") }),
      1,
    ],
    [
      "an iPhone that cannot be touched",
      client({
        user_agent: iphone,
        headers: plain,
        header_names: languageFirst,
        form: { shown_ms: 1, trap_filled: false, script: { ...sample().client.form!.script!, touch: false } },
      }),
      1,
    ],
    ["a program claims nothing", client({ user_agent: "curl/8.9.1" }), null],
    ["nor does nothing", client({ user_agent: null }), null],
  ];
  for (const [claim, of, count] of rows) expect([claim, contradictions(of)]).toEqual([claim, count]);
});

Deno.test("every browser of the simulator agrees with itself, and its programs do not pass for one", () => {
  const luck = random("browsers");
  const of = (sent: ReturnType<typeof browser>) => client({ ...sent, form: null });
  for (let i = 0; i < 60; i++) {
    const city = luck.pick(cities);
    for (const real of [someDesktop(luck, city, "d"), somePhone(luck, city, "p")]) {
      expect([real.user_agent, contradictions(of(real)) ?? 0]).toEqual([real.user_agent, 0]);
      expect(isProgram(real.user_agent)).toBe(false);
    }
    expect(isProgram(program(luck, "x").user_agent)).toBe(true);
    expect(contradictions(of(spoofed(luck, "x", city)))).toBeGreaterThan(0);
    expect(familyOf(driven(luck, "x", city).user_agent ?? "")).toBe("chromium");
  }
});

Deno.test("isOrderTold() doubts short and sorted lists", () => {
  const rows: [string[], boolean][] = [
    [languageFirst, true],
    [[...languageFirst].sort(), false],
    [["host", "accept"], false],
    [[], false],
  ];
  for (const [names, told] of rows) expect([names, isOrderTold(names)]).toEqual([names, told]);
});

Deno.test("blockOf() answers the /24 or /48 of an address, and null for what is none", () => {
  const rows: [ip: string | null, block: string | null][] = [
    ["203.0.113.9", "203.0.113.0/24"],
    ["::ffff:203.0.113.9", "203.0.113.0/24"],
    ["2001:db8:7:1::1", "2001:db8:7::/48"],
    ["2001:DB8:0007::1", "2001:db8:7::/48"],
    ["2001:db8::1", "2001:db8:0::/48"],
    ["::1", "0:0:0::/48"],
    ["fe80::1%eth0", "fe80:0:0::/48"],
    ["localhost", null],
    ["203.0.113", null],
    ["", null],
    [null, null],
  ];
  for (const [ip, block] of rows) expect([ip, blockOf(ip)]).toEqual([ip, block]);
});

Deno.test("clientShape() stays over visits, and tells installations apart", () => {
  const shape = clientShape(client());
  expect(clientShape(client({ ip: "198.51.100.1", header_names: [...header_names, "cookie", "referer"] })))
    .toBe(shape);
  expect(clientShape(client({ user_agent: firefox }))).not.toBe(shape);
  expect(clientShape(client({ form: null }))).not.toBe(shape);
});

Deno.test("normaliseLocalPart() finds one mailbox's many addresses, and does not make strangers equal", () => {
  const rows: [string, string][] = [
    ["j.smith+shop42", "jsmith"],
    ["JSmith7", "jsmith"],
    ["müller_99", "müller"],
    ["a1", "a1"],
    ["12345", "12345"],
    ["", ""],
  ];
  for (const [local_part, normal] of rows) {
    expect([local_part, normaliseLocalPart(local_part)]).toEqual([local_part, normal]);
  }
});

Deno.test("edits() counts letters to change, and gives up beyond its bound", () => {
  const rows: [string, string, number, number][] = [
    ["anna", "anna", 3, 0],
    ["anna", "hanna", 3, 1],
    ["jonathan", "jonathon", 3, 1],
    ["jonathan", "jonthan", 3, 1],
    ["kitten", "sitting", 3, 3],
    ["abc", "xyzabc", 3, 3],
    ["abcxyz", "abc", 3, 3],
    ["kitten", "sitting", 2, 3],
    ["abcdefgh", "hgfedcba", 3, 4],
    ["", "abc", 3, 3],
    ["", "abcd", 3, 4],
  ];
  for (const [a, b, most, count] of rows) {
    expect([a, b, most, edits(a, b, most)]).toEqual([a, b, most, count]);
  }
});

Deno.test("distanceKm(), offsetMinutes() and foreignness() know the world", () => {
  const berlin = { latitude: 52.52, longitude: 13.4 };
  expect(distanceKm(berlin, berlin)).toBe(0);
  expect(Math.round(distanceKm(berlin, { latitude: 48.86, longitude: 2.35 }))).toBe(877);
  expect(Math.round(distanceKm({ latitude: 0, longitude: 179.9 }, { latitude: 0, longitude: -179.9 }))).toBe(
    22,
  );
  const summer = Date.UTC(2026, 5, 9);
  const zones: [string, number | null][] = [
    ["Europe/Berlin", 120],
    ["Asia/Kolkata", 330],
    ["America/St_Johns", -150],
    ["UTC", 0],
    ["Nowhere/Land", null],
    ["", null],
    ["a b", null],
  ];
  for (const [zone, minutes] of zones) expect([zone, offsetMinutes(zone, summer)]).toEqual([zone, minutes]);
  expect(offsetMinutes("Europe/Berlin", Date.UTC(2026, 0, 9))).toBe(60);
  const languages: [string | undefined, string | null, number | null][] = [
    ["de-AT,en;q=0.5", "AT", 0],
    ["en-US", "AT", 0.5],
    ["vi,en;q=0.1", "AT", 0.5],
    ["vi", "AT", 1],
    ["*", "AT", null],
    [undefined, "AT", null],
    ["de", null, null],
    ["de", "XX", null],
    ["de", "constructor", null],
  ];
  for (const [read, country, value] of languages) {
    expect([read, country, foreignness(read, country)]).toEqual([read, country, value]);
  }
});
