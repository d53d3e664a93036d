import { expect } from "expect";
import { createSlots, SlotsTaken } from "./slots.ts";

Deno.test("slots let so many in at once, and the others in their order", async () => {
  const slots = createSlots({ at_once: 2, waiting_max: 10, wait_milliseconds: 1_000 });
  let inside = 0;
  let most = 0;
  const order: number[] = [];
  await Promise.all([...Array(9).keys()].map((i) =>
    slots.run(async () => {
      most = Math.max(most, ++inside);
      order.push(i);
      await new Promise((resolve) => setTimeout(resolve, 2));
      inside--;
    })
  ));
  expect(most).toBe(2);
  expect(order).toEqual([...Array(9).keys()]);
});

Deno.test("slots refuse at once when too many wait, and after a while whoever waits in vain", async () => {
  const slots = createSlots({ at_once: 1, waiting_max: 1, wait_milliseconds: 20 });
  let end = () => {};
  const first = slots.run(() => new Promise<void>((resolve) => end = resolve));
  const second = slots.run(() => Promise.resolve());
  await expect(slots.run(() => Promise.resolve())).rejects.toThrow(SlotsTaken);
  await expect(second).rejects.toThrow(SlotsTaken);
  end();
  await first;
  expect(await slots.run(() => Promise.resolve("free again"))).toBe("free again");
});

Deno.test("a slot is free again after its work has failed", async () => {
  const slots = createSlots({ at_once: 1, waiting_max: 1, wait_milliseconds: 20 });
  await expect(slots.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await slots.run(() => Promise.resolve(1))).toBe(1);
});
