import { expect } from "expect";
import { type CountedEvent, countedMax, type EventKind, keys, MemoryCounters } from "./counting.ts";

const now = Date.UTC(2026, 5, 9, 17);
const second = 1000;

const event = (seconds_ago: number, kind: EventKind, change: Partial<CountedEvent> = {}): CountedEvent => ({
  ...{
    at_ms: now - seconds_ago * second,
    kind,
    ip: "192.0.2.7",
    block: "192.0.2.0/24",
    client: null,
    machine: null,
  },
  ...{ device: null, account: null, identifier: null, password: null, domain: null },
  ...change,
});

const count = (events: CountedEvent[], change: Partial<CountedEvent> = {}) => {
  const counters = new MemoryCounters();
  for (const one of events) counters.add(one);
  return counters.count(event(0, "sign_in", change));
};

Deno.test("MemoryCounters tells kinds and windows apart, and looks at what has the same key", () => {
  const { ip, account, all } = count([
    event(86_401, "password_wrong", { account: "a" }),
    event(86_400, "register", { identifier: "x" }),
    event(3601, "reset_asked", { account: "a" }),
    event(3600, "register_again", { identifier: "x" }),
    event(61, "code_wrong", { account: "a", block: "10.0.0.0/24" }),
    event(60, "unknown_account", { identifier: "y" }),
    event(30, "password_wrong", { ip: "198.51.100.1" }),
    event(0, "password_wrong", { account: "a", identifier: "x" }),
  ], { account: "a" });
  const counts = (
    tries: number,
    failures: number,
    probes: number,
    registrations: number,
    resets: number,
  ) => ({
    ...{ tries, failures, probes, registrations, resets },
  });
  expect(ip).toEqual({
    minute: { ...counts(2, 2, 1, 0, 0), subjects: 2, sources: 1 },
    hour: { ...counts(4, 3, 2, 0, 0), subjects: 3, sources: 2 },
    day: { ...counts(6, 3, 2, 1, 1), subjects: 3, sources: 2 },
  });
  expect(account?.day).toEqual({ ...counts(3, 2, 0, 0, 1), subjects: 1, sources: 2 });
  expect(all?.minute.tries).toBe(3);
});

Deno.test("MemoryCounters answers null under a key that the act does not have, and none where nothing came", () => {
  const counted = count([], { device: "d" });
  const has = ["ip", "block", "device", "all"];
  for (const key of keys) {
    expect([key, counted[key]?.day.tries ?? null]).toEqual([key, has.includes(key) ? 0 : null]);
  }
});

Deno.test("MemoryCounters looks at no more than its bound, however many came, and the newest of them", () => {
  const flood = Array.from(
    { length: 3 * countedMax },
    (_, i) => event(3000 - i, i < 2 * countedMax + 500 ? "register" : "password_wrong"),
  );
  const { ip } = count(flood);
  expect(ip?.day).toMatchObject({ tries: countedMax, failures: 500, registrations: countedMax - 500 });
});

Deno.test("MemoryCounters forgets what no window reaches", () => {
  const counters = new MemoryCounters();
  counters.add(event(2 * 86_400, "register"));
  counters.sweep(now);
  expect(counters.count(event(2 * 86_400 - 1, "sign_in")).ip?.day.tries).toBe(0);
});
