import { expect } from "expect";
import { fraudConfig } from "./config.ts";
import { decide, levelOf, type PolicySettings } from "./policy.ts";

const defaults: PolicySettings = {
  register: fraudConfig.register.default,
  sign_in: fraudConfig.sign_in.default,
  reset_password: fraudConfig.reset_password.default,
  change_email: fraudConfig.change_email.default,
  deny_confidence_min: fraudConfig.deny_confidence_min.default,
};

Deno.test("decide() follows each row of each act's table, and nobody is refused on a score nobody can rely on", () => {
  const rows: [
    act: "register" | "sign_in" | "reset_password" | "change_email",
    score: number,
    sure: number,
    is: string,
  ][] = [
    ["register", 0, 1, "allow"],
    ["register", 0.399, 1, "allow"],
    ["register", 0.4, 1, "challenge"],
    ["register", 0.6, 1, "review"],
    ["register", 0.9699, 1, "review"],
    ["register", 0.97, 0.3, "deny"],
    ["register", 0.99, 0.29, "review"],
    ["sign_in", 0.39, 0, "allow"],
    ["sign_in", 0.4, 0, "challenge"],
    ["sign_in", 0.85, 0, "review"],
    ["sign_in", 1, 1, "deny"],
    ["sign_in", 1, 0, "review"],
    ["reset_password", 0.59, 1, "allow"],
    ["reset_password", 0.6, 1, "review"],
    ["reset_password", 0.98, 1, "deny"],
    ["reset_password", 0.98, 0.1, "review"],
    ["change_email", 0.29, 1, "allow"],
    ["change_email", 0.3, 1, "challenge"],
    ["change_email", 0.7, 1, "review"],
    ["change_email", 0.97, 0.9, "deny"],
  ];
  for (const [act, fraud_score, confidence, is] of rows) {
    expect([act, fraud_score, confidence, decide(act, { fraud_score, confidence }, defaults)])
      .toEqual([act, fraud_score, confidence, is]);
  }
});

Deno.test("decide() takes the highest row that is reached, in whatever order they stand, and allows where there is none", () => {
  const policy = { ...defaults, sign_in: ["deny>=0.9", "challenge>=0.1", "review>=0.5"], register: [] };
  const said = [0.05, 0.1, 0.6, 0.95].map((fraud_score) =>
    decide("sign_in", { fraud_score, confidence: 1 }, policy)
  );
  expect(said).toEqual(["allow", "challenge", "review", "deny"]);
  expect(decide("register", { fraud_score: 1, confidence: 1 }, policy)).toBe("allow");
  // A score too doubtful to refuse on is looked at, even where no row says so.
  expect(decide("sign_in", { fraud_score: 1, confidence: 0 }, { ...policy, sign_in: ["deny>=0.9"] })).toBe(
    "review",
  );
});

Deno.test("levelOf() names each range once", () => {
  expect([0, 0.29, 0.3, 0.59, 0.6, 0.84, 0.85, 1].map(levelOf))
    .toEqual(["low", "low", "medium", "medium", "high", "high", "critical", "critical"]);
});

Deno.test("rows of a policy that mean nothing are refused at start", () => {
  for (
    const row of [
      "allow>=0.3",
      "deny>0.3",
      "deny>=1.5",
      "deny>=-1",
      "deny>=",
      "challenge >= 0.3",
      "DENY>=0.5",
    ]
  ) {
    expect(() => fraudConfig.sign_in.check([row])).toThrow();
  }
  expect(fraudConfig.sign_in.check(["deny>=0.5", "review>=1"])).toEqual(["deny>=0.5", "review>=1"]);
});
