/**
 * The rules that answer where no model does: weights in log-odds that a person wrote and can read. Each looks at one
 * feature and moves in one direction, so more of what is suspicious never lowers a score. Rules that see the same thing
 * twice stand in one group, of which only the strongest counts.
 */
import { createHash } from "node:crypto";
import type { Act, Evidence } from "./features/evidence.ts";
import { featureNames, vectorOf } from "./features/mod.ts";
import type { Reason, Scored } from "./scored.ts";

interface Rule {
  feature: string;
  acts: readonly Act[];
  group: string;
  /** `more`: a step counts from its value on; `less`: up to its value. */
  when: "more" | "less";
  /** Values and the effect from there on, the strongest last. */
  steps: Steps;
  /** A value at which it would not speak, for "would be … had …". */
  innocent: number;
}

const everywhere: readonly Act[] = ["register", "sign_in", "reset_password", "change_email"];
const signUp: readonly Act[] = ["register"];
const ofAccounts: readonly Act[] = ["sign_in", "reset_password", "change_email"];

type Steps = [value: number, effect: number][];

const more = (acts: readonly Act[], group: string, feature: string, ...steps: Steps): Rule => ({
  ...{ acts, group, feature, steps },
  when: "more",
  innocent: 0,
});

const less = (
  acts: readonly Act[],
  group: string,
  [feature, innocent]: [string, number],
  ...steps: Steps
): Rule => ({ ...{ acts, group, feature, steps, innocent }, when: "less" });

/** Steps in whole counts, as features take their logarithm. */
const counted = (acts: readonly Act[], group: string, feature: string, ...steps: Steps) =>
  more(
    acts,
    group,
    feature,
    ...steps.map(([count, effect]): [number, number] => [Math.log2(1 + count), effect]),
  );

export const rules: readonly Rule[] = [
  more(signUp, "domain", "email_disposable", [1, 2]),
  more(signUp, "domain", "email_without_mx", [1, 2.5]),
  more(signUp, "local part", "email_bits", [6.5, 0.8], [8, 1.4]),
  counted(signUp, "series of addresses", "email_same_recently", [3, 1.2], [10, 2.2]),
  counted(signUp, "many sign-ups", "machine_registrations_hour", [2, 0.8], [5, 2.2], [10, 3.5]),
  counted(signUp, "many sign-ups", "machine_registrations_day", [5, 1], [20, 2.5]),
  counted(signUp, "many sign-ups", "ip_registrations_hour", [3, 0.8], [10, 1.8], [30, 2.5]),
  counted(signUp, "many sign-ups", "block_registrations_hour", [10, 1], [30, 2.2]),
  counted(signUp, "many sign-ups", "device_subjects_day", [3, 1], [8, 2.5]),
  counted(signUp, "many accounts", "device_accounts", [4, 0.8], [10, 2]),
  counted(signUp, "many accounts", "machine_accounts", [5, 0.8], [15, 1.6]),
  counted(signUp, "many accounts", "password_accounts", [2, 0.6], [10, 1.4]),
  counted(signUp, "surge", "time_registrations_surge", [5, 0.5], [20, 1]),
  counted(signUp, "probes", "ip_probes_hour", [5, 0.8], [15, 2]),

  more(everywhere, "network", "network_datacentre", [1, 1]),
  more(everywhere, "network", "network_tor", [1, 1.4]),
  more(everywhere, "program", "client_program", [1, 1.2]),
  more(everywhere, "program", "client_automation", [1, 2.5]),
  more(everywhere, "program", "client_contradictions", [1, 0.5], [2, 1.5], [4, 2.2]),
  more(everywhere, "trap", "form_trap", [1, 3.5]),
  less(everywhere, "form", ["form_shown", Math.log2(21)], [Math.log2(3), 1], [1, 1.8]),
  more(everywhere, "form", "form_untouched", [0.5, 1.2]),
  less(everywhere, "form", ["form_unevenness", 0.5], [0.08, 1.2]),
  more(everywhere, "clock", "client_time_zone_gap", [3, 0.7]),
  more(everywhere, "clock", "client_time_zone_untrue", [1, 1]),
  more(everywhere, "language", "client_language_foreign", [1, 0.5]),
  counted(everywhere, "company", "shared_bad_accounts", [1, 1.5], [3, 2.5]),
  more(everywhere, "company", "ring_risk", [0.3, 1], [0.6, 2.5], [0.9, 3.5]),

  counted(ofAccounts, "failures", "ip_failures_hour", [10, 1], [30, 2.2], [100, 3.2]),
  counted(ofAccounts, "failures", "machine_failures_hour", [5, 1], [20, 2.5]),
  counted(ofAccounts, "failures", "block_failures_hour", [50, 1.5]),
  counted(ofAccounts, "failures", "ip_probes_hour", [5, 1.2], [20, 2.4]),
  more(ofAccounts, "failed share", "ip_failed_hour", [0.5, 0.8], [0.8, 1.4]),
  counted(ofAccounts, "same client", "client_failures_hour", [40, 1]),
  counted(ofAccounts, "account", "account_failures_hour", [4, 0.5], [10, 1.6]),
  counted(ofAccounts, "account", "account_sources_day", [4, 0.8], [10, 1.8]),
  counted(ofAccounts, "account", "account_resets_day", [4, 0.8]),
  counted(ofAccounts, "one password", "password_subjects_hour", [3, 1.4], [10, 2.8]),
  counted(ofAccounts, "one password", "password_subjects_day", [6, 1.4], [20, 2.8]),
  // Zero is a value, too: a device that is known speaks for its owner.
  more(ofAccounts, "device", "history_device_new", [0, -1.5], [1, 1]),
  more(ofAccounts, "client", "history_client_new", [1, 0.4]),
  more(ofAccounts, "place", "history_block_new", [1, 0.3]),
  more(ofAccounts, "place", "history_network_new", [1, 0.5]),
  more(ofAccounts, "place", "history_country_new", [1, 1.5]),
  more(ofAccounts, "place", "history_speed", [Math.log2(1001), 3]),
  more(ofAccounts, "hour", "history_hours", [4, 0.3]),
  less(ofAccounts, "lately", ["history_password_changed", Math.log2(31)], [Math.log2(1.5), 0.5]),
  less(ofAccounts, "lately", ["history_email_changed", Math.log2(31)], [1, 0.8]),
  counted(ofAccounts, "disowned", "history_disowned", [1, 1.2]),
];

/** Log-odds of an act of which nothing speaks. */
const base: Record<Act, number> = { register: -4, sign_in: -4.6, reset_password: -3.9, change_email: -4.2 };

/** Rules are not calibrated: nobody should rely on them as on a model. */
const confidenceMost = 0.5;

const position = new Map(featureNames.map((name, i) => [name, i]));
const hash = createHash("sha256").update(JSON.stringify({ rules, base })).digest("hex");
export const rulesModel: Scored["model"] = { version: "rules-1", hash, kind: "rules" };

/** Pure and monotone; takes well under a millisecond. */
export function assessByRules(evidence: Evidence): Scored {
  return assessVectorByRules(evidence.act, vectorOf(evidence));
}

/** @param vector of `vectorOf`, as it was stored with a decision */
export function assessVectorByRules(act: Act, vector: ArrayLike<number>): Scored {
  if (vector.length !== featureNames.length) throw new Error(`Expected ${featureNames.length} features`);
  const here = rules.filter(({ acts }) => acts.includes(act));
  const spoken = strongestOfGroups(here, vector);
  const known = here.filter((rule) => !Number.isNaN(valueOf(rule, vector))).length;
  const reasons = spoken.map(({ rule, effect }): Reason => ({
    feature: rule.feature,
    value: valueOf(rule, vector),
    effect,
    counterfactual: effect > 0
      ? { value: rule.innocent, fraud_score: scoreOf(act, strongestOfGroups(here, vector, rule)) }
      : null,
  }));
  return {
    fraud_score: scoreOf(act, spoken),
    confidence: confidenceMost * known / here.length,
    anomaly: 0,
    reasons: reasons.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect)),
    model: rulesModel,
  };
}

interface Spoken {
  rule: Rule;
  effect: number;
}

const scoreOf = (act: Act, spoken: Spoken[]): number =>
  1 / (1 + Math.exp(-spoken.reduce((sum, { effect }) => sum + effect, base[act])));

const valueOf = (rule: Rule, vector: ArrayLike<number>): number => vector[position.get(rule.feature)!];

/** @param had the rule whose feature is taken to have its innocent value */
function strongestOfGroups(here: readonly Rule[], vector: ArrayLike<number>, had?: Rule): Spoken[] {
  const groups = new Map<string, Spoken>();
  for (const rule of here) {
    const effect = effectOf(rule, rule.feature === had?.feature ? had.innocent : valueOf(rule, vector));
    const other = groups.get(rule.group);
    if (effect !== 0 && (!other || effect > other.effect)) groups.set(rule.group, { rule, effect });
  }
  return [...groups.values()];
}

/** What is not known says nothing. */
function effectOf({ when, steps }: Rule, value: number): number {
  const reached = steps.filter(([at]) => when === "more" ? value >= at : value <= at);
  return reached.length === 0 ? 0 : reached[reached.length - 1][1];
}
