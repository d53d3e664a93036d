import { expect } from "expect";
import { fraudConfig } from "../config.ts";
import fraud from "../mod.ts";
import { endpoints, policy, settings } from "./tables.ts";

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

Deno.test("the docs tell of every endpoint of decisions and models, and of no other", () => {
  const plain = (text: string) => text.replaceAll(/\{\w+\}/g, "{}");
  const there = (fraud.routes ?? [])
    .filter(({ path }) => !path.startsWith("/fraud/rings"))
    .map(({ method, path }) => plain(`${method} ${path}`));
  expect(endpoints.map(([endpoint]) => plain(endpoint)).sort()).toEqual(there.sort());
});
