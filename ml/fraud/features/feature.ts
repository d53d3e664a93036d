/** What a feature is, and the few ways in which many are computed. */
import type { Counts, Key, Window } from "./counting.ts";
import type { Evidence } from "./evidence.ts";

export type Unit =
  | "yes/no"
  | "count"
  | "log2(1+count)"
  | "share"
  | "bits"
  | "characters"
  | "milliseconds"
  | "log2(1+seconds)"
  | "log2(1+days)"
  | "log2(1+km)"
  | "log2(1+km/h)"
  | "hours"
  | "edits";

/** Where its evidence comes from, which is how far it can be believed. */
export type Source =
  | "request"
  | "form"
  | "script"
  | "address"
  | "lists"
  | "geoip"
  | "counters"
  | "account"
  | "rings";

export interface Feature {
  /** Stored with models and decisions: never renamed, never given another meaning under the same name. */
  name: string;
  unit: Unit;
  source: Source;
  /** For the operator: what it measures, in one line. */
  about: string;
  /** Null: not known. */
  of(evidence: Evidence): number | null;
}

export const yes = (value: boolean | null | undefined): number | null =>
  value === null || value === undefined ? null : value ? 1 : 0;

/** Counts span from none to hundreds of thousands; what matters is how many times more. */
export const log = (count: number | null | undefined): number | null =>
  count === null || count === undefined ? null : Math.log2(1 + Math.max(0, count));

/** One count of `counting.ts` as a feature. */
export function counter(
  name: string,
  about: string,
  [key, window, count]: [Key, Window, keyof Counts],
): Feature {
  return {
    name,
    about,
    unit: "log2(1+count)",
    source: "counters",
    of: ({ counts }) => log(counts[key]?.[window][count]),
  };
}
