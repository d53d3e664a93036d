import { expect } from "expect";
import { findDevice, forgetRemembered, isRemembered, seeDevice, sweepDevices } from "./device.ts";
import { testCore } from "./testing/core.ts";

const seen = { user_agent: "test", ip: "192.0.2.1", remember_seconds: null };

Deno.test("a device is known by the secret it was given, to its own account only", async () => {
  await using h = await testCore();
  const [account_id, other] = [await h.account(), await h.account()];
  const first = await seeDevice(h.sql, { ...seen, account_id, secrets: [] });
  expect(first).toMatchObject({ is_new: false, remembered_until: null });
  const again = await seeDevice(h.sql, { ...seen, account_id, secrets: [first.secret!] });
  expect(again).toMatchObject({ device_id: first.device_id, secret: null, is_new: false });
  expect(await findDevice(h.sql, other, [first.secret!])).toBeNull();
  const copied = await seeDevice(h.sql, { ...seen, account_id: other, secrets: [first.secret!] });
  expect(copied.device_id).not.toBe(first.device_id);
  expect(copied.secret).not.toBe(first.secret);
});

Deno.test("a secret that was planted is not taken over", async () => {
  await using h = await testCore();
  const account_id = await h.account();
  const planted = "p".repeat(43);
  const device = await seeDevice(h.sql, { ...seen, account_id, secrets: [planted], remember_seconds: 60 });
  expect(device.secret).toMatch(/^[\w-]{43}$/);
  expect(device.secret).not.toBe(planted);
  expect(await findDevice(h.sql, account_id, [planted])).toBeNull();
  expect(isRemembered(await findDevice(h.sql, account_id, [planted, device.secret!]))).toBe(true);
});

Deno.test("the second device of an account is new, the first is not", async () => {
  await using h = await testCore();
  const account_id = await h.account();
  const news = [];
  for (let i = 0; i < 3; i++) {
    news.push((await seeDevice(h.sql, { ...seen, account_id, secrets: [] })).is_new);
  }
  expect(news).toEqual([false, true, true]);
});

Deno.test("remembering ends with its time, and when it is forgotten; signing in anew does not prolong it", async () => {
  await using h = await testCore();
  const account_id = await h.account();
  const device = await seeDevice(h.sql, { ...seen, account_id, secrets: [], remember_seconds: 60 });
  const secrets = [device.secret!];
  const until = (await seeDevice(h.sql, { ...seen, account_id, secrets })).remembered_until;
  expect(until).toEqual(device.remembered_until);
  expect(isRemembered({ remembered_until: new Date(Date.now() - 1) })).toBe(false);
  expect(await forgetRemembered(h.sql, account_id)).toBe(1);
  expect(await forgetRemembered(h.sql, account_id)).toBe(0);
  expect(isRemembered(await findDevice(h.sql, account_id, secrets))).toBe(false);
});

Deno.test("sweepDevices() takes away what no browser keeps any more", async () => {
  await using h = await testCore();
  const account_id = await h.account();
  const device = await seeDevice(h.sql, { ...seen, account_id, secrets: [] });
  expect(await sweepDevices(h.sql)).toBe(0);
  await h.sql`update device set last_seen_at = now() - interval '401 days'`;
  expect(await sweepDevices(h.sql)).toBe(1);
  expect(await findDevice(h.sql, account_id, [device.secret!])).toBeNull();
});
