import { expect } from "expect";
import { insightsOf, type InsightWords } from "./insights.ts";
import type { Reason, Scored } from "./scored.ts";

const words: Record<string, InsightWords> = {
  device: {
    says: (value) => value === 1 ? "This device is new" : "This device is known",
    had: (value) => value === 1 ? "had this device been new" : "had this device been seen before",
  },
  tries: {
    says: (value) => `Tries within the hour: ${value ?? "not known"}`,
    had: (value, instead_of) => `had “Tries within the hour” been ${value} instead of ${instead_of}`,
  },
};

const reason = (feature: string, effect: number, more: Partial<Reason> = {}): Reason => ({
  ...{ feature, effect, value: 1, counterfactual: null },
  ...more,
});
const scored = (fraud_score: number, reasons: Reason[], more: Partial<Scored> = {}): Scored => ({
  ...{ fraud_score, reasons, confidence: 0.8, anomaly: 0 },
  model: { version: "1", hash: "0", kind: "trained" },
  ...more,
});
const known = { value: 0, fraud_score: 0.31 };

const rows: [claim: string, of: Scored, says: string][] = [
  ["nothing", scored(0.004, []), "0.00: nothing stands out."],
  ["too little to say", scored(0.01, [reason("device", 0.05)]), "0.01: nothing stands out."],
  [
    "what would have lowered it most",
    scored(0.824, [
      reason("tries", 2, { value: 12, counterfactual: { value: 0, fraud_score: 0.5 } }),
      reason("device", 1.5, { counterfactual: known }),
    ]),
    "0.82: tries within the hour: 12; this device is new. It would be 0.31 had this device been seen before.",
  ],
  [
    "no other value that would have raised it or left it as it is",
    scored(0.5, [
      reason("device", 1, { counterfactual: { value: 1, fraud_score: 0.9 } }),
      reason("tries", 1, { counterfactual: { value: 1, fraud_score: 0.499 } }),
    ]),
    "0.50: this device is new; tries within the hour: 1.",
  ],
  [
    "what speaks against it, beside what speaks for it",
    scored(0.4, [reason("tries", 1, { value: 3 }), reason("device", -1, { value: 0 })]),
    "0.40: tries within the hour: 3. What speaks against it: this device is known.",
  ],
  [
    "only what speaks against it",
    scored(0.01, [reason("device", -2, { value: 0 })]),
    "0.01: nothing speaks for fraud, and this device is known.",
  ],
  [
    "that rules say so",
    scored(0.9, [reason("device", 2, { counterfactual: known })], {
      model: { version: "rules-1", hash: "0", kind: "rules" },
      confidence: 0.1,
    }),
    "0.90: this device is new. It would be 0.31 had this device been seen before, and rules say so, as no model answered.",
  ],
  [
    "that there is little to go by",
    scored(0.6, [reason("device", 2)], { confidence: 0.2 }),
    "0.60: this device is new. There is little to go by.",
  ],
  [
    "features without words, by their names",
    scored(0.6, [reason("brand_new", 2, { value: 0.123 }), reason("toString", 1, { value: null })]),
    "0.60: brand_new: 0.12; toString: not known.",
  ],
];
for (const [claim, of, says] of rows) {
  Deno.test(`insightsOf() says ${claim}`, () => expect(insightsOf(of, words)).toBe(says));
}

Deno.test("insightsOf() says at most three reasons, whatever it is given", () => {
  const many = Array.from({ length: 100 }, (_, i) => reason("tries", 100 - i, { value: i }));
  expect(insightsOf(scored(1, many), words).split("; ")).toHaveLength(3);
});
