import { expect } from "expect";
import type { StartedSession } from "../sign_in/sign_in.ts";
import { newAccount } from "../testing/core.ts";
import { testPlugins } from "../testing/plugins.ts";
import type { TokenPair } from "./tokens.ts";

const request = { amr: ["pwd"], ip: "192.0.2.1", user_agent: "test", request_id: "r" };

/** A session by cookie and one by tokens, of one account; both idle for 7 days at most, and 30 days old at most. */
async function signedIn() {
  const service = await testPlugins([]);
  const account_id = await newAccount(service.sql);
  const start = async (transport: "cookie" | "token", more: object = {}) =>
    await service.ctx.sign_in.complete({
      ...request,
      ...more,
      account_id,
      auth_time: new Date(),
      transport,
    }) as StartedSession;
  const [browser, app] = [await start("cookie"), await start("token")];
  const { refresh_token, access_token } = app.tokens as TokenPair;
  const cookie = `${browser.cookie!.name}=${browser.cookie!.value}`;
  const sessions = (headers: Record<string, string>) =>
    service.api("GET", "/users/me/sessions", undefined, { headers });
  return {
    service,
    start,
    /** Statuses: the cookie, the access token, a token for the cookie, the refresh token. */
    async statuses(): Promise<number[]> {
      return [
        (await sessions({ cookie })).status,
        (await sessions({ authorization: `Bearer ${access_token}` })).status,
        (await service.api("POST", "/auth/refresh", {}, {
          headers: { cookie, "sec-fetch-site": "same-origin" },
        })).status,
        (await service.api("POST", "/auth/refresh", { refresh_token })).status,
      ];
    },
    sessions,
    cookie,
    name: browser.cookie!.name,
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

const lives: [what: string, change: string, status: number][] = [
  ["that was just begun is alive", "select 1", 200],
  ["idle for six days is alive", "update session set last_used_at = now() - interval '6 days 23 hours'", 200],
  ["that ends in an hour is alive", "update session set expires_at = now() + interval '1 hour'", 200],
  [
    "idle for seven days is over",
    "update session set last_used_at = now() - interval '7 days 1 second'",
    401,
  ],
  [
    "that is too old is over, however lately it was used",
    "update session set expires_at = now() - interval '1 second'",
    401,
  ],
  ["that was ended is over", "update session set ended_at = now()", 401],
  ["of a disabled account is over", "update account set status = 'disabled'", 401],
  ["that was swept away is over", "delete from session", 401],
];
for (const [what, change, status] of lives) {
  Deno.test(`a session ${what}, by whatever leads to it`, async () => {
    await using s = await signedIn();
    await s.service.sql.unsafe(change);
    expect(await s.statuses()).toEqual([status, status, status, status]);
    // What is over does not come back by being asked for.
    expect(await s.statuses()).toEqual([status, status, status, status]);
  });
}

Deno.test("use keeps a session from being idle; nothing makes it older than it may be", async () => {
  await using s = await signedIn();
  const { sql } = s.service;
  const ends = async () =>
    (await sql<{ expires_at: Date }[]>`select expires_at from session order by session_id`)
      .map(({ expires_at }) => expires_at.getTime());
  const before = await ends();
  expect(before.map((at) => Math.round((at - Date.now()) / 86_400_000))).toEqual([30, 30]);
  await sql`update session set last_used_at = now() - interval '6 days'`;
  expect(await s.statuses()).toEqual([200, 200, 200, 200]);
  const used = await sql`select 1 from session where last_used_at > now() - interval '1 minute'`;
  expect(used).toHaveLength(2);
  expect(await ends()).toEqual(before);
});

Deno.test("a cookie that was planted before the sign-in leads nowhere after it", async () => {
  await using s = await signedIn();
  for (const planted of ["planted-by-somebody", "x".repeat(43), ""]) {
    const cookie = `${s.name}=${planted}`;
    expect((await s.sessions({ cookie })).status).toBe(401);
    // Whoever signs in with it gets a secret of our making; see the sign-in's own tests for a live one.
    const { cookie: given } = await s.start("cookie", { renews: null });
    expect(given!.value).toMatch(/^[\w-]{43}$/);
    expect(given!.value).not.toBe(planted);
    expect((await s.sessions({ cookie })).status).toBe(401);
  }
});

Deno.test("nobody signs in into a session that somebody else has begun in their browser", async () => {
  await using s = await signedIn();
  const { service } = s;
  const [{ session_id: attackers }] = await service.sql<{ session_id: string }[]>`
    select session_id from session where cookie_hash is not null`;
  const victim = await newAccount(service.sql);
  const done = await service.ctx.sign_in.complete({
    ...request,
    account_id: victim,
    auth_time: new Date(),
    transport: "cookie",
    renews: attackers,
  }) as StartedSession;
  expect(done.session.session_id).not.toBe(attackers);
  expect((await s.sessions({ cookie: s.cookie })).status).toBe(401);
  const [{ account_id }] = await service.sql`select account_id from session where session_id = ${attackers}`;
  expect(account_id).not.toBe(victim);
});
