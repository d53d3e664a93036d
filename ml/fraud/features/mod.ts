/** All that is measured of an act, in the order in which models know it. */
import { actFeatures } from "./act.ts";
import { clientFeatures } from "./client.ts";
import { emailFeatures } from "./email.ts";
import type { Evidence } from "./evidence.ts";
import { failureFeatures } from "./failures.ts";
import type { Feature } from "./feature.ts";
import { formFeatures } from "./form.ts";
import { historyFeatures } from "./history.ts";
import { networkFeatures } from "./network.ts";
import { sharingFeatures } from "./sharing.ts";
import { timeFeatures } from "./time.ts";

export type { Feature, Source, Unit } from "./feature.ts";
export * from "./evidence.ts";
export * from "./counting.ts";

export const features: readonly Feature[] = [
  ...actFeatures,
  ...emailFeatures,
  ...networkFeatures,
  ...clientFeatures,
  ...formFeatures,
  ...timeFeatures,
  ...sharingFeatures,
  ...failureFeatures,
  ...historyFeatures,
];

export const featureNames: readonly string[] = features.map(({ name }) => name);

/**
 * Of the list, and of what each of it means. A model says with which it was trained: it scores no vector of another.
 * Raise it whenever a feature is added, taken away, moved or computed differently.
 */
export const feature_version = 1;

/** One number for each of `features`; NaN: not known. */
export function vectorOf(evidence: Evidence): Float64Array {
  return Float64Array.from(features, ({ of }) => of(evidence) ?? NaN);
}
