import { expect } from "expect";
import { evidenceOf, type FormSignals, type ScriptSignals } from "../../core/client_evidence.ts";
import { hourOf, nobodyKnown, type Reader, readerOf } from "./reader.ts";

const phone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1";
const desk = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const form = (utc_offset_minutes: number | null) =>
  ({
    shown_ms: 9000,
    trap_filled: false,
    script: { utc_offset_minutes } as ScriptSignals,
  }) satisfies FormSignals;

const cases: [string, string | null, Record<string, string>, FormSignals | null, "page" | "api", Reader][] = [
  ["a phone in India", phone, {}, form(330), "page", { client: "mobile", utc_offset_minutes: 330 }],
  ["a desk in Chile", desk, {}, form(-240), "page", { client: "desktop", utc_offset_minutes: -240 }],
  ["a page without script", desk, {}, null, "page", { client: "desktop", utc_offset_minutes: null }],
  ["a tablet that hides it", desk, { "sec-ch-ua-mobile": "?1" }, form(0), "page", {
    client: "mobile",
    utc_offset_minutes: 0,
  }],
  ["a desk that says so", desk, { "sec-ch-ua-mobile": "?0" }, form(0), "page", {
    client: "desktop",
    utc_offset_minutes: 0,
  }],
  ["no zone of this earth", desk, {}, form(15 * 60), "page", { client: "desktop", utc_offset_minutes: null }],
  ["a script that knows no zone", desk, {}, form(null), "page", {
    client: "desktop",
    utc_offset_minutes: null,
  }],
  ["a program", phone, {}, null, "api", nobodyKnown],
];
for (const [claim, user_agent, headers, signals, surface, reader] of cases) {
  Deno.test(`a reader is known by the request: ${claim}`, () => {
    const request = { headers: new Headers(headers), ip: null, user_agent, locale: "en" };
    expect(readerOf(evidenceOf(request, signals, surface))).toEqual(reader);
  });
}

Deno.test("nothing is known where nobody kept the request", () => {
  expect(readerOf(null)).toEqual(nobodyKnown);
});

Deno.test("the hour is that of the reader's own clock, and unknown where they are unknown", () => {
  const at = new Date("2026-03-01T23:40:00Z");
  const hours = [330, -240, 0, 14 * 60, null].map((utc_offset_minutes) =>
    hourOf({ client: null, utc_offset_minutes }, at)
  );
  expect(hours).toEqual([5, 19, 23, 13, null]);
});
