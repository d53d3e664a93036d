import { expect } from "expect";
import { browser } from "./browsers.ts";
import type { Doing } from "./doing.ts";
import { Memory } from "./memory.ts";
import { cities, homeLine } from "./places.ts";
import { random } from "../../lib/random.ts";

const start = Date.UTC(2026, 5, 9);
const hourMs = 3_600_000;
const luck = random("memory");
const [berlin] = cities;
const one_browser = browser(luck, "chrome_windows", berlin, "b");
const one_line = homeLine(luck, berlin);

function doing(name: string, hours: number, change: Partial<Doing> = {}): Doing {
  const email = { local_part: name, domain: "gmx.de", mx: true };
  return {
    ...{
      at_ms: start + hours * hourMs,
      kind: "sign_in",
      scenario: "normal",
      label: 0,
      identifier: name,
      email: null,
    },
    account: { id: name, email, password: name, made_ms: start, second_factor: false, city: berlin },
    ...{
      password: name,
      line: one_line,
      browser: one_browser,
      form: null,
      keeps_cookies: true,
      found_out_ms: null,
    },
    ...change,
  };
}

const memory = (...doings: Doing[]) => {
  const kept = new Memory(start, { geoip: true, lists: true, mx: true });
  for (const one of doings) kept.add(one);
  return kept;
};

Deno.test("who shares a device is counted, but never with itself", () => {
  const kept = memory(doing("a", 0), doing("a", 1), doing("b", 2));
  expect(kept.evidence(doing("a", 3)).sharing).toMatchObject({
    device_accounts: 1,
    machine_accounts: 1,
    block_accounts: 1,
  });
  expect(kept.evidence(doing("c", 3)).sharing).toMatchObject({ device_accounts: 2, password_accounts: 0 });
  expect(kept.evidence(doing("c", 3, { password: "a" })).sharing.password_accounts).toBe(1);
  expect(kept.evidence(doing("c", 3, { keeps_cookies: false })).sharing).toMatchObject({
    device_accounts: null,
    machine_accounts: 2,
  });
  expect(kept.evidence(doing("c", 31 * 24)).sharing).toMatchObject({
    device_accounts: 0,
    machine_accounts: 0,
  });
});

Deno.test("nothing is known of a verdict before it is given", () => {
  const kept = memory(doing("thief", 0, { label: 1, found_out_ms: start + 5 * hourMs }));
  expect(kept.evidence(doing("b", 4)).sharing.bad_accounts).toBe(0);
  expect(kept.evidence(doing("thief", 4)).history?.disowned).toBe(0);
  expect(kept.evidence(doing("b", 6)).sharing).toMatchObject({ bad_accounts: 1, good_accounts: 0 });
  expect(kept.evidence(doing("thief", 6)).history?.disowned).toBe(1);
});

Deno.test("an act is not among what came before it, and its history is its own account's", () => {
  const kept = memory(
    doing("a", 0),
    doing("b", 1, { kind: "password_wrong" }),
    doing("b", 2, { kind: "reset_password" }),
  );
  const first = kept.evidence(doing("b", 3));
  expect(first.history).toMatchObject({ sign_ins: [], device_known: false, password_changed_ms: hourMs });
  expect(first.counts.account?.day).toMatchObject({ tries: 2, failures: 1, resets: 1 });
  expect(first.counts.ip?.day.tries).toBe(3);
  kept.add(doing("b", 3));
  expect(kept.evidence(doing("b", 4)).history).toMatchObject({
    sign_ins: [{ at_ms: start + 3 * hourMs }],
    device_known: true,
  });
});

Deno.test("a sign-up has no account and no history, and hears of the local parts before it", () => {
  const register = (name: string, hours: number) =>
    doing(name, hours, { kind: "register", email: { local_part: name, domain: "gmx.de", mx: true } });
  const kept = memory(register("anna.b+1", 0), register("carl", 1));
  const { counts, history, recent_local_parts } = kept.evidence(register("dora", 2));
  expect([history, counts.account]).toEqual([null, null]);
  expect(recent_local_parts).toEqual(["carl", "annab"]);
  expect(kept.evidence(doing("a", 3)).recent_local_parts).toBeNull();
});
