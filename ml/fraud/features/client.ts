/** What sent the request: a browser, a program, or a program that says it is a browser. */
import { contradictions, familyOf, isProgram } from "./browser.ts";
import type { Evidence, ScriptSignals } from "./evidence.ts";
import { type Feature, yes } from "./feature.ts";
import { foreignness, offsetMinutes, zonesOf } from "./place.ts";

const script = ({ client }: Evidence): ScriptSignals | null => client.form?.script ?? null;

function timeZoneGap(e: Evidence): number | null {
  const said = script(e)?.utc_offset_minutes ?? null;
  const { time_zone, country } = e.network;
  if (said === null) return null;
  const zones = time_zone !== null ? [time_zone] : country !== null ? zonesOf(country) : [];
  const gaps = zones.map((zone) => offsetMinutes(zone, e.at_ms)).filter((offset) => offset !== null)
    .map((offset) => Math.abs(offset - said) / 60);
  // Around the date line, 23 hours apart is one.
  return gaps.length === 0 ? null : Math.min(...gaps.map((gap) => Math.min(gap, Math.abs(24 - gap))));
}

function timeZoneUntrue(e: Evidence): number | null {
  const { time_zone = null, utc_offset_minutes = null } = script(e) ?? {};
  if (time_zone === null || utc_offset_minutes === null) return null;
  const offset = offsetMinutes(time_zone, e.at_ms);
  return offset === null ? null : yes(offset !== utc_offset_minutes);
}

/** What headless browsers have when nobody sets it, and what no screen has. */
function oddScreen(e: Evidence): number | null {
  const screen = script(e)?.screen ?? null;
  if (screen === null) return null;
  const [width, height] = screen;
  return yes(width < 200 || height < 200 || (width === 800 && height === 600) || width > 12_000);
}

export const clientFeatures: Feature[] = [
  {
    name: "client_program",
    unit: "yes/no",
    source: "request",
    about: "It calls itself a program or a headless browser, or nothing at all.",
    of: ({ client }) => yes(isProgram(client.user_agent)),
  },
  {
    name: "client_api",
    unit: "yes/no",
    source: "request",
    about: "It came to the API and not through a page.",
    of: ({ client }) => yes(client.surface === "api"),
  },
  {
    name: "client_automation",
    unit: "yes/no",
    source: "script",
    about: "The browser says that a program drives it.",
    of: (e) => yes(script(e)?.automation),
  },
  {
    name: "client_contradictions",
    unit: "count",
    source: "request",
    about: "Headers, their order and hints that the claimed browser would not send.",
    of: ({ client }) => contradictions(client),
  },
  {
    name: "client_unknown_browser",
    unit: "yes/no",
    source: "request",
    about: "Neither Chromium nor Firefox nor Safari.",
    of: ({ client }) => yes(familyOf(client.user_agent ?? "") === null),
  },
  {
    name: "client_headers",
    unit: "count",
    source: "request",
    about: "Header fields of the request; programs send few.",
    of: ({ client }) => client.header_names.length,
  },
  {
    name: "client_rare",
    unit: "bits",
    source: "counters",
    about: "How unusual the kind of client is here: 1 bit more for each halving of its share of acts.",
    // Ten acts of each kind are taken for granted, as a young deployment knows none.
    of: ({ deployment: { client: { same, all } } }) => Math.log2((all + 10) / (same + 10)),
  },
  {
    name: "client_language_foreign",
    unit: "share",
    source: "geoip",
    about: "0: it reads a language of the country it is in; 0.5: only English; 1: none.",
    of: ({ client, network }) => foreignness(client.headers["accept-language"], network.country),
  },
  {
    name: "client_time_zone_gap",
    unit: "hours",
    source: "geoip",
    about: "Between the clock of the browser and that of the place its address is in.",
    of: timeZoneGap,
  },
  {
    name: "client_time_zone_untrue",
    unit: "yes/no",
    source: "script",
    about: "The time zone and the offset that the script tells do not go together.",
    of: timeZoneUntrue,
  },
  {
    name: "client_odd_screen",
    unit: "yes/no",
    source: "script",
    about: "A screen as headless browsers have it, or as none has it.",
    of: oddScreen,
  },
];
