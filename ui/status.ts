import type { HealthJson, Strings, TemporalStatusJson } from "./types.ts";

export type PartState = "up" | "down" | "degraded";
export type StatusStrings = Strings["islands"]["status"];

export interface Part {
  id: string;
  name: string;
  state: PartState;
  text: string;
  detail: string | null;
}

export type Mood = "all_up" | "direct" | "trouble";

/**
 * Each part in words, from `/health` and `/temporal-status`. Null stands for an answer that did not come: without
 * any answer the web service itself is what is down. A part that people can do without is away rather than down.
 */
export function statusParts(
  t: StatusStrings,
  health: HealthJson | null,
  temporal: TemporalStatusJson | null,
): Part[] {
  const parts = [partOf(t, "api", health !== null || temporal !== null, null, true)];
  for (const [id, { up, detail, essential }] of Object.entries(health?.parts ?? {})) {
    // Where Temporal is not wanted its absence is healthy, but people should read that it is not there.
    const there = up && !(id === "temporal" && temporal?.temporal_connected === false);
    if (id !== "api") parts.push(partOf(t, id, there, detail ?? null, !up && (essential ?? true)));
  }
  if (temporal && !parts.some((part) => part.id === "temporal")) {
    parts.push(partOf(t, "temporal", temporal.temporal_connected, temporal.last_error ?? null, false));
  }
  return parts;
}

function partOf(t: StatusStrings, id: string, up: boolean, detail: string | null, essential: boolean): Part {
  const texts: Record<string, { up: string; down: string }> = t.texts;
  const text = Object.hasOwn(texts, id) ? texts[id] : t.texts.other;
  return {
    id,
    name: lookUp(t.parts, id),
    state: up ? "up" : essential ? "down" : "degraded",
    text: up ? text.up : text.down,
    // Details of what works are for the machine that reads them.
    detail: up ? null : detail,
  };
}

/** The headline: a missing Temporal alone is a mode, not a failure. */
export function moodOf(parts: Part[]): Mood {
  const troubled = parts.filter((part) => part.state !== "up");
  if (troubled.length === 0) return "all_up";
  return troubled.every((part) => part.id === "temporal") ? "direct" : "trouble";
}

/** The word for a name; the name itself, readable, where the catalogue has none, as for plugins from elsewhere. */
export function lookUp(words: Record<string, string>, name: string): string {
  return Object.hasOwn(words, name) ? words[name] : humanise(name);
}

/** `verify_email` as "Verify email". */
function humanise(name: string): string {
  const words = name.replaceAll(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
