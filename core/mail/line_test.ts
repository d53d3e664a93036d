import { expect } from "expect";
import { createLine } from "./line.ts";

Deno.test("a line lets everything through until the third failure in a row", () => {
  const line = createLine(() => 0);
  for (const _ of [1, 2]) line.failed("away", "gone");
  expect(line.admit()).toBe(true);
  line.answered();
  for (const _ of [1, 2]) line.failed("away", "gone");
  expect([line.admit(), line.resting()]).toEqual([true, false]);
  line.failed("away", "gone");
  expect([line.admit(), line.resting()]).toEqual([false, true]);
});

Deno.test("after a rest one attempt is let through, not all of them, and its success opens the line", () => {
  let now = 0;
  const line = createLine(() => now);
  for (const _ of [1, 2, 3]) line.failed("away", "gone");
  now += 2_000;
  expect([line.admit(), line.admit(), line.admit()]).toEqual([true, false, false]);
  expect(line.answered()).toBe(true);
  expect([line.admit(), line.reason(), line.lastSuccess()]).toEqual([true, null, new Date(now)]);
});

Deno.test("a rest is never longer than 19 seconds, however long the server is away", () => {
  let now = 0;
  const line = createLine(() => now);
  for (let i = 0; i < 100; i++) line.failed("away", "gone");
  now += 18_750;
  expect(line.admit()).toBe(true);
});

Deno.test("a line says what is news and whether waiting may help", () => {
  const line = createLine();
  expect([line.answered(), line.mayComeBack()]).toEqual([false, false]);
  expect([line.failed("away", "gone"), line.failed("away", "gone")]).toEqual([true, false]);
  expect(line.mayComeBack()).toBe(true);
  expect(line.failed("config", "wrong password")).toBe(true);
  expect(line.mayComeBack()).toBe(false);
  expect([line.answered(), line.answered()]).toEqual([true, false]);
});
