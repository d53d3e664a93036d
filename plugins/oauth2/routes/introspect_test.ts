import { createLocalJWKSet, jwtVerify } from "jose";
import { expect } from "expect";
import { person, type TestProvider, testProvider } from "../../../core/testing/provider.ts";
import { createProver } from "../../../core/testing/dpop.ts";
import { basic, post, type TokenClient, tokenClient } from "../../../core/testing/token_client.ts";
import { readAccessToken } from "../access_token.ts";
import { revokeGrants } from "../grant.ts";

const api_url = "https://api.example/";
const machine = { redirect_uris: [], grant_types: ["client_credentials"] };

const ask = (client: TokenClient, token: string, headers: Record<string, string> = {}) =>
  client.call("/oauth/introspect", { token }, headers);
const active = async (client: TokenClient, token: string) => (await ask(client, token)).body.active;
const off = { active: false };

for (const access_token_format of ["jwt", "opaque"]) {
  Deno.test(`introspection tells of an access token (${access_token_format}) to those it concerns`, async (t) => {
    await using service = await testProvider();
    const { core, sql } = service;
    const who = await person(service);
    const app = await tokenClient(service, { access_token_format });
    const resource = await tokenClient(service, { ...machine, resources: [api_url] });
    const stranger = await tokenClient(service, { ...machine, resources: ["https://other.example/"] });
    const { fields, grant_id } = await app.code(who, { scope: ["openid", "email"], resource: [api_url] });
    const tokens = (await app.token(fields)).body;

    await t.step("its own client and its audience read the same", async () => {
      const own = await ask(app, tokens.access_token);
      expect(own.headers.get("cache-control")).toBe("no-store");
      expect(own.body).toEqual({
        ...{ active: true, iss: core.backend_url, aud: api_url, sub: who.account_id },
        ...{ client_id: app.client_id, scope: "openid email", token_type: "Bearer" },
        ...{ acr: "1", amr: ["pwd"], jti: expect.any(String) },
        ...{ iat: expect.any(Number), exp: expect.any(Number), auth_time: expect.any(Number) },
      });
      expect((await ask(resource, tokens.access_token)).body).toEqual(own.body);
    });

    const nothing: [string, TokenClient, string][] = [
      ["a stranger", stranger, tokens.access_token],
      ["a stranger with a refresh token", stranger, tokens.refresh_token],
      ["its audience with a refresh token", resource, tokens.refresh_token],
      ["its client with an ID token", app, tokens.id_token],
      ["its client with a letter more", app, `${tokens.access_token}A`],
      ["its client with nonsense", app, "nonsense"],
      ["its client with 9,000 letters", app, "a".repeat(9000)],
      ["its client with the prefix of one", app, "fsa_"],
      ["its client with one of three dots", app, "a.b.c"],
    ];
    for (const [what, client, token] of nothing) {
      await t.step(`says nothing to ${what}`, async () => {
        const { status, body } = await ask(client, token);
        expect([status, body]).toEqual([200, off]);
      });
    }

    await t.step(
      "a disabled account has no live token, and has it again when it is active again",
      async () => {
        const set = (status: string) =>
          sql`update account set status = ${status} where account_id = ${who.account_id}`;
        await set("disabled");
        expect(await active(resource, tokens.access_token)).toBe(false);
        expect(await active(app, tokens.refresh_token)).toBe(false);
        await set("active");
        expect(await active(resource, tokens.access_token)).toBe(true);
      },
    );

    await t.step("a token that has ended says nothing", async () => {
      const [row] = await sql`select expires_at from oauth_grant where grant_id = ${grant_id}`;
      await sql`update oauth_grant set expires_at = now() - interval '1 second' where grant_id = ${grant_id}`;
      expect(await active(app, tokens.access_token)).toBe(false);
      await sql`update oauth_grant set expires_at = ${row.expires_at} where grant_id = ${grant_id}`;
    });

    await t.step("what is revoked says nothing, at once", async () => {
      await revokeGrants(sql, { grant_id }, "test");
      expect(await active(app, tokens.access_token)).toBe(false);
      expect(await active(resource, tokens.access_token)).toBe(false);
      expect(await active(app, tokens.refresh_token)).toBe(false);
    });

    await t.step("a client that is gone leaves none behind", async () => {
      const doomed = await tokenClient(service, { ...machine, access_token_format });
      const { access_token } =
        (await doomed.token({ grant_type: "client_credentials", resource: api_url })).body;
      expect(await active(resource, access_token)).toBe(true);
      await sql`delete from oauth_client where client_id = ${doomed.client_id}`;
      expect(await active(resource, access_token)).toBe(false);
    });
  });
}

Deno.test("introspection is for clients that show who they are", async (t) => {
  await using service = await testProvider();
  const app = await tokenClient(service);
  const open = await tokenClient(service, { token_endpoint_auth_method: "none" });
  const token = (await app.token((await app.code(await person(service))).fields)).body.access_token;
  const refused: [string, () => ReturnType<typeof post>, number, string][] = [
    ["nobody", () => post(service, "/oauth/introspect", { token }), 401, "invalid_client"],
    ["a public client", () => open.call("/oauth/introspect", { token }), 401, "invalid_client"],
    [
      "a name alone",
      () => post(service, "/oauth/introspect", { token, client_id: app.client_id }),
      401,
      "invalid_client",
    ],
    [
      "the token itself",
      () => post(service, "/oauth/introspect", { token }, { authorization: `Bearer ${token}` }),
      400,
      "invalid_request",
    ],
    [
      "no token",
      () => app.call("/oauth/introspect", { token_type_hint: "access_token" }),
      400,
      "invalid_request",
    ],
    ["an empty token", () => app.call("/oauth/introspect", { token: "" }), 400, "invalid_request"],
    ["two tokens", () => app.call("/oauth/introspect", { token: [token, token] }), 400, "invalid_request"],
    ["JSON", () => service.api("POST", "/oauth/introspect", { token }), 400, "invalid_request"],
    [
      "70,000 letters",
      () => app.call("/oauth/introspect", { token: "a".repeat(70_000) }),
      413,
      "invalid_request",
    ],
  ];
  for (const [what, call, status, error] of refused) {
    await t.step(`refuses ${what}`, async () => {
      const answer = await call();
      expect([answer.status, answer.body.error]).toEqual([status, error]);
    });
  }
  await t.step("GET is no method, and scripts of other sites read nothing", async () => {
    const { status, headers } = await service.api("GET", `/oauth/introspect?token=${token}`, undefined, {
      headers: { origin: "https://evil.example" },
    });
    expect([status, headers.get("access-control-allow-origin")]).toEqual([405, null]);
  });
  await t.step("a wrong hint finds the token all the same (RFC 7662 §2.1)", async () => {
    const answer = await app.call("/oauth/introspect", { token, token_type_hint: "refresh_token" });
    expect(answer.body.active).toBe(true);
  });
});

Deno.test("introspection is signed for who registered or accepts it (RFC 9701)", async (t) => {
  await using service = await testProvider();
  const type = "application/token-introspection+jwt";
  const plain = await tokenClient(service);
  const registered = await tokenClient(service, { introspection_signed_response_alg: "ES256" });
  const cases: [string, TokenClient, string | null, string | null][] = [
    ["registered", registered, null, "ES256"],
    ["registered and accepts JSON", registered, "application/json", "ES256"],
    ["accepts it", plain, type, "RS256"],
    ["accepts it among others", plain, `application/json;q=0.5, ${type.toUpperCase()};q=1`, "RS256"],
    ["asks for nothing", plain, null, null],
    ["accepts JSON", plain, "application/json", null],
    ["accepts anything", plain, "*/*", null],
  ];
  for (const [what, client, accept, alg] of cases) {
    await t.step(what, async () => {
      const token = (await client.token((await client.code(await person(service))).fields)).body.access_token;
      for (const [shown, live] of [[token, true], ["nonsense", false]] as const) {
        const { type: got, text } = await raw(service, client, shown, accept);
        if (alg === null) {
          expect([got, JSON.parse(text).active]).toEqual(["application/json", live]);
          continue;
        }
        expect(got).toBe(type);
        const keys = createLocalJWKSet(await service.ctx.signing_keys.jwks());
        const { payload, protectedHeader } = await jwtVerify(text, keys, { audience: client.client_id });
        expect([protectedHeader.alg, protectedHeader.typ]).toEqual([alg, "token-introspection+jwt"]);
        // RFC 9701 §5, §8.1: no sub and no exp outside, so that nobody takes it for a token.
        expect(Object.keys(payload).toSorted()).toEqual(["aud", "iat", "iss", "token_introspection"]);
        expect((payload.token_introspection as { active: boolean }).active).toBe(live);
        // And it is none.
        expect(await readAccessToken(service.oauth, text)).toBeNull();
      }
    });
  }
});

/** As it came, since the answer is not JSON. */
async function raw(service: TestProvider, client: TokenClient, token: string, accept: string | null) {
  const { text, headers } = await service.browse("/oauth/introspect", {
    form: { token },
    headers: { ...basic(client.client_id, client.client_secret!), accept: accept ?? "" },
  });
  return { text, type: headers.get("content-type")! };
}

Deno.test("introspection tells to which key a token is bound", async () => {
  await using service = await testProvider();
  const app = await tokenClient(service);
  const { jkt, proof } = await createProver();
  const url = `${service.core.backend_url}/oauth/token`;
  const { fields } = await app.code(await person(service));
  const { body } = await app.token(fields, { dpop: await proof({ method: "POST", url }) });
  expect((await ask(app, body.access_token)).body).toMatchObject({
    active: true,
    token_type: "DPoP",
    cnf: { jkt },
  });
});
