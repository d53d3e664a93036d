/** Userinfo, introspection and revocation: what they say of which token, and to whom. */
import { createHmac } from "node:crypto";
import { Buffer } from "node:buffer";
import { expect } from "expect";
import { createProver } from "../../../core/testing/dpop.ts";
import {
  type Person,
  person,
  type TestProvider,
  testProvider,
  tokenOf,
} from "../../../core/testing/provider.ts";
import {
  claimsIn,
  type Fields,
  post,
  type TokenClient,
  tokenClient,
} from "../../../core/testing/token_client.ts";

type Tokens = Record<"access_token" | "refresh_token" | "id_token", string>;

async function connected(
  app: TokenClient,
  who: Person,
  grant: Parameters<TokenClient["code"]>[1] = {},
  dpop?: string,
) {
  const { fields, grant_id, sid } = await app.code(who, grant);
  const { status, body } = await app.token(fields, dpop ? { dpop } : {});
  expect(status).toBe(200);
  return { ...body as Tokens, grant_id, sid };
}

const userinfo = ({ api }: TestProvider, headers: Record<string, string>, query = "") =>
  api("GET", `/oauth/userinfo${query}`, undefined, { headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
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

Deno.test("userinfo wants one token in one place, for openid (RFC 6750 §2, §3)", async (t) => {
  await using service = await testProvider();
  const who = await person(service);
  const app = await tokenClient(service, {
    grant_types: ["authorization_code", "refresh_token", "client_credentials"],
  });
  const { access_token } = await connected(app, who);
  const plain = (await connected(app, who, { scope: ["profile"] })).access_token;
  const machine = (await app.token({ grant_type: "client_credentials" })).body.access_token;
  const challenge = 'Bearer, DPoP algs="ES256 EdDSA Ed25519 PS256 RS256"';
  const cases: [
    string,
    () => Promise<{ status: number; headers: Headers; body: { error: string } }>,
    number,
    string,
    RegExp | string,
  ][] = [
    ["nothing", () => userinfo(service, {}), 401, "invalid_token", challenge],
    [
      "the query",
      () => userinfo(service, {}, `?access_token=${access_token}`),
      401,
      "invalid_token",
      challenge,
    ],
    ["Basic", () => userinfo(service, { authorization: "Basic eDp5" }), 401, "invalid_token", challenge],
    [
      "Bearer alone",
      () => userinfo(service, { authorization: "Bearer" }),
      401,
      "invalid_token",
      /^Bearer error=/,
    ],
    [
      "two tokens",
      () => userinfo(service, { authorization: `Bearer ${access_token} ${access_token}` }),
      401,
      "invalid_token",
      /^Bearer error=/,
    ],
    [
      "header and form",
      () => post(service, "/oauth/userinfo", { access_token }, bearer(access_token)),
      400,
      "invalid_request",
      /error="invalid_request"/,
    ],
    [
      "two in the form",
      () => post(service, "/oauth/userinfo", { access_token: [access_token, "x"] }),
      400,
      "invalid_request",
      "",
    ],
    [
      "no openid",
      () => userinfo(service, bearer(plain)),
      403,
      "insufficient_scope",
      /error="insufficient_scope".*scope="openid"/,
    ],
    ["a machine", () => userinfo(service, bearer(machine)), 403, "insufficient_scope", /scope="openid"/],
    [
      "DPoP for a bearer token",
      () => userinfo(service, { authorization: `DPoP ${access_token}`, dpop: "x" }),
      401,
      "invalid_token",
      /^Bearer error=/,
    ],
  ];
  for (const [what, ask, status, error, header] of cases) {
    await t.step(`${what}: ${error}`, async () => {
      const answer = await ask();
      expect([answer.status, answer.body.error]).toEqual([status, error]);
      const given = answer.headers.get("www-authenticate") ?? "";
      if (typeof header === "string") expect(given).toBe(header);
      else expect(given).toMatch(header);
    });
  }
});

Deno.test("a bound token opens userinfo only with a proof by its key (RFC 9449 §7)", async (t) => {
  await using service = await testProvider({ dpop_nonce: "required" });
  const who = await person(service);
  const app = await tokenClient(service, { dpop_bound_access_tokens: true });
  const [holder, thief] = [await createProver(), await createProver()];
  const at = (path: string) => `${service.core.backend_url}/oauth/${path}`;
  const { fields } = await app.code(who);
  const asked = await app.token(fields, { dpop: await holder.proof({ method: "POST", url: at("token") }) });
  // Refused before the code is touched, so that the client can try again.
  expect([asked.status, asked.body.error]).toEqual([400, "use_dpop_nonce"]);
  const nonce = asked.headers.get("dpop-nonce")!;
  const given = await app.token(fields, {
    dpop: await holder.proof({ method: "POST", url: at("token"), nonce }),
  });
  expect(given.body.token_type).toBe("DPoP");
  const { access_token } = given.body;
  const url = at("userinfo");
  const proof = (changes = {}, by = holder) =>
    by.proof({ method: "GET", url, access_token, nonce, ...changes });
  const show = (dpop?: string) =>
    userinfo(service, { authorization: `DPoP ${access_token}`, ...dpop ? { dpop } : {} });
  const used = await proof();
  expect((await show(used)).body).toEqual({ sub: who.account_id });
  const refused: [string, string | undefined, string][] = [
    ["no proof", undefined, "invalid_dpop_proof"],
    ["another key", await proof({}, thief), "invalid_token"],
    ["no ath", await proof({ access_token: undefined }), "invalid_dpop_proof"],
    ["the ath of another token", await proof({ access_token: "x" }), "invalid_dpop_proof"],
    ["another method", await proof({ method: "POST" }), "invalid_dpop_proof"],
    ["another address", await proof({ url: at("token") }), "invalid_dpop_proof"],
    ["a proof that was used", used, "invalid_dpop_proof"],
    ["two proofs", `${await proof()}, ${await proof()}`, "invalid_dpop_proof"],
    ["no nonce", await proof({ nonce: undefined }), "use_dpop_nonce"],
    ["a nonce of its own", await proof({ nonce: "mine" }), "use_dpop_nonce"],
  ];
  for (const [what, dpop, error] of refused) {
    await t.step(`${what}: ${error}`, async () => {
      const answer = await show(dpop);
      expect([answer.status, answer.body.error]).toEqual([401, error]);
      expect(answer.headers.get("www-authenticate")).toMatch(new RegExp(`^DPoP error="${error}".*algs="`));
      expect(answer.headers.get("dpop-nonce")).toBe(error === "use_dpop_nonce" ? nonce : null);
    });
  }
  await t.step("as a bearer token it is nothing", async () => {
    expect((await userinfo(service, bearer(access_token))).body.error).toBe("invalid_token");
    expect((await post(service, "/oauth/userinfo", { access_token })).body.error).toBe("invalid_token");
  });
  await t.step("introspection says which key", async () => {
    const { body } = await app.call("/oauth/introspect", { token: access_token });
    expect(body).toMatchObject({ token_type: "DPoP", cnf: { jkt: holder.jkt } });
  });
});

Deno.test("claims are what the scopes and the parameter claims ask for, and signed where registered", async () => {
  await using service = await testProvider();
  const who = await person(service);
  const app = await tokenClient(service, {
    userinfo_signed_response_alg: "ES256",
    id_token_signed_response_alg: "EdDSA",
  });
  const other = await tokenClient(service, { introspection_signed_response_alg: "PS256" });
  for (const alg of ["ES256", "PS256", "RS256"]) await service.ctx.signing_keys.ensure(alg);
  const claims = {
    userinfo: {
      email: { value: "another@example.com" },
      email_verified: { essential: true },
      locale: { values: ["en"] },
    },
    id_token: { email: null, nickname: { essential: true }, sub: { value: "somebody" } },
  };
  const { access_token, id_token } = await connected(app, who, { claims });
  const { core } = service;
  // Read by hand: the answer is no JSON.
  const answered = await raw(service, "/oauth/userinfo", { headers: bearer(access_token) });
  expect(answered.type).toBe("application/jwt");
  const verify = (token: string, typ: string) => service.ctx.signing_keys.verify(token, { typ });
  expect(claimsIn(answered.text)).toEqual({
    ...{ iss: core.backend_url, aud: app.client_id, sub: who.account_id },
    ...{ email_verified: true, locale: "en" },
  });
  // It has no end, so nobody can pass it off as a token.
  expect(await verify(answered.text, "JWT")).toBeNull();
  expect(claimsIn(id_token)).toMatchObject({ sub: who.account_id, email: who.email });
  expect(claimsIn(id_token)).not.toHaveProperty("nickname");
  expect(await verify(id_token, "JWT")).not.toBeNull();

  const mine = await connected(other, who);
  const form = new URLSearchParams({ token: mine.access_token }).toString();
  const type = "application/x-www-form-urlencoded";
  const authorization = `Basic ${btoa(`${other.client_id}:${other.client_secret}`)}`;
  const signed = await raw(service, "/oauth/introspect", {
    body: form,
    headers: { "content-type": type, authorization },
  });
  expect(signed.type).toBe("application/token-introspection+jwt");
  expect(JSON.parse(atob(signed.text.split(".")[0]))).toMatchObject({
    alg: "PS256",
    typ: "token-introspection+jwt",
  });
  expect(claimsIn(signed.text)).toEqual({
    ...{ iss: core.backend_url, aud: other.client_id, iat: expect.any(Number) },
    token_introspection: expect.objectContaining({ active: true, sub: who.account_id }),
  });
  const third = await tokenClient(service);
  const wanted = await raw(service, "/oauth/introspect", {
    body: form,
    headers: {
      "content-type": type,
      authorization: `Basic ${btoa(`${third.client_id}:${third.client_secret}`)}`,
      accept: "application/json;q=0.1, application/token-introspection+jwt",
    },
  });
  expect(claimsIn(wanted.text)).toMatchObject({
    aud: third.client_id,
    token_introspection: { active: false },
  });
});

async function raw(
  service: TestProvider,
  path: string,
  init: { body?: string; headers: Record<string, string> },
) {
  const { text, headers } = await service.browse(
    path,
    init.body === undefined ? { headers: init.headers } : {
      form: Object.fromEntries(new URLSearchParams(init.body)),
      headers: init.headers,
    },
  );
  return { text, type: headers.get("content-type") };
}

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
