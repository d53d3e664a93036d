import { expect } from "expect";
import { MemoryWindows } from "./memory_windows.ts";

Deno.test("a window counts from its first hit and starts anew when it has ended", () => {
  let now = 0;
  const windows = new MemoryWindows(10, () => now);
  expect(windows.hit("a", 60)).toEqual({ consumed: 1, milliseconds_left: 60_000 });
  now = 59_999;
  expect(windows.hit("a", 60)).toEqual({ consumed: 2, milliseconds_left: 1 });
  now = 60_000;
  expect(windows.look("a")).toBe(null);
  expect(windows.hit("a", 60).consumed).toBe(1);
  windows.forget("a");
  expect(windows.look("a")).toBe(null);
});

Deno.test("however many keys come, memory has an end", () => {
  let now = 0;
  const windows = new MemoryWindows(100, () => now);
  for (let i = 0; i < 10_000; i++, now++) windows.hit(`key ${i}`, i % 2 ? 1 : 3600);
  expect(windows.size).toBeLessThanOrEqual(100);
});
