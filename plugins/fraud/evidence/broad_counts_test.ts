import { expect } from "expect";
import { type Counted, nothingCounted } from "../../../ml/fraud/features/counting.ts";
import { createBroadCounts } from "./broad_counts.ts";

const counted = (tries: number): Counted => {
  const counts = nothingCounted();
  return { ...counts, day: { ...counts.day, tries } };
};

Deno.test("what many share is kept for a moment, and then one asker counts anew", () => {
  let now = 0;
  const broad = createBroadCounts(() => now);
  broad.keep("client", "a", counted(200));
  expect(broad.of("client", "a")?.day.tries).toBe(200);
  expect(broad.of("block", "a")).toBeNull();
  expect([...broad.known("client").keys()]).toEqual(["a"]);
  now = 2_000;
  expect(broad.known("client").size).toBe(0);
  expect([broad.of("client", "a"), broad.of("client", "a")?.day.tries]).toEqual([null, 200]);
});

Deno.test("what few share is never kept, also when many shared it before", () => {
  const broad = createBroadCounts(() => 0);
  broad.keep("ip", "a", counted(200));
  broad.keep("ip", "a", counted(199));
  expect(broad.of("ip", "a")).toBeNull();
});

Deno.test("no more is kept than the bound: the one that was not counted for longest goes", () => {
  const broad = createBroadCounts(() => 0);
  for (let i = 0; i <= 500; i++) broad.keep("ip", `${i}`, counted(1000));
  expect([broad.known("ip").size, broad.of("ip", "0"), broad.of("ip", "500") !== null]).toEqual([
    500,
    null,
    true,
  ]);
});
