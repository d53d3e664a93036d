import { expect } from "expect";
import { createKeys } from "../../core/keys/keys.ts";
import { testDatabase } from "../../core/testing/postgres.ts";
import {
  isKnownSource,
  type Pool,
  poolsFor,
  refundTry,
  rememberSuccess,
  sourceOf,
  spendTry,
  sweepBackoff,
} from "./login_backoff.ts";

const keys = createKeys([new Uint8Array(32).fill(1)]);
const rules = { backoff_seconds_max: 900, backoff_forget_minutes: 60 };
const pools = (subject: string, ip: string | null, known_source = false) =>
  poolsFor(keys, { subject, ip, known_source, free: 5, free_per_source: 20 });

const sources: [ip: string, source: string][] = [
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002::1", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
];
for (const [ip, source] of sources) {
  Deno.test(`sourceOf() takes ${ip} as ${source}`, () => expect(sourceOf(ip)).toBe(source));
}

Deno.test("pools have keys that tell nothing, and a known source has one of its own", () => {
  const all = [...pools("ann@example.com", "192.0.2.7"), ...pools("ann@example.com", "192.0.2.7", true)];
  expect(all.map(({ pool }) => pool)).toEqual(["account", "source", "known_source"]);
  expect(new Set(all.map(({ key }) => key)).size).toBe(3);
  expect(pools("ann@example.com", null).map(({ pool }) => pool)).toEqual(["account"]);
});

Deno.test("login back-off", async (t) => {
  await using db = await testDatabase({ pool: 10 });
  const { sql } = db;
  const spend = (given: Pool[]) => spendTry(sql, given, rules);
  const wait = async (given: Pool[]) => {
    const spent = await spend(given);
    return spent.kind === "blocked" ? spent.retry_after_seconds : 0;
  };
  /** Lets the wait of these pools pass, as the clock would. */
  const passTime = (given: Pool[], seconds: number) =>
    sql`update login_backoff set blocked_until = blocked_until - make_interval(secs => ${seconds}),
          last_failure_at = last_failure_at - make_interval(secs => ${seconds})
        where pool_key = any(${given.map(({ key }) => key)}::text[])`;

  await t.step(
    "five tries are free, then each further one waits twice as long, up to 15 minutes",
    async () => {
      const account = pools("ann@example.com", null);
      for (let i = 0; i < 5; i++) expect(await wait(account)).toBe(0);
      const waits: number[] = [];
      for (let i = 0; i < 12; i++) {
        // The try itself is let through; the next one right after it is not.
        expect(await wait(account)).toBe(0);
        const seconds = await wait(account);
        waits.push(seconds);
        await passTime(account, seconds);
      }
      expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    },
  );

  await t.step("fifty at once get no more than the free tries and one", async () => {
    const account = pools("many@example.com", null);
    const spent = await Promise.all(Array.from({ length: 50 }, () => spend(account)));
    expect(spent.filter(({ kind }) => kind === "spent").length).toBe(6);
  });

  await t.step("a try that was not wrong is given back with the wait it caused", async () => {
    const account = pools("right@example.com", "192.0.2.1");
    for (let i = 0; i < 30; i++) {
      expect(await wait(account)).toBe(0);
      await refundTry(sql, account);
    }
  });

  await t.step("one source guessing at many accounts has to wait, others do not", async () => {
    let allowed = 0;
    for (let i = 0; i < 40; i++) {
      if (await wait(pools(`victim${i}@example.com`, "198.51.100.1")) === 0) allowed++;
    }
    expect(allowed).toBe(21);
    expect(await wait(pools("victim39@example.com", "203.0.113.9"))).toBe(0);
  });

  await t.step(
    "a stranger's guesses make strangers wait, not the place the account is known from",
    async () => {
      for (let i = 0; i < 8; i++) await spend(pools("target@example.com", `198.51.100.${100 + i}`));
      expect(await wait(pools("target@example.com", "203.0.113.20"))).toBeGreaterThan(0);
      expect(await wait(pools("target@example.com", "203.0.113.21", true))).toBe(0);
    },
  );

  await t.step("wrong tries are forgotten after an hour without another", async () => {
    const account = pools("forgetful@example.com", null);
    for (let i = 0; i < 6; i++) await spend(account);
    expect(await wait(account)).toBe(2);
    await passTime(account, 3601);
    for (let i = 0; i < 6; i++) expect(await wait(account)).toBe(0);
  });

  await t.step(
    "a success makes a place known, also after a rotation, and forgets what was mistyped there",
    async () => {
      const [{ account_id }] = await sql`
      insert into account (email, email_key, email_skeleton) values ('k@x.org', 'k@x.org', 'k@x.org')
      returning account_id`;
      const here = pools("k@x.org", "2001:db8::7", true);
      for (let i = 0; i < 6; i++) await spend(here);
      expect(await wait(here)).toBe(2);
      expect(await isKnownSource(sql, keys, account_id, "2001:db8::7")).toBe(false);
      await rememberSuccess(sql, keys, account_id, "k@x.org", "2001:db8::7");
      expect(await wait(here)).toBe(0);
      const rotated = createKeys([new Uint8Array(32).fill(2), new Uint8Array(32).fill(1)]);
      expect(await isKnownSource(sql, rotated, account_id, "2001:db8::8")).toBe(true);
      expect(await isKnownSource(sql, keys, account_id, "2001:db9::7")).toBe(false);
      expect(await isKnownSource(sql, keys, account_id, null)).toBe(false);
    },
  );

  await t.step("what no longer counts is swept away, what counts stays", async () => {
    await sql`update login_backoff set last_failure_at = now() - interval '3 days'
              where pool_key = ${pools("ann@example.com", null)[0].key}`;
    const [{ n: before }] = await sql`select count(*)::int as n from login_backoff`;
    expect(await sweepBackoff(sql)).toBe(1);
    const [{ n: after }] = await sql`select count(*)::int as n from login_backoff`;
    expect(after).toBe(before - 1);
  });
});
