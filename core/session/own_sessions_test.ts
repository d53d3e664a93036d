import { expect } from "expect";
import { forgetRemembered } from "../device.ts";
import type { StartedSession } from "../sign_in/sign_in.ts";
import { newAccount } from "../testing/core.ts";
import { geoipDatabase } from "../testing/geoip.ts";
import { type TestPlugins, testPlugins } from "../testing/plugins.ts";

interface Device {
  token: string;
  session_id: string;
  device_id: string;
  secret: string;
}

/** Signs in on a device; on the same one again with its secret. */
async function signIn(
  { ctx }: TestPlugins,
  account_id: string,
  more: { secret?: string; ip?: string; user_agent?: string; remember_device?: boolean } = {},
): Promise<Device> {
  const { session, tokens, device_secrets } = await ctx.sign_in.complete({
    account_id,
    amr: ["pwd"],
    auth_time: new Date(),
    transport: "token",
    request_id: "r",
    ip: more.ip ?? "192.0.2.1",
    user_agent: more.user_agent ?? "test",
    device_secrets: more.secret ? [more.secret] : [],
    remember_device: more.remember_device ?? true,
  }) as StartedSession;
  const { session_id, device_id } = session;
  return {
    token: tokens!.access_token,
    session_id,
    device_id: device_id!,
    secret: device_secrets ?? more.secret!,
  };
}

/** The devices that are remembered, as their owner sees it. */
async function remembered({ api }: TestPlugins, { token }: Device): Promise<string[]> {
  const { body } = await api("GET", "/users/me/devices", undefined, { token });
  return body.devices
    .filter((device: { remembered_until: string | null }) => device.remembered_until !== null)
    .map((device: { device_id: string }) => device.device_id).toSorted();
}

const idsOf = (...devices: Device[]) => devices.map(({ device_id }) => device_id).toSorted();

const geoip = () =>
  geoipDatabase({
    "192.0.2.0/24": {
      city: { names: { en: "Cologne", de: "Köln" } },
      country: { iso_code: "DE", names: { en: "Germany", de: "Deutschland" } },
    },
  });

Deno.test("sessions and devices say what they are, which is the current one, and where", async () => {
  const geoip_database = await Deno.makeTempFile({ suffix: ".mmdb" });
  await Deno.writeFile(geoip_database, geoip());
  await using service = await testPlugins([], { core: { geoip_database } });
  await Deno.remove(geoip_database);
  const account_id = await newAccount(service.sql);
  await signIn(service, await newAccount(service.sql));
  const phone = await signIn(service, account_id, { user_agent: "phone", ip: "203.0.113.1" });
  const laptop = await signIn(service, account_id, { user_agent: "laptop", remember_device: false });
  const again = await signIn(service, account_id, {
    user_agent: "laptop 2",
    secret: laptop.secret,
    remember_device: false,
  });
  expect(again.device_id).toBe(laptop.device_id);

  const as = { token: again.token, headers: { "accept-language": "de" } };
  const cologne = { city: "Köln", country: "Deutschland", country_code: "DE" };
  const { body: { sessions } } = await service.api("GET", "/users/me/sessions", undefined, as);
  expect(sessions).toHaveLength(3);
  const one = (session_id: string) =>
    sessions.find((each: { session_id: string }) => each.session_id === session_id);
  expect(one(again.session_id)).toMatchObject({ current: true, device_id: laptop.device_id, place: cologne });
  expect(one(laptop.session_id)).toMatchObject({
    current: false,
    device_id: laptop.device_id,
    ip: "192.0.2.1",
  });
  expect(one(phone.session_id)).toMatchObject({ current: false, device_id: phone.device_id, place: null });

  const { body: { devices } } = await service.api("GET", "/users/me/devices", undefined, as);
  expect(devices).toMatchObject([
    {
      device_id: laptop.device_id,
      current: true,
      user_agent: "laptop 2",
      place: cologne,
      remembered_until: null,
    },
    { device_id: phone.device_id, current: false, user_agent: "phone", place: null },
  ]);
  const days = (Date.parse(devices[1].remembered_until) - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(30);
  expect(JSON.stringify({ sessions, devices })).not.toContain(laptop.secret);
});

Deno.test("who is sent away from a device is not remembered there any more", async (t) => {
  await using service = await testPlugins([]);
  const { api, sql } = service;
  const end = (by: Device, path: string) => api("DELETE", path, undefined, { token: by.token });
  async function three() {
    const account_id = await newAccount(sql);
    const here = await signIn(service, account_id);
    return {
      account_id,
      here,
      phone: await signIn(service, account_id),
      work: await signIn(service, account_id),
    };
  }

  await t.step("when one session is ended: on its device", async () => {
    const { here, phone, work } = await three();
    expect((await end(here, `/users/me/sessions/${phone.session_id}`)).status).toBe(204);
    expect(await remembered(service, here)).toEqual(idsOf(here, work));
    expect((await api("GET", "/users/me", undefined, { token: phone.token })).status).not.toBe(200);
  });
  await t.step("when all others are ended: on all others", async () => {
    const { here } = await three();
    expect((await end(here, "/users/me/sessions")).body).toEqual({ ended: 2 });
    expect(await remembered(service, here)).toEqual(idsOf(here));
  });
  await t.step("not when it is an older session of the device one is at", async () => {
    const { account_id, here, phone, work } = await three();
    const again = await signIn(service, account_id, { secret: here.secret });
    expect((await end(again, `/users/me/sessions/${here.session_id}`)).status).toBe(204);
    expect(await remembered(service, again)).toEqual(idsOf(here, phone, work));
  });
  await t.step("nor when one signs out", async () => {
    const { account_id, here, phone, work } = await three();
    expect((await end(work, `/users/me/sessions/${work.session_id}`)).status).toBe(204);
    expect((await api("POST", "/auth/logout", {}, { token: phone.token })).status).toBe(204);
    expect(await remembered(service, here)).toEqual(idsOf(here, phone, work));
    await forgetRemembered(sql, account_id, { except: work.device_id });
    expect(await remembered(service, here)).toEqual(idsOf(work));
  });
  await t.step("when the device is told to ask again; its session goes on", async () => {
    const { here, phone, work } = await three();
    expect((await end(here, `/users/me/devices/${phone.device_id}`)).status).toBe(204);
    expect((await end(here, `/users/me/devices/${phone.device_id}`)).status).toBe(204);
    expect(await remembered(service, phone)).toEqual(idsOf(here, work));
  });
});

Deno.test("what is not mine is not there, and stays as it is", async (t) => {
  await using service = await testPlugins([]);
  const { api, sql } = service;
  const [mine, theirs] = [
    await signIn(service, await newAccount(sql)),
    await signIn(service, await newAccount(sql)),
  ];
  const over = await signIn(service, await newAccount(sql));
  await sql`update session set ended_at = now() where session_id = ${over.session_id}`;
  const rows: [what: string, path: string, token: string | undefined, status: number][] = [
    ["somebody else's session", `/users/me/sessions/${theirs.session_id}`, mine.token, 404],
    ["one that has ended", `/users/me/sessions/${over.session_id}`, mine.token, 404],
    ["one that never was", `/users/me/sessions/${crypto.randomUUID()}`, mine.token, 404],
    ["a session by a device's id", `/users/me/sessions/${mine.device_id}`, mine.token, 404],
    ["a session by no id", "/users/me/sessions/all", mine.token, 422],
    ["somebody else's device", `/users/me/devices/${theirs.device_id}`, mine.token, 404],
    ["a device that never was", `/users/me/devices/${crypto.randomUUID()}`, mine.token, 404],
    ["a device by a session's id", `/users/me/devices/${mine.session_id}`, mine.token, 404],
    ["a device by SQL", "/users/me/devices/'%20or%201=1", mine.token, 422],
    ["a device, by nobody", `/users/me/devices/${mine.device_id}`, undefined, 401],
    ["all sessions, by nobody", "/users/me/sessions", undefined, 401],
    ["a session, with an ended one's token", `/users/me/sessions/${theirs.session_id}`, over.token, 401],
  ];
  for (const [what, path, token, status] of rows) {
    await t.step(`${what}: ${status}`, async () => {
      expect((await api("DELETE", path, undefined, { token })).status).toBe(status);
    });
  }
  expect(await sql`select 1 from session where ended_at is null`).toHaveLength(2);
  expect(await sql`select 1 from device where remembered_until is not null`).toHaveLength(3);
  for (const path of ["/users/me/sessions", "/users/me/devices"]) {
    expect((await api("GET", path)).status).toBe(401);
  }
});

Deno.test("an account has at most 200 devices: the one not used for longest gives way, its session goes on", async () => {
  await using service = await testPlugins([]);
  const { api, sql } = service;
  const [account_id, other] = [await newAccount(sql), await newAccount(sql)];
  const first = await signIn(service, account_id);
  await sql`
    insert into device (account_id, secret_hash, last_seen_at)
    select a, sha256(i::text::bytea), now() - interval '1 hour' + i * interval '1 second'
    from generate_series(1, 199) as i, unnest(${[account_id, other]}::uuid[]) as a`;
  await sql`update device set last_seen_at = now() - interval '2 days' where device_id = ${first.device_id}`;
  const next = await Promise.all(Array.from({ length: 20 }, () => signIn(service, account_id)));
  const count = async (id: string) => (await sql`select 1 from device where account_id = ${id}`).length;
  // Of those who come at the same moment, none sees the others; the next sees all.
  await signIn(service, account_id);
  expect(await count(account_id)).toBe(200);
  expect(await count(other)).toBe(199);
  const { body } = await api("GET", "/users/me/sessions", undefined, { token: first.token });
  const mine = body.sessions.find((one: { current: boolean }) => one.current);
  expect(mine).toMatchObject({ session_id: first.session_id, device_id: null });
  expect(next).toHaveLength(20);
});
