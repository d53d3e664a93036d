/** Simulated acts as rows of numbers, as models are trained on and measured with. */
import { feature_version, featureNames, vectorOf } from "../features/mod.ts";
import { type Scenario, simulate, type SimulatedEvent, type SimulateOptions } from "./mod.ts";

export interface SimulatedDataset {
  features: string[];
  feature_version: number;
  /** Row-major; NaN: not known. */
  x: Float32Array;
  label: Uint8Array;
  weight: Float32Array;
  at_ms: Float64Array;
  /** One for each row, for reports by scenario. */
  scenario: Scenario[];
}

export function datasetOf(events: Iterable<SimulatedEvent>, rows_max = 1_000_000): SimulatedDataset {
  const rows: Float64Array[] = [];
  const told: Pick<SimulatedEvent, "label" | "scenario" | "at_ms">[] = [];
  for (const { evidence, label, scenario, at_ms } of events) {
    rows.push(vectorOf(evidence));
    told.push({ label, scenario, at_ms });
    if (rows.length === rows_max) break;
  }
  const x = new Float32Array(rows.length * featureNames.length);
  rows.forEach((row, i) => x.set(row, i * featureNames.length));
  return {
    features: [...featureNames],
    feature_version,
    x,
    label: Uint8Array.from(told, ({ label }) => label),
    weight: new Float32Array(rows.length).fill(1),
    at_ms: Float64Array.from(told, ({ at_ms }) => at_ms),
    scenario: told.map(({ scenario }) => scenario),
  };
}

/**
 * Acts of several worlds one after the other, of which some have a GeoIP database and lists and some have none: a model
 * that learned of both can do without. The worlds follow each other in time.
 *
 * @param rows about so many; what a world brings is not exactly known before
 */
export function simulatedDataset(
  { seed, rows, skill }: { seed: number | string; rows: number; skill?: number },
): SimulatedDataset {
  const worlds: Pick<SimulateOptions, "geoip" | "lists" | "mx" | "warm_up_days">[] = [
    { geoip: true, lists: true, mx: true },
    // As a service is that somebody has just started.
    { geoip: false, lists: false, mx: false, warm_up_days: 0 },
    { geoip: true, lists: false, mx: true },
    { geoip: true, lists: true, mx: true },
  ];
  const share = rows / worlds.length;
  const days = 30;
  const people = Math.max(50, Math.round(share / 10));
  const attacks = Math.max(1, Math.round(share / 1200));
  const told = function* () {
    for (const [i, has] of worlds.entries()) {
      const start_ms = Date.UTC(2026, 2, 2) + i * days * 86_400_000;
      yield* simulate({ seed: `${seed}/${i}`, days, people, attacks, skill, start_ms, ...has });
    }
  };
  return datasetOf(told());
}
