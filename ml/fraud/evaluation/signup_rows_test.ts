import { expect } from "expect";
import { logtoRules } from "./judges.ts";
import { componentsOf, signupFeatures, type SignupRow, signupsOf } from "./signup_rows.ts";

const start = Date.UTC(2015, 0, 1);
const minute = 60_000;
const row = (part: Partial<SignupRow>, minutes = 0): SignupRow => ({
  ...{
    user_id: "1",
    value: 10,
    device: "A",
    source: "SEO",
    browser: "Chrome",
    sex: "M",
    age: 30,
    ip: 1,
    label: 0,
  },
  signed_up_ms: start + minutes * minute,
  bought_ms: start + minutes * minute,
  ...part,
});
const feature = (rows: SignupRow[], name: string) => {
  const { data } = signupsOf(rows);
  return rows.map((_, i) => data.x[i * signupFeatures.length + signupFeatures.indexOf(name)]);
};

Deno.test("counters know only what came before, whatever the order of the file", () => {
  const ring = [row({}, 0), row({ user_id: "2" }, 5), row({ user_id: "3", device: "B" }, 9)];
  expect(feature(ring, "device_before")).toEqual([0, 1, 0]);
  expect(feature(ring.toReversed(), "device_before")).toEqual([0, 1, 0]);
  expect(feature(ring, "address_before").map((value) => Math.round(2 ** value - 1))).toEqual([0, 1, 2]);
});

Deno.test("no feature changes with a label", () => {
  const rows = [row({}, 0), row({ user_id: "2" }, 5), row({ user_id: "3" }, 9)];
  const known = signupsOf(rows).data.x;
  expect(signupsOf(rows.map((one) => ({ ...one, label: 1 as const }))).data.x).toEqual(known);
});

Deno.test("what left the day is no longer counted, and an unknown address is not known", () => {
  const rows = [row({}, 0), row({ user_id: "2", ip: null }, 24 * 60 + 1)];
  expect(feature(rows, "device_last_day")).toEqual([0, 0]);
  expect(feature(rows, "address_before")).toEqual([0, NaN]);
});

Deno.test("components are joined by device or by address, through others too", () => {
  const rows = [
    row({ device: "A", ip: 1 }),
    row({ device: "B", ip: 2 }),
    row({ device: "B", ip: 1 }),
    row({ device: "C", ip: null }),
    row({ device: "D", ip: null }),
  ];
  const [a, b, c, d, e] = componentsOf(rows);
  expect([b, c]).toEqual([a, a]);
  expect(new Set([a, d, e]).size).toBe(3);
});

Deno.test("Logto's rules fire on another country and on a long absence, and on nothing that is usual", () => {
  const countries = { of: (ip: number) => ip === 1 ? "Chile" : "Japan" };
  const day = 24 * 60;
  const fired = (rows: SignupRow[]) => [...logtoRules(signupsOf(rows), countries)].map((score) => score * 4);
  expect(fired([row({}, 0), row({ user_id: "2" }, 60)])).toEqual([0, 0]);
  expect(fired([row({}, 0), row({ user_id: "2", ip: 2 }, 60)])).toEqual([0, 2]);
  expect(fired([row({}, 0), row({ user_id: "2", ip: 2 }, 10 * day)])).toEqual([0, 1]);
  expect(fired([row({}, 0), row({ user_id: "2", signed_up_ms: start }, 31 * day)])).toEqual([0, 1]);
  expect(fired([row({ signed_up_ms: start - 31 * day * minute })])).toEqual([1]);
});
