import { expect } from "expect";
import { stringsFor } from "../core/i18n/mod.ts";
import { describeDevice } from "./device.ts";
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

Deno.test("describeDevice() names browser and system, and nothing when it knows neither", () => {
  const rows: [string | null, string | null][] = [
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
      "Edge · Windows",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
      "Safari · iPhone",
    ],
    [
      "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
      "Chrome · Android",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
      "Safari · macOS",
    ],
    ["curl/8.5.0", "curl"],
    ["Deno/2.9.6", "Deno"],
    ["<script>alert(1)</script>", null],
    ["", null],
    [null, null],
  ];
  for (const [agent, device] of rows) expect(describeDevice(agent)).toBe(device);
});

Deno.test("withQuery() keeps what a page was opened with", () => {
  expect(withQuery("/verify?token=a%2Bb", "lang", "de")).toBe("/verify?token=a%2Bb&lang=de");
  expect(withQuery("/?lang=en&x=1", "lang", "de")).toBe("/?lang=de&x=1");
  // A path that looks like another host stays on this one.
  expect(withQuery("//evil.example/x", "lang", "de").startsWith("//")).toBe(false);
});
