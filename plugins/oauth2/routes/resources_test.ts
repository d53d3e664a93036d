/** What a token opens at userinfo, introspection and revocation, and to whom it is told. */
import { createHmac } from "node:crypto";
import { Buffer } from "node:buffer";
import { expect } from "expect";
import { person, testProvider, tokenOf } from "../../../core/testing/provider.ts";
import {
  bearer,
  claimsIn,
  connected,
  type Fields,
  post,
  tokenClient,
  type Tokens,
  userinfo,
} from "../../../core/testing/token_client.ts";

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

for (const access_token_format of ["jwt", "opaque"]) {
  Deno.test(`an ${access_token_format} access token: what it opens, and to whom it is told`, async (t) => {
    await using service = await testProvider();
    const { sql, core } = service;
    const who = await person(service);
    const app = await tokenClient(service, { access_token_format });
    const api = "https://api.example/";
    const audience = await tokenClient(service, { resources: [api] });
    const named = await tokenClient(service, {}, { client_id: "https://named.example/" });
    const stranger = await tokenClient(service);
    const open = await tokenClient(service, { token_endpoint_auth_method: "none" });
    const scope = ["openid", "email"];
    const one = await connected(app, who, { scope });

    await t.step("userinfo says what its scopes stand for", async () => {
      const expected = { sub: who.account_id, email: who.email, email_verified: true };
      const get = await userinfo(service, bearer(one.access_token));
      expect([get.status, get.body]).toEqual([200, expected]);
      expect(get.headers.get("cache-control")).toBe("no-store");
      expect((await post(service, "/oauth/userinfo", {}, bearer(one.access_token))).body).toEqual(expected);
      expect((await post(service, "/oauth/userinfo", { access_token: one.access_token })).body).toEqual(
        expected,
      );
      const empty = await service.api("POST", "/oauth/userinfo", undefined, { token: one.access_token });
      expect(empty.body).toEqual(expected);
    });

    await t.step("introspection says it to its client and to its audience, to nobody else", async () => {
      const { access_token: token } = await connected(app, who, { scope, resource: [api, named.client_id] });
      for (const by of [app, audience, named]) {
        const { status, body, headers } = await by.call("/oauth/introspect", { token });
        expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
        expect(body).toEqual({
          ...{ active: true, iss: core.backend_url, client_id: app.client_id, sub: who.account_id },
          ...{ aud: [api, named.client_id], scope: "openid email", token_type: "Bearer" },
          ...{ iat: expect.any(Number), exp: expect.any(Number), auth_time: expect.any(Number) },
          ...{ jti: expect.any(String), acr: "1", amr: ["pwd"] },
        });
      }
      expect((await stranger.call("/oauth/introspect", { token })).body).toEqual({ active: false });
      // RFC 7662 §2.1: some form of authorization; a public client shows none.
      const asked = await open.call("/oauth/introspect", { token });
      expect([asked.status, asked.body.error]).toEqual([401, "invalid_client"]);
    });

    await t.step("a token for a resource elsewhere opens no userinfo", async () => {
      const { access_token } = await connected(app, who, { scope, resource: [api] });
      const { status, body } = await userinfo(service, bearer(access_token));
      expect([status, body.error]).toEqual([401, "invalid_token"]);
    });

    const ends: [string, (tokens: Tokens & { grant_id: string }) => PromiseLike<unknown>][] = [
      ["it was revoked", ({ access_token: token }) => app.call("/oauth/revoke", { token })],
      ["its refresh token was revoked", ({ refresh_token: token }) => app.call("/oauth/revoke", { token })],
      [
        "its refresh token was revoked, under a wrong hint",
        ({ refresh_token: token }) => app.call("/oauth/revoke", { token, token_type_hint: "access_token" }),
      ],
      [
        "its grant was revoked",
        ({ grant_id }) => sql`update oauth_grant set revoked_at = now() where grant_id = ${grant_id}`,
      ],
      [
        "its grant is over",
        ({ grant_id }) => sql`update oauth_grant set expires_at = now() where grant_id = ${grant_id}`,
      ],
      ["its grant is gone", ({ grant_id }) => sql`delete from oauth_grant where grant_id = ${grant_id}`],
      [
        "its account is closed",
        () => sql`update account set status = 'disabled' where account_id = ${who.account_id}`,
      ],
    ];
    for (const [what, end] of ends) {
      await t.step(`is nothing any more once ${what}`, async () => {
        const tokens = await connected(app, who, { scope });
        // Seen before, so that nothing remembered keeps it alive.
        expect((await userinfo(service, bearer(tokens.access_token))).status).toBe(200);
        await end(tokens);
        const { status, body, headers } = await userinfo(service, bearer(tokens.access_token));
        expect([status, body.error]).toEqual([401, "invalid_token"]);
        expect(headers.get("www-authenticate")).toMatch(/^Bearer error="invalid_token", error_description="/);
        const asked = await app.call("/oauth/introspect", { token: tokens.access_token });
        expect(asked.body).toEqual({ active: false });
        await sql`update account set status = 'active' where account_id = ${who.account_id}`;
      });
    }

    await t.step("is not revoked by others, whatever they say", async () => {
      const { access_token, refresh_token } = await connected(app, who, { scope });
      for (const by of [stranger, audience, open]) {
        // RFC 7009 §2.1: refused, and the client is told; of what was never given out nothing is said (§2.2).
        for (const token of [access_token, refresh_token]) {
          expect((await by.call("/oauth/revoke", { token })).status).toBe(400);
        }
        for (const token of ["unknown", "a.b.c", "x".repeat(20_000)]) {
          expect((await by.call("/oauth/revoke", { token })).status).toBe(200);
        }
      }
      expect((await userinfo(service, bearer(access_token))).status).toBe(200);
      expect((await app.call("/oauth/introspect", { token: refresh_token })).body.active).toBe(true);
    });

    await t.step("the client is gone", async () => {
      await sql`delete from oauth_client where client_id = ${app.client_id}`;
      expect((await userinfo(service, bearer(one.access_token))).status).toBe(401);
      expect((await audience.call("/oauth/introspect", { token: one.access_token })).body.active).toBe(false);
    });
  });
}

Deno.test("what is no living access token of a client opens nothing", async (t) => {
  await using service = await testProvider();
  const { ctx } = service;
  const who = await person(service);
  const app = await tokenClient(service);
  const one = await connected(app, who, { nonce: "n" });
  const claims = claimsIn(one.access_token);
  const [head, body, signature] = one.access_token.split(".");
  const sign = (changes: Record<string, unknown>, typ = "at+jwt") =>
    ctx.signing_keys.sign(JSON.parse(JSON.stringify({ ...claims, jti: crypto.randomUUID(), ...changes })), {
      typ,
    });
  const jwks = (await ctx.signing_keys.jwks()).keys;
  const input = `${encode({ alg: "HS256", typ: "at+jwt", kid: jwks[0].kid })}.${body}`;
  const hs256 = `${input}.${createHmac("sha256", JSON.stringify(jwks[0])).update(input).digest("base64url")}`;
  const header = JSON.parse(Buffer.from(head, "base64url").toString());
  const tokens: [string, string][] = [
    ["nonsense", "unknown"],
    ["an opaque one that is unknown", `fsa_${"a".repeat(43)}`],
    ["an opaque one of 5,000 letters", `fsa_${"a".repeat(5000)}`],
    ["a refresh token", one.refresh_token],
    ["an ID token", one.id_token],
    ["a token of our own pages", await tokenOf(service, who)],
    ["our own pages' client_id", await sign({ client_id: "first-party" })],
    ["a sid", await sign({ sid: one.sid })],
    ["the type JWT", await sign({}, "JWT")],
    ["the type of a logout token", await sign({}, "logout+jwt")],
    ["another issuer", await sign({ iss: "https://evil.example" })],
    ["an exp that is over", await sign({ exp: claims.iat - 1 })],
    ["no exp", await sign({ exp: undefined })],
    ["a grant nobody knows", await sign({ grant_id: crypto.randomUUID() })],
    ["a client nobody knows", await sign({ client_id: "nobody" })],
    ["no client", await sign({ client_id: undefined })],
    ["no subject", await sign({ sub: undefined })],
    ["alg none", `${encode({ ...header, alg: "none" })}.${body}.`],
    ["alg none and a signature", `${encode({ ...header, alg: "none" })}.${body}.${signature}`],
    ["an HMAC by our public key", hs256],
    ["another kid", `${encode({ ...header, kid: "../../../dev/zero" })}.${body}.${signature}`],
    ["other claims", `${head}.${encode({ ...claims, sub: crypto.randomUUID() })}.${signature}`],
    [
      "a bit of the signature changed",
      `${head}.${body}.${signature.slice(0, -2)}${signature.endsWith("AA") ? "BA" : "AA"}`,
    ],
    ["a JWT of 40 KB", `${head}.${encode({ ...claims, pad: "a".repeat(40_000) })}.${signature}`],
    ["a JWE", "a.b.c.d.e"],
  ];
  for (const [what, token] of tokens) {
    await t.step(what, async () => {
      const answer = await userinfo(service, bearer(token));
      expect([answer.status, answer.body.error]).toEqual([401, "invalid_token"]);
      const asked = await app.call("/oauth/introspect", { token });
      // A refresh token is its client's to ask about.
      expect(asked.body.active).toBe(what === "a refresh token");
    });
  }
  expect((await userinfo(service, bearer(one.access_token))).body).toEqual({ sub: who.account_id });
});

Deno.test("introspection and revocation want a client and one token", async (t) => {
  await using service = await testProvider();
  const app = await tokenClient(service);
  const cases: [string, Fields, string][] = [
    ["no token", {}, "invalid_request"],
    ["an empty token", { token: "" }, "invalid_request"],
    ["two tokens", { token: ["a", "b"] }, "invalid_request"],
    ["another client_id", { token: "a", client_id: "b" }, "invalid_request"],
    ["a secret in the form, too", { token: "a", client_secret: "b" }, "invalid_request"],
  ];
  for (const path of ["/oauth/introspect", "/oauth/revoke"]) {
    for (const [what, fields, error] of cases) {
      await t.step(`${path}, ${what}: ${error}`, async () => {
        const { status, body } = await app.call(path, fields);
        expect([status, body.error]).toEqual([400, error]);
      });
    }
    await t.step(`${path} without a client: invalid_client`, async () => {
      expect((await post(service, path, { token: "a" })).body.error).toBe("invalid_client");
    });
    await t.step(`${path} of unknown hints and tokens says nothing`, async () => {
      const { status, body } = await app.call(path, { token: "unknown", token_type_hint: "cookie" });
      expect([status, body]).toEqual([200, path === "/oauth/revoke" ? null : { active: false }]);
    });
    await t.step(`${path} takes forms by POST only`, async () => {
      expect((await service.api("GET", path)).status).toBe(405);
      expect((await service.api("POST", path, { token: "a" })).body.error).toBe("invalid_request");
    });
  }
});
