import { expect } from "expect";
import { emailConfig } from "../config.ts";
import { goalOf, goals } from "../goals.ts";
import email from "../mod.ts";
import { suppressionReasons } from "../suppression.ts";
import { endpoints, kinds, reports, settings, suppressed } from "./tables.ts";

const plain = (text: string) => text.replaceAll(/\{\w+\}/g, "{}");

Deno.test("the docs tell of every setting, with its own name, and of no other", () => {
  const told = [...settings.map(([setting]) => setting), ...reports.map(([, , , setting]) => setting)];
  const there = Object.keys(emailConfig).map((name) => `EMAIL_OPTIMIZATION_${name.toUpperCase()}`);
  expect(told.sort()).toEqual(there.sort());
});

Deno.test("the docs tell of every endpoint, and of no other", () => {
  const told = [...endpoints, ...reports].map(([endpoint]) => plain(endpoint));
  const there = (email.routes ?? []).map(({ method, path }) => plain(`${method} ${path}`));
  expect(told.sort()).toEqual(there.sort());
});

Deno.test("the docs tell of every mail that has a goal, and when the goal counts", () => {
  const there = Object.entries(goals).flatMap(([goal, { kinds, hours }]) =>
    kinds.map((kind) => [kind, goal, `${hours} h`])
  );
  const told = kinds.map(([kind, goal, within]) => [kind, goal.split(":")[0], within]);
  expect(told.sort()).toEqual(there.sort());
  for (const [kind, goal] of there) expect(goalOf(kind as "welcome")).toBe(goal);
});

Deno.test("the docs tell of every reason an address is stopped", () => {
  expect(suppressed.map(([reason]) => reason).sort()).toEqual([...suppressionReasons].sort());
});
