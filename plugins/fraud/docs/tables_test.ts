import { expect } from "expect";
import { fraudConfig } from "../config.ts";
import { policy, settings } from "./tables.ts";

const variable = (name: string) => `FRAUD_${name.toUpperCase()}`;

Deno.test("the docs tell of every setting, with its own name, and of the policy as it is by default", () => {
  const told = [...policy.map(([, setting]) => setting), ...settings.map(([setting]) => setting)];
  expect(told.sort()).toEqual(Object.keys(fraudConfig).map(variable).sort());
  for (const [act, setting, rows] of policy) {
    expect(setting).toBe(variable(act));
    const { default: by_default } = fraudConfig[act as "register"] as unknown as { default: string[] };
    expect(rows).toBe(by_default.join(", "));
  }
});
