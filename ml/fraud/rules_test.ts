import { expect } from "expect";
import type { Act, Evidence } from "./features/evidence.ts";
import { featureNames, vectorOf } from "./features/mod.ts";
import { type Deep, pastSignIn, sample, sampleTime } from "./features/sample.ts";
import { assessByRules, assessVectorByRules, rules } from "./rules.ts";
import { random } from "../lib/random.ts";

const acts: Act[] = ["register", "sign_in", "reset_password", "change_email"];
const score = (change: Deep<Evidence> = {}) => assessByRules(sample(change)).fraud_score;
const sydney = { latitude: -33.87, longitude: 151.21, country: "AU", time_zone: "Australia/Sydney" };

Deno.test("assessByRules() finds the loud, and leaves the quiet and the unusual alone", () => {
  const stranger: Deep<Evidence> = { history: { device_known: false } };
  const rows: [claim: string, change: Deep<Evidence>, from: number, to: number][] = [
    ["a quiet sign-in", {}, 0, 0.01],
    ["a quiet sign-up", { act: "register", history: null }, 0, 0.03],
    ["a new telephone", stranger, 0, 0.05],
    ["a slip in the password", { counts: { account: { hour: { failures: 2 } } } }, 0, 0.01],
    ["a holiday on a known device", { network: sydney }, 0, 0.2],
    [
      "somebody's first act, of whom nothing is known",
      { client: { form: null }, history: null, email: null },
      0,
      0.03,
    ],
    [
      "a disposable address alone",
      { act: "register", history: null, email: { local_part: "anna", domain: "mailinator.com" } },
      0.05,
      0.2,
    ],
    [
      "Sydney an hour after Berlin, on a new device",
      {
        ...{
          network: sydney,
          history: { device_known: false, sign_ins: [pastSignIn({ at_ms: sampleTime - 3_600_000 })] },
        },
      },
      0.4,
      1,
    ],
    [
      "stuffing",
      {
        ...stranger,
        client: { user_agent: "curl/8", form: null },
        counts: { ip: { hour: { tries: 300, failures: 290 } } },
      },
      0.7,
      1,
    ],
    ["spraying", { ...stranger, counts: { password: { hour: { subjects: 40 } } } }, 0.2, 1],
    [
      "a ring",
      {
        act: "register",
        history: null,
        counts: { machine: { hour: { registrations: 12 } } },
        sharing: { device_accounts: 12 },
      },
      0.6,
      1,
    ],
    ["a filled trap", { act: "register", history: null, client: { form: { trap_filled: true } } }, 0.3, 1],
  ];
  for (const [claim, change, from, to] of rows) {
    const seen = score(change);
    expect([claim, seen >= from && seen <= to ? "so" : seen]).toEqual([claim, "so"]);
  }
});

Deno.test("every rule moves in one direction, and names a feature that there is", () => {
  const luck = random("rules");
  for (const rule of rules) {
    expect(featureNames).toContain(rule.feature);
    const at = featureNames.indexOf(rule.feature);
    for (const act of rule.acts) {
      // Any background: what others say must not turn it round.
      const vector = vectorOf(sample()).map((value) =>
        luck.chance(0.3) ? NaN : luck.chance(0.5) ? value : luck.next() * 8
      );
      let before = -1;
      const values = Array.from({ length: 80 }, (_, i) => i / 4);
      for (const value of rule.when === "more" ? values : values.reverse()) {
        vector[at] = value;
        const now = assessVectorByRules(act, vector).fraud_score;
        expect([rule.feature, act, value, now >= before]).toEqual([rule.feature, act, value, true]);
        before = now;
      }
    }
  }
});

Deno.test("reasons say what moved the score, and what it would be without", () => {
  const scored = assessByRules(sample({ network: sydney, history: { device_known: false } }));
  expect(scored.reasons.map(({ feature, effect }) => [feature, effect])).toEqual(
    [
      ["history_country_new", 1.5],
      ["history_device_new", 1],
      ["client_time_zone_gap", 0.7],
      ["client_language_foreign", 0.5],
    ].sort((a, b) => (b[1] as number) - (a[1] as number)).filter(([feature]) =>
      scored.reasons.some((reason) => reason.feature === feature)
    ),
  );
  const [country] = scored.reasons;
  const without = score({ network: { ...sydney, country: "DE" }, history: { device_known: false } });
  expect(country.counterfactual).toMatchObject({ value: 0 });
  expect(country.counterfactual!.fraud_score).toBeLessThan(scored.fraud_score);
  expect(without).toBeLessThan(scored.fraud_score);
  const known = assessByRules(sample()).reasons.find(({ feature }) => feature === "history_device_new");
  expect(known).toMatchObject({ effect: -1.5, counterfactual: null });
});

Deno.test("a rule that stands behind another of its group speaks when that one is taken away", () => {
  const { fraud_score, reasons } = assessByRules(sample({
    ...{ act: "register", history: null },
    counts: { machine: { hour: { registrations: 40 } }, ip: { hour: { registrations: 40 } } },
  }));
  const [first] = reasons;
  expect(first.feature).toBe("machine_registrations_hour");
  const alone = score({ act: "register", history: null, counts: { ip: { hour: { registrations: 40 } } } });
  expect(first.counterfactual!.fraud_score).toBeCloseTo(alone, 10);
  expect(alone).toBeLessThan(fraud_score);
});

Deno.test("rules say that they are rules, and never sure of themselves", () => {
  for (const act of acts) {
    const nothing = assessVectorByRules(act, new Float64Array(featureNames.length).fill(NaN));
    expect(nothing).toMatchObject({
      confidence: 0,
      reasons: [],
      model: { kind: "rules", version: "rules-1" },
    });
    expect(nothing.model.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(assessByRules(sample({ act })).confidence).toBeLessThanOrEqual(0.5);
  }
  expect(() => assessVectorByRules("sign_in", [1, 2, 3])).toThrow("features");
});
