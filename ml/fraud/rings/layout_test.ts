import { expect } from "expect";
import { layOut } from "./layout.ts";

/** Everybody of a group is joined to its hub. */
const star = (first: number, size: number): [number, number][] =>
  Array.from({ length: size - 1 }, (_, at) => [first, first + at + 1]);

Deno.test("a drawing is the same each time, within its frame, and shows who is joined with whom", () => {
  const edges = [...star(0, 12), ...star(12, 12), [0, 12] as [number, number]];
  const points = layOut(24, edges);
  expect(layOut(24, edges)).toEqual(points);
  for (const { x, y } of points) {
    expect([x >= 0 && x <= 1, y >= 0 && y <= 1]).toEqual([true, true]);
  }
  const distance = (one: number, two: number) =>
    Math.hypot(points[one].x - points[two].x, points[one].y - points[two].y);
  for (let at = 1; at < 12; at++) expect(distance(at, 0)).toBeLessThan(distance(at, 12));
  for (let one = 0; one < 24; one++) {
    for (let two = 0; two < one; two++) expect(distance(one, two)).toBeGreaterThan(0.04);
  }
});

Deno.test("nothing, one alone, and too many", () => {
  expect(layOut(0, [])).toEqual([]);
  expect(layOut(1, [])).toEqual([{ x: 0.5, y: 0.5 }]);
  expect(() => layOut(401, [])).toThrow(RangeError);
});
