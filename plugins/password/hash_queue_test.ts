import { expect } from "expect";
import { HashQueue, HashQueueFull } from "./hash_queue.ts";

function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, open: resolve };
}

/** Lets everything that can go on go on. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("a queue runs as many at once as it may, and the others in the order they came", async () => {
  const queue = new HashQueue({ concurrency: 2, waiting_max: 10 });
  const started: number[] = [];
  const gates = [0, 1, 2, 3].map(() => gate());
  const all = gates.map(({ promise }, i) => queue.run(() => (started.push(i), promise)));
  await settle();
  expect(started).toEqual([0, 1]);
  expect(queue.waiting).toBe(2);
  gates[1].open();
  await settle();
  expect(started).toEqual([0, 1, 2]);
  gates.forEach(({ open }) => open());
  await Promise.all(all);
  expect([queue.running, queue.waiting]).toEqual([0, 0]);
});

Deno.test("a full queue refuses at once and says when there will be room, by the speed it has", async () => {
  let clock = 0;
  const queue = new HashQueue({ concurrency: 1, waiting_max: 3, now: () => clock });
  // Work takes 2 s here: the average comes close after a few.
  for (let i = 0; i < 20; i++) await queue.run(() => (clock += 2000, Promise.resolve()));
  const hold = gate();
  const taken = [0, 1, 2, 3].map(() => queue.run(() => hold.promise));
  const refused = await queue.run(() => Promise.resolve()).catch((error) => error);
  expect(refused).toBeInstanceOf(HashQueueFull);
  expect(refused.retry_after_seconds).toBeGreaterThanOrEqual(7);
  expect(refused.retry_after_seconds).toBeLessThanOrEqual(8);
  hold.open();
  await Promise.all(taken);
});

Deno.test("work that fails gives its place back", async () => {
  const queue = new HashQueue({ concurrency: 1, waiting_max: 1 });
  await expect(queue.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await queue.run(() => Promise.resolve("yes"))).toBe("yes");
});

Deno.test("whoever leaves while waiting gives the place up and is not hashed for", async () => {
  const queue = new HashQueue({ concurrency: 1, waiting_max: 1 });
  const hold = gate();
  const running = queue.run(() => hold.promise);
  const leaving = new AbortController();
  let hashed = false;
  const left = queue.run(() => (hashed = true, Promise.resolve()), leaving.signal);
  leaving.abort(new Error("gone"));
  await expect(left).rejects.toThrow("gone");
  expect(queue.waiting).toBe(0);
  hold.open();
  await running;
  await settle();
  expect(hashed).toBe(false);
  await expect(queue.run(() => Promise.resolve(), leaving.signal)).rejects.toThrow("gone");
});
