import { expect } from "expect";
import { stringsFor } from "../core/i18n/mod.ts";
import { withQuery } from "./paths.ts";
import { lookUp, moodOf, statusParts } from "./status.ts";
import type { HealthJson, TemporalStatusJson } from "./types.ts";

const t = stringsFor("en").islands.status;
const temporal = (temporal_connected: boolean): TemporalStatusJson => ({ temporal_connected });

Deno.test("statusParts() and moodOf() say in words what the answers mean", () => {
  const rows: [HealthJson | null, TemporalStatusJson | null, string, Record<string, string>][] = [
    [{ parts: { database: { up: true } } }, temporal(true), "all_up", { database: "up", temporal: "up" }],
    [{ parts: { database: { up: true } } }, temporal(false), "direct", { temporal: "degraded" }],
    [{ parts: { temporal: { up: true, detail: "off" } } }, temporal(false), "direct", {
      temporal: "degraded",
    }],
    [{ parts: { temporal: { up: false, essential: false } } }, temporal(false), "direct", {
      temporal: "degraded",
    }],
    [{ parts: { database: { up: false } } }, temporal(true), "trouble", { database: "down", api: "up" }],
    [{ parts: { mail: { up: false, essential: false } } }, temporal(true), "trouble", { mail: "degraded" }],
    [{ parts: { database: { up: false } } }, temporal(false), "trouble", {
      database: "down",
      temporal: "degraded",
    }],
    [null, null, "trouble", { api: "down" }],
    [null, temporal(true), "all_up", { api: "up" }],
  ];
  for (const [health, status, mood, states] of rows) {
    const parts = statusParts(t, health, status);
    expect(moodOf(parts)).toBe(mood);
    const found = Object.fromEntries(parts.map((part) => [part.id, part.state]));
    expect(found).toMatchObject(states);
    expect(new Set(parts.map((part) => part.id)).size).toBe(parts.length);
  }
});

Deno.test("a part nobody has words for is shown under its own name, and details only of what is down", () => {
  const parts = statusParts(t, {
    parts: { geo_index: { up: false, detail: "file missing" }, toString: { up: true, detail: "x" } },
  }, null);
  expect(parts.map(({ name, detail }) => [name, detail])).toEqual([
    ["Web service", null],
    ["Geo index", "file missing"],
    ["ToString", null],
  ]);
  expect(lookUp(t.parts, "constructor")).toBe("Constructor");
});

Deno.test("withQuery() keeps what a page was opened with", () => {
  expect(withQuery("/verify?token=a%2Bb", "lang", "de")).toBe("/verify?token=a%2Bb&lang=de");
  expect(withQuery("/?lang=en&x=1", "lang", "de")).toBe("/?lang=de&x=1");
  // A path that looks like another host stays on this one.
  expect(withQuery("//evil.example/x", "lang", "de").startsWith("//")).toBe(false);
});
