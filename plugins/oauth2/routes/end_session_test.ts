import { expect } from "expect";
import {
  allow,
  clientServer,
  newClient,
  type Person,
  person,
  type TestProvider,
  testProvider,
} from "../../../core/testing/provider.ts";
import { presentation } from "../../../ui/mod.ts";
import type { Client } from "../client.ts";

const back = "https://app.example/out";
const path = "/oauth/end_session";

/** As issued to the client in this session, long ago. */
const idToken = (
  { ctx, core }: TestProvider,
  { client_id }: Client,
  claims: Record<string, unknown>,
): Promise<string> =>
  ctx.signing_keys.sign({
    ...{ iss: core.backend_url, aud: client_id, iat: 1_700_000_000, exp: 1_700_000_600 },
    ...claims,
  }, { alg: "RS256", typ: "JWT" });

const asked = (fields: Record<string, string>) => `${path}?${new URLSearchParams(fields)}`;
const h1 = (text: string) => /<h1[^>]*>([^<]*)/.exec(text)?.[1];
const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
/** What a person's browser would send with the form on a page. */
const formOf = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/<input +type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g)].map((
      [, name, value = ""],
    ) => [name, value.replace(/&([a-z#0-9]+);/g, (_, entity) => entities[entity])]),
  );
const live = async ({ sql }: TestProvider, { session_id }: Person) =>
  (await sql`select 1 from session where session_id = ${session_id} and ended_at is null`).length === 1;
const deletes = (headers: Headers) => /fs_session=;.*Max-Age=0/.test(headers.get("set-cookie") ?? "");

Deno.test("/oauth/end_session", async (t) => {
  await using service = await testProvider({}, { presentation });
  const { browse, ctx } = service;
  await ctx.signing_keys.ensure("RS256");
  const client = await newClient(service, { post_logout_redirect_uris: [back, `${back}?x=%20y`] });
  const other = await newClient(service, {
    client_name: "Other app",
    post_logout_redirect_uris: ["https://other.example/"],
  });

  async function world() {
    const who = await person(service);
    const { sid } = await allow(service, who, client);
    return { who, sid, id_token_hint: await idToken(service, client, { sub: who.account_id, sid }) };
  }

  await t.step(
    "signs out at once when the hint is of this session, and leads back with the state",
    async () => {
      const { who, id_token_hint } = await world();
      const answer = await browse(
        asked({ id_token_hint, post_logout_redirect_uri: back, state: "a&b c", client_id: client.client_id }),
        { cookie: who.cookie },
      );
      expect(answer).toMatchObject({ status: 303, location: `${back}?state=a%26b%20c` });
      expect(deletes(answer.headers)).toBe(true);
      expect(await live(service, who)).toBe(false);
    },
  );

  await t.step("without an address to go to, says that one is signed out", async () => {
    const { who, id_token_hint } = await world();
    const answer = await browse(asked({ id_token_hint }), { cookie: who.cookie });
    expect([answer.status, h1(answer.text), answer.location]).toEqual([200, "You are signed out", null]);
    expect(deletes(answer.headers)).toBe(true);
    expect(await live(service, who)).toBe(false);
  });

  await t.step(
    "a POST of another site, which comes without the cookie, is asked for again by GET",
    async () => {
      const { who, id_token_hint } = await world();
      const form = { id_token_hint, post_logout_redirect_uri: back, state: "s", unknown: "x" };
      const first = await browse(path, { form, headers: { "sec-fetch-site": "cross-site" } });
      expect(first.status).toBe(303);
      const second = await browse(first.location!.replace(service.core.backend_url, ""), {
        cookie: who.cookie,
      });
      expect(second).toMatchObject({ status: 303, location: `${back}?state=s` });
      expect(await live(service, who)).toBe(false);
    },
  );

  const asks: [
    what: string,
    fields: (w: { who: Person; sid: string }) => Promise<Record<string, string>>,
    says: string,
  ][] = [
    ["nothing", () => Promise.resolve({}), "You are about to sign out."],
    [
      "a client alone",
      () => Promise.resolve({ client_id: client.client_id }),
      "Example app asks to sign you out.",
    ],
    [
      "a hint of another session of the same person",
      async ({ who }) => ({
        id_token_hint: await idToken(service, client, { sub: who.account_id, sid: crypto.randomUUID() }),
      }),
      "Example app asks to sign you out.",
    ],
    [
      "a hint without a session",
      async ({ who }) => ({ id_token_hint: await idToken(service, client, { sub: who.account_id }) }),
      "Example app asks to sign you out.",
    ],
    [
      "a hint of somebody else",
      async ({ sid }) => ({
        id_token_hint: await idToken(service, client, { sub: crypto.randomUUID(), sid }),
      }),
      "Example app asks to sign somebody else out, but you are signed in as",
    ],
    [
      "a hint of a client this session was never used for",
      async ({ who, sid }) => ({
        id_token_hint: await idToken(service, other, { sub: who.account_id, sid }),
      }),
      "Other app asks to sign you out.",
    ],
  ];
  for (const [what, fields, says] of asks) {
    await t.step(`asks first with ${what}, and says who is signed in`, async () => {
      const { who, sid } = await world();
      const answer = await browse(asked(await fields({ who, sid })), { cookie: who.cookie });
      expect([answer.status, h1(answer.text)]).toEqual([200, "Sign out?"]);
      expect(answer.text).toContain(says.replace("'", "&#39;"));
      expect(answer.text).toContain(who.email);
      expect(answer.text).toMatch(/<button[^>]*id="logout"/);
      expect(await live(service, who)).toBe(true);
    });
  }

  await t.step(
    "a yes on that page signs out and leads back; its policy lets the form lead there",
    async () => {
      const { who } = await world();
      const page = await browse(
        asked({ client_id: client.client_id, post_logout_redirect_uri: `${back}?x=%20y`, state: 'q"&<>' }),
        { cookie: who.cookie },
      );
      expect(page.headers.get("content-security-policy")).toContain(
        "form-action 'self' https:;",
      );
      const form = formOf(page.text);
      expect(form).toEqual({
        client_id: client.client_id,
        post_logout_redirect_uri: `${back}?x=%20y`,
        state: 'q"&<>',
      });
      const yes = await browse("/logout", { form, cookie: who.cookie });
      expect(yes.status).toBe(303);
      expect(deletes(yes.headers)).toBe(true);
      expect(await live(service, who)).toBe(false);
      const gone = await browse(yes.location!.replace(service.core.backend_url, ""));
      expect(gone).toMatchObject({ status: 303, location: `${back}?x=%20y&state=q%22%26%3C%3E` });
    },
  );

  await t.step(
    "a yes from another site, or to an address that is not registered, changes nothing",
    async () => {
      const { who } = await world();
      const { cookie } = who;
      const forged = await browse("/logout", {
        form: {},
        cookie,
        headers: { "sec-fetch-site": "cross-site" },
      });
      expect(forged.status).toBe(403);
      const api = await service.api("POST", "/oauth/end_session/confirm", {}, { headers: { cookie } });
      expect(api).toMatchObject({ status: 403, body: { code: "csrf_failed" } });
      for (
        const form of [
          { client_id: client.client_id, post_logout_redirect_uri: "https://evil.example/" },
          { client_id: other.client_id, post_logout_redirect_uri: back },
          { client_id: "nobody", post_logout_redirect_uri: back },
        ]
      ) {
        const answer = await browse("/logout", { form, cookie });
        expect([answer.status, answer.location]).toEqual([400, null]);
      }
      expect(await live(service, who)).toBe(true);
      const twice = await browse("/logout", { form: {}, cookie });
      expect([twice.status, h1(twice.text)]).toEqual([200, "You are signed out"]);
      const again = await browse("/logout", {
        form: { client_id: client.client_id, post_logout_redirect_uri: back },
        cookie,
      });
      expect(again.status).toBe(303);
      expect((await browse(again.location!.replace(service.core.backend_url, ""))).location).toBe(back);
    },
  );

  await t.step("an address is not used when nobody says whose it is", async () => {
    const { who } = await world();
    const fields = asked({ post_logout_redirect_uri: back, state: "s" });
    const page = await browse(fields, { cookie: who.cookie });
    expect(h1(page.text)).toBe("Sign out?");
    expect(formOf(page.text)).toEqual({});
    const nobody = await browse(fields);
    expect([nobody.status, h1(nobody.text)]).toEqual([200, "You are signed out"]);
  });

  await t.step("who is signed out already goes straight back", async () => {
    const { id_token_hint } = await world();
    const answer = await browse(asked({ id_token_hint, post_logout_redirect_uri: back, state: "s" }));
    expect(answer).toMatchObject({ status: 303, location: `${back}?state=s` });
  });

  const good = await world();
  const parts = good.id_token_hint.split(".");
  const none = `${btoa('{"alg":"none","typ":"JWT"}').replace(/=+$/, "")}.${parts[1]}.`;
  const refused: [what: string, search: () => string | Promise<string>][] = [
    ["a hint that is no token", () => asked({ id_token_hint: "nonsense" })],
    [
      "a hint with another signature",
      () => asked({ id_token_hint: `${parts[0]}.${parts[1]}.${"A".repeat(342)}` }),
    ],
    ["an unsigned hint", () => asked({ id_token_hint: none })],
    [
      "a hint of another issuer",
      async () =>
        asked({
          id_token_hint: await idToken(service, client, {
            sub: good.who.account_id,
            iss: "https://evil.example",
          }),
        }),
    ],
    ["an access token as a hint", async () => {
      const claims = {
        iss: service.core.backend_url,
        aud: client.client_id,
        sub: good.who.account_id,
        exp: 4e9,
      };
      return asked({ id_token_hint: await ctx.signing_keys.sign(claims, { typ: "at+jwt" }) });
    }],
    ["a hint for nobody", async () => asked({ id_token_hint: await idToken(service, client, {}) })],
    [
      "a hint for a client that is gone",
      async () =>
        asked({ id_token_hint: await idToken(service, { client_id: "gone" } as Client, { sub: "x" }) }),
    ],
    [
      "another client than the hint's",
      () => asked({ id_token_hint: good.id_token_hint, client_id: other.client_id }),
    ],
    ["a client nobody knows", () => asked({ client_id: "nobody" })],
    [
      "an address that is not registered",
      () => asked({ id_token_hint: good.id_token_hint, post_logout_redirect_uri: "https://evil.example/" }),
    ],
    [
      "an address that only begins as registered",
      () => asked({ id_token_hint: good.id_token_hint, post_logout_redirect_uri: `${back}/more` }),
    ],
    [
      "an address with another query",
      () => asked({ id_token_hint: good.id_token_hint, post_logout_redirect_uri: `${back}?y=1` }),
    ],
    [
      "an address of another case",
      () => asked({ id_token_hint: good.id_token_hint, post_logout_redirect_uri: back.toUpperCase() }),
    ],
    [
      "another client's address",
      () => asked({ id_token_hint: good.id_token_hint, post_logout_redirect_uri: "https://other.example/" }),
    ],
    [
      "a script as an address",
      () => asked({ id_token_hint: good.id_token_hint, post_logout_redirect_uri: "javascript:alert(1)" }),
    ],
    ["a field given twice", () => `${asked({ state: "a" })}&state=b`],
    ["a hint given twice", () => `${asked({ id_token_hint: good.id_token_hint })}&id_token_hint=x`],
    ["a state that never ends", () => asked({ state: "x".repeat(2001) })],
    ["a hint that never ends", () => asked({ id_token_hint: "x".repeat(8001) })],
  ];
  for (const [what, search] of refused) {
    await t.step(`${what} ends on a page that names the error, and nobody is signed out`, async () => {
      const answer = await browse(await search(), { cookie: good.who.cookie });
      expect([answer.status, h1(answer.text), answer.location]).toEqual([400, "invalid_request", null]);
      expect(await live(service, good.who)).toBe(true);
    });
  }

  await t.step(
    "apps that are told by the browser are loaded in frames, then the browser goes on",
    async () => {
      const framed = await newClient(service, {
        redirect_uris: ["https://front.example/callback"],
        frontchannel_logout_uri: "https://front.example/bye?x=1",
        frontchannel_logout_session_required: true,
      });
      const { who, sid, id_token_hint } = await world();
      const { sid: framed_sid } = await allow(service, who, framed);
      expect(framed_sid).not.toBe(sid);
      const answer = await browse(asked({ id_token_hint, post_logout_redirect_uri: back, state: "s" }), {
        cookie: who.cookie,
      });
      expect([answer.status, h1(answer.text)]).toEqual([200, "You are signed out"]);
      const src = /<iframe[^>]*src="([^"]+)"/.exec(answer.text)![1].replaceAll("&amp;", "&");
      const iss = encodeURIComponent(service.core.backend_url);
      expect(src).toBe(`https://front.example/bye?x=1&iss=${iss}&sid=${framed_sid}`);
      expect(answer.headers.get("content-security-policy")).toContain(
        "frame-src 'self' https://front.example;",
      );
      expect(answer.headers.get("refresh")).toBe(`2; url=${back}?state=s`);
      expect(answer.text).toContain(`href="${back}?state=s"`);
      expect(deletes(answer.headers)).toBe(true);

      const again = await world();
      await allow(service, again.who, framed);
      const form = { client_id: client.client_id, post_logout_redirect_uri: back };
      const yes = await browse("/logout", { form, cookie: again.who.cookie });
      expect(yes.text).toContain("https://front.example/bye?x=1&amp;iss=");
      expect(yes.headers.get("refresh")).toBe(`2; url=${back}`);
    },
  );

  await t.step("apps that are told by us know before the browser is back", async () => {
    await using server = clientServer();
    const told = await newClient(service, { backchannel_logout_uri: `${server.url}/out` });
    const { who, id_token_hint } = await world();
    await allow(service, who, told);
    await browse(asked({ id_token_hint, post_logout_redirect_uri: back }), { cookie: who.cookie });
    expect(server.received).toHaveLength(1);
    await service.turn();
    expect(server.received).toHaveLength(1);
  });

  await t.step("the page without an app asks who is signed in, and tells who is not", async () => {
    const { who } = await world();
    expect(h1((await browse("/logout", { cookie: who.cookie })).text)).toBe("Sign out?");
    expect(h1((await browse("/logout")).text)).toBe("You are signed out");
  });
});

Deno.test("/oauth/launch leads to the app's own sign-in with our name (OpenID Connect Core §4)", async () => {
  await using service = await testProvider({}, { presentation });
  const app = await newClient(service, { initiate_login_uri: "https://app.example/start?x=1" });
  const iss = encodeURIComponent(service.core.backend_url);
  const start = `https://app.example/start?x=1&iss=${iss}`;
  const to = (target: string) => `?target_link_uri=${encodeURIComponent(target)}`;
  const rows: [search: string, location: string][] = [
    ["", start],
    [
      to("https://app.example/deep"),
      `${start}&target_link_uri=${encodeURIComponent("https://app.example/deep")}`,
    ],
    [to("https://evil.example/"), start],
    [to("//evil.example/"), start],
    [to("javascript:alert(1)"), start],
    [`${to("https://app.example/a")}&target_link_uri=b`, start],
  ];
  for (const [search, location] of rows) {
    expect((await service.browse(`/oauth/launch/${app.client_id}${search}`)).location).toBe(location);
  }
  for (const client_id of [(await newClient(service)).client_id, "nobody", "%00", "x".repeat(300)]) {
    const answer = await service.browse(`/oauth/launch/${client_id}`);
    expect([client_id, answer.location]).toEqual([client_id, null]);
    expect([404, 422]).toContain(answer.status);
  }
});
