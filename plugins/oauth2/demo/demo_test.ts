import { createServer } from "node:http";
import { expect } from "expect";
import { goodPassword } from "../../../core/testing/client.ts";
import { freePort } from "../../../core/testing/ports.ts";
import { testService, type TestServiceOptions } from "../../../core/testing/service.ts";
import { Browserless, headingOf, type Place, textOf, walk } from "../clients/browserless.ts";
import { findClient } from "../client.ts";
import { Visits } from "./visits.ts";

async function start(options: TestServiceOptions = {}) {
  const service = await testService(options);
  const base = service.service.links().find(({ key }) => key === "demo")?.href.slice(0, -1) ?? null;
  return { ...service, base, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}
type Started = Awaited<ReturnType<typeof start>>;

/** Somebody with one browser, which is two here: each knows the cookies of one site. */
async function visitor(at: Started, site = at.url) {
  const { email } = await at.client.newMember();
  const person = { email, password: goodPassword };
  const [demo, own] = [new Browserless(at.base!), new Browserless(site)];
  const follow = async (place: Place): Promise<Place> => {
    expect(place.away).toBe("redirect");
    const back = await walk(own, await own.open(place.url), person);
    expect(back.away).toBe("redirect");
    return await demo.open(back.url);
  };
  return {
    ...{ email, demo, own, follow },
    signIn: async () => await follow(await demo.submit(await demo.open("/"), {}, "sign-in")),
  };
}

const shown = (place: Place, id: string) => {
  const text = new RegExp(`<pre id="${id}"[^>]*>([\\s\\S]*?)</pre>`).exec(place.html)?.[1];
  return text === undefined ? null : JSON.parse(text.replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
};

Deno.test("the demo signs somebody in, shows the tokens, refreshes, asks userinfo and logs out", async () => {
  await using at = await start();
  const home = await new Browserless(at.url).open("/");
  expect(home.html).toContain(`href="${at.base}/"`);
  const one = await visitor(at);
  let page = await one.signIn();
  expect(headingOf(page)).toMatch(/^Signed in as /);
  const id_token = shown(page, "id-token");
  expect(id_token.payload).toMatchObject({ iss: at.url, aud: "demo" });
  expect(shown(page, "access-token").payload).toMatchObject({ client_id: "demo", sub: id_token.payload.sub });

  const before = shown(page, "access-token").payload.jti;
  page = await one.demo.submit(page, {}, "refresh");
  expect(textOf(page)).toContain("the tokens below are new");
  expect(shown(page, "access-token").payload.jti).not.toBe(before);

  page = await one.demo.submit(page, {}, "userinfo");
  expect(shown(page, "userinfo-answer")).toMatchObject({ sub: id_token.payload.sub, email: one.email });

  page = await one.follow(await one.demo.submit(page, {}, "logout-everywhere"));
  expect(headingOf(page)).toBe("Nobody is signed in");
  // The service has forgotten the browser, too: it asks again.
  const again = await one.demo.submit(page, {}, "sign-in");
  expect((await one.own.open(again.url)).html).toContain('name="password"');
});

Deno.test("logging out here only leaves the session at the service", async () => {
  await using at = await start();
  const one = await visitor(at);
  let page = await one.demo.submit(await one.signIn(), {}, "logout-here");
  expect(headingOf(page)).toBe("Nobody is signed in");
  page = await one.demo.submit(page, {}, "sign-in");
  const straight = await one.own.open(page.url);
  expect(straight.away).toBe("redirect");
});

Deno.test("the demo is told of a session that ended at the service (Back-Channel Logout)", async () => {
  await using at = await start();
  const one = await visitor(at);
  await one.signIn();
  const { access_token } = await at.client.login(one.email);
  const { body } = await at.client.expect(200, "GET", "/users/me/sessions", undefined, access_token);
  for (const { session_id, current } of body.sessions) {
    if (!current) {
      await at.client.expect(204, "DELETE", `/users/me/sessions/${session_id}`, undefined, access_token);
    }
  }
  let page = await one.demo.open("/");
  for (const end = Date.now() + 30_000; headingOf(page) !== "Nobody is signed in" && Date.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    page = await one.demo.open("/");
  }
  expect(textOf(page)).toContain("Flow Shield said that your session has ended");
});

Deno.test("the demo believes no logout token that is not the service's", async () => {
  await using at = await start();
  const one = await visitor(at);
  await one.signIn();
  const { service } = at;
  const sign = (claims: Record<string, unknown>, typ = "logout+jwt") =>
    service.ctx.signing_keys.sign({
      ...{
        iss: at.url,
        aud: "demo",
        sub: "x",
        jti: "1",
        iat: Date.now() / 1000 | 0,
        exp: Date.now() / 1000 + 60 | 0,
      },
      events: { "http://schemas.openid.net/event/backchannel-logout": {} },
      ...claims,
    }, { alg: "ES256", typ });
  const bad = [
    "",
    "nonsense",
    await sign({}, "JWT"),
    await sign({ aud: "another" }),
    await sign({ iss: "https://elsewhere.example" }),
    await sign({ nonce: "1" }),
    await sign({ events: {} }),
    (await sign({})).slice(0, -8) + "AAAAAAAA",
  ];
  for (const logout_token of bad) {
    const response = await fetch(`${at.base}/backchannel-logout`, {
      method: "POST",
      body: new URLSearchParams({ logout_token }),
    });
    expect(response.status).toBe(400);
    await response.body?.cancel();
  }
  expect(headingOf(await one.demo.open("/"))).toMatch(/^Signed in as /);
});

Deno.test("the demo takes no answer that it has not asked for, and no form from elsewhere", async () => {
  await using at = await start();
  const get = (path: string, headers = {}) => fetch(at.base + path, { headers, redirect: "manual" });
  for (const path of ["/callback?code=x&state=y", "/callback", "/start?iss=https://evil.example"]) {
    const response = await get(path);
    expect([path, response.status]).toEqual([path, 400]);
    await response.body?.cancel();
  }
  for (const origin of [undefined, "http://evil.example", at.url]) {
    const response = await fetch(`${at.base}/sign-in`, {
      ...{ method: "POST", redirect: "manual" },
      headers: origin ? { origin } : {},
    });
    expect(response.status).toBe(403);
    await response.body?.cancel();
  }
  const started = await get("/start?iss=" + encodeURIComponent(at.url));
  expect(started.headers.get("location")).toMatch(`${at.url}/oauth/authorize?`);
  // By any other name it leads to its own.
  const other = await fetch(at.base!.replace("127.0.0.1", "localhost") + "/", { redirect: "manual" });
  expect([other.status, other.headers.get("location")]).toEqual([303, `${at.base}/`]);
});

Deno.test("a refusal at the service is told in the demo, by its code", async () => {
  await using at = await start();
  const { demo } = await visitor(at);
  const away = await demo.submit(await demo.open("/"), {}, "sign-in");
  const state = away.url.searchParams.get("state")!;
  const query = new URLSearchParams({ error: "access_denied", state, iss: at.url });
  const page = await demo.open(`/callback?${query}`);
  expect([page.status, textOf(page)]).toEqual([403, expect.stringContaining("access_denied")]);
});

Deno.test("there is no demo in production, and none where it is not wanted", async () => {
  await using at = await start({ env: { OAUTH2_DEMO: "off" } });
  expect(at.base).toBeNull();
  expect(await findClient(at.service.ctx.sql, "demo")).toBeNull();
});

Deno.test("the demo keeps its port from start to start, and its client follows when it has to move", async () => {
  const data_dir = await Deno.makeTempDir();
  const port = freePort();
  const once = async () => {
    await using at = await start({ data_dir, port });
    const { redirect_uris } = (await findClient(at.service.ctx.sql, "demo"))!;
    expect(redirect_uris).toEqual([`${at.base}/callback`]);
    return at.base!;
  };
  const first = await once();
  expect(await once()).toBe(first);
  const taken = createServer().listen(Number(new URL(first).port), "127.0.0.1");
  expect(await once()).not.toBe(first);
  taken.close();
  await Deno.remove(data_dir, { recursive: true });
});

Deno.test("Visits forgets the oldest, renews ids, and ends every session of a sid or a person", () => {
  const visits = new Visits();
  const one = visits.begin();
  for (let i = 0; i < 499; i++) visits.begin();
  expect(visits.find(one.id)).toBe(one);
  visits.begin();
  expect(visits.find(one.id)).toBeNull();
  const signed_in = (sub: string, sid: string) => {
    const visit = visits.begin();
    const known = {
      id_token: "",
      access_token: "",
      refresh_token: null,
      scope: null,
      access_token_ends: null,
    };
    visit.signed_in = { ...known, sub, sid, userinfo: null };
    return visit;
  };
  const [a, b, c] = [signed_in("ann", "1"), signed_in("ann", "2"), signed_in("bob", "3")];
  const old = a.id;
  visits.renew(a);
  expect([visits.find(old), visits.find(a.id)]).toEqual([null, a]);
  expect(visits.end({ sid: "2", sub: "ann" }, "over")).toBe(1);
  expect([a.signed_in === null, b.signed_in === null]).toEqual([false, true]);
  expect(visits.end({ sid: null, sub: "ann" }, "over")).toBe(1);
  expect([a.signed_in === null, c.signed_in === null]).toEqual([true, false]);
});
