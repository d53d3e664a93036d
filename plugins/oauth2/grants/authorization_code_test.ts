import { expect } from "expect";
import { createProver } from "../../../core/testing/dpop.ts";
import { person, testProvider } from "../../../core/testing/provider.ts";
import {
  callback,
  challengeOf,
  claimsIn,
  type Fields,
  type TokenClient,
  tokenClient,
  verifier,
} from "../../../core/testing/token_client.ts";
import type { AuthorizationCode } from "../authorization_code.ts";
import type { Grant } from "../grant.ts";
import { leftHalf } from "../id_token.ts";

Deno.test("a code gives tokens that say who, to whom, when and for what", async () => {
  await using service = await testProvider();
  const { sql, core } = service;
  const who = await person(service);
  const app = await tokenClient(service);
  const { fields, grant_id, sid } = await app.code(who, { scope: ["openid", "email"], nonce: "n-1" });
  const { status, body, headers } = await app.token(fields);
  expect(status).toBe(200);
  expect([headers.get("cache-control"), headers.get("pragma")]).toEqual(["no-store", "no-cache"]);
  expect(headers.get("dpop-nonce")).toBeNull();
  expect(body).toEqual({
    access_token: expect.any(String),
    token_type: "Bearer",
    expires_in: core.jwt_access_token_expire_minutes * 60,
    scope: "openid email",
    refresh_token: expect.stringMatching(/^fsr2_[\w-]{43}$/),
    id_token: expect.any(String),
  });
  const common = { iss: core.backend_url, sub: who.account_id, acr: "1", amr: ["pwd"] };
  const times = { iat: expect.any(Number), exp: expect.any(Number), auth_time: expect.any(Number) };
  const access = claimsIn(body.access_token);
  expect(access).toEqual({
    ...{ ...common, ...times, aud: core.backend_url, client_id: app.client_id, jti: expect.any(String) },
    ...{ scope: "openid email", grant_id },
  });
  expect(claimsIn(body.id_token)).toEqual({
    ...{ ...common, ...times, aud: app.client_id, nonce: "n-1", sid },
    at_hash: leftHalf("RS256", body.access_token),
  });
  // Our own pages' API takes no client's token for a session.
  expect((await service.api("GET", "/users/me/sessions", undefined, { token: body.access_token })).status)
    .toBe(401);
  const stored = JSON.stringify(await sql`select * from oauth_refresh_token`);
  expect(stored).not.toContain(body.refresh_token);
  await service.idle();
  expect(await sql`select used_at from oauth_client where client_id = ${app.client_id}`).toEqual([
    { used_at: expect.any(Date) },
  ]);
});

type Refusal = [
  what: string,
  error: string,
  changes: Fields,
  bound?: { code?: Partial<AuthorizationCode>; grant?: Partial<Grant>; by?: TokenClient; header?: string },
];

Deno.test("a code is refused to whoever does not show what it is bound to", async (t) => {
  await using service = await testProvider();
  const { sql } = service;
  const who = await person(service);
  const app = await tokenClient(service);
  const other = await tokenClient(service);
  const open = await tokenClient(service, { token_endpoint_auth_method: "none" });
  const many = await tokenClient(service, { redirect_uris: [callback, `${callback}/2`] });
  const [holder, thief] = [await createProver(), await createProver()];
  const url = `${service.core.backend_url}/oauth/token`;
  const stolen = await thief.proof({ method: "POST", url });
  const unchallenged = { code: { code_challenge: null } };
  const unnamed = { code: { redirect_uri: null } };

  /** Each uses up the code, and ends its grant. */
  const misused: Refusal[] = [
    ["another redirect_uri", "invalid_grant", { redirect_uri: `${callback}/` }],
    ["another redirect_uri by its case", "invalid_grant", { redirect_uri: callback.toUpperCase() }],
    ["a redirect_uri with a query more", "invalid_grant", { redirect_uri: `${callback}?a=b` }],
    ["no redirect_uri", "invalid_grant", { redirect_uri: [] }],
    ["an empty redirect_uri", "invalid_grant", { redirect_uri: "" }],
    [
      "a foreign redirect_uri where there was none",
      "invalid_grant",
      { redirect_uri: "https://evil.example" },
      unnamed,
    ],
    ["one of two redirect_uris where there was none", "invalid_grant", {}, { ...unnamed, by: many }],
    ["a wrong verifier", "invalid_grant", { code_verifier: "w".repeat(43) }],
    ["a verifier that differs in its case", "invalid_grant", { code_verifier: verifier.toUpperCase() }],
    ["the challenge as verifier", "invalid_grant", { code_verifier: challengeOf(verifier) }],
    ["no verifier", "invalid_grant", { code_verifier: [] }],
    ["an empty verifier", "invalid_grant", { code_verifier: "" }],
    ["a verifier where no challenge was", "invalid_grant", {}, unchallenged],
    ["another key", "invalid_grant", {}, { code: { dpop_jkt: holder.jkt }, header: stolen }],
    ["no key", "invalid_grant", {}, { code: { dpop_jkt: holder.jkt } }],
  ];
  for (const [what, error, changes, { code = {}, grant = {}, by = app, header } = {}] of misused) {
    await t.step(`${what} is ${error}, and ends it`, async () => {
      const { fields, grant_id } = await by.code(who, grant, code);
      const { status, body } = await by.token({ ...fields, ...changes }, header ? { dpop: header } : {});
      expect([status, body.error]).toEqual([400, error]);
      expect((await by.token(fields)).body.error).toBe("invalid_grant");
      expect(await sql`select revoke_reason from oauth_grant where grant_id = ${grant_id}`).toEqual([
        { revoke_reason: "code_misuse" },
      ]);
    });
  }

  /** None of these touches the code. */
  const harmless: Refusal[] = [
    ["another client", "invalid_grant", {}, { by: other }],
    ["a public client that names itself", "invalid_grant", {}, { by: open }],
    ["no code", "invalid_request", { code: [] }],
    ["an unknown code", "invalid_grant", { code: "fsc_unknown" }],
    ["a code of 5,000 letters", "invalid_grant", { code: "x".repeat(5000) }],
    ["two codes", "invalid_request", { code: ["a", "b"] }],
    ["two verifiers", "invalid_request", { code_verifier: [verifier, verifier] }],
    ["a verifier of 42 letters", "invalid_request", { code_verifier: "v".repeat(42) }],
    ["a verifier of 129 letters", "invalid_request", { code_verifier: "v".repeat(129) }],
    ["a verifier with a blank", "invalid_request", { code_verifier: `${verifier} ` }],
    ["a verifier with an umlaut", "invalid_request", { code_verifier: `${verifier}ä` }],
    ["a resource that is relative", "invalid_target", { resource: "/api" }],
    ["a resource with a fragment", "invalid_target", { resource: "https://api.example/#x" }],
    ["a bad proof", "invalid_dpop_proof", {}, { header: "x" }],
    ["a proof for another address", "invalid_dpop_proof", {}, {
      header: await holder.proof({ method: "POST", url: `${url}2` }),
    }],
    ["another grant_type's name", "unsupported_grant_type", { grant_type: "authorization-code" }],
    ["a name of Object's as grant_type", "unsupported_grant_type", { grant_type: "constructor" }],
    ["password", "unsupported_grant_type", { grant_type: "password", username: "a", password: "b" }],
    ["no grant_type", "invalid_request", { grant_type: [] }],
    ["two grant_types", "invalid_request", { grant_type: ["authorization_code", "refresh_token"] }],
    ["a grant_type that is not registered", "unauthorized_client", { grant_type: "client_credentials" }],
    [
      "200 fields more",
      "invalid_request",
      Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`f${i}`, "1"])),
    ],
  ];
  for (const [what, error, changes, { by = app, header } = {}] of harmless) {
    await t.step(`${what} is ${error}, and changes nothing`, async () => {
      const { fields } = await app.code(who);
      const { status, body } = await by.token({ ...fields, ...changes }, header ? { dpop: header } : {});
      expect([status, body.error]).toEqual([400, error]);
      expect((await app.token(fields)).status).toBe(200);
    });
  }

  await t.step("an expired code, a revoked grant and a closed account give nothing", async () => {
    const ends = [
      (code: string) =>
        sql`update authorization_code set expires_at = now() where code_hash = sha256(${code})`,
      (_: string, grant_id: string) =>
        sql`update oauth_grant set revoked_at = now() where grant_id = ${grant_id}`,
      (_: string, grant_id: string) =>
        sql`update oauth_grant set expires_at = now() where grant_id = ${grant_id}`,
      () => sql`update account set status = 'disabled' where account_id = ${who.account_id}`,
    ];
    for (const end of ends) {
      const { fields, code, grant_id } = await app.code(who);
      await end(code, grant_id);
      expect((await app.token(fields)).body.error).toBe("invalid_grant");
    }
    await sql`update account set status = 'active' where account_id = ${who.account_id}`;
  });

  await t.step("is accepted where all of it fits", async () => {
    const fits: [Partial<AuthorizationCode>, Fields, string?][] = [
      [{ redirect_uri: null }, { redirect_uri: [] }],
      [{ redirect_uri: null }, {}],
      [{ code_challenge: null }, { code_verifier: [] }],
      [{ dpop_jkt: holder.jkt }, {}, await holder.proof({ method: "POST", url })],
      [{}, { scope: "openid profile", unknown: "1" }],
    ];
    for (const [code, changes, dpop] of fits) {
      const { fields } = await app.code(who, {}, code);
      const { body, headers } = await app.token({ ...fields, ...changes }, dpop ? { dpop } : {});
      // A scope in the exchange means nothing.
      expect(body).toMatchObject({ scope: "openid", token_type: dpop ? "DPoP" : "Bearer" });
      expect(headers.get("dpop-nonce") !== null).toBe(dpop !== undefined);
      if (dpop) expect(claimsIn(body.access_token).cnf).toEqual({ jkt: holder.jkt });
    }
  });
});

Deno.test("resources are those of the request for the code, and never more (RFC 8707 §2.2)", async (t) => {
  await using service = await testProvider();
  const who = await person(service);
  const app = await tokenClient(service, { resources: ["https://api.example/", "https://mail.example/"] });
  const [api, mail, us] = ["https://api.example/", "https://mail.example/", service.core.backend_url];
  const cases: [granted: string[], asked: string[], aud: unknown][] = [
    [[], [], us],
    [[api], [], api],
    [[api, mail], [], [api, mail]],
    [[api, mail], [mail], mail],
    [[api], [us], us],
    [[api], [mail], "invalid_target"],
    [[api], [api, mail], "invalid_target"],
    [[], [api], "invalid_target"],
    [[api], [`${api}x`], "invalid_target"],
  ];
  for (const [granted, asked, aud] of cases) {
    await t.step(`${JSON.stringify([granted, asked])} → ${aud}`, async () => {
      const { fields } = await app.code(who, { resource: granted });
      const { status, body } = await app.token({ ...fields, resource: asked });
      expect(status === 200 ? claimsIn(body.access_token).aud : body.error).toEqual(aud);
    });
  }
});

Deno.test("of fifty parallel exchanges of a code one gives tokens, which the others end", async () => {
  await using service = await testProvider();
  const who = await person(service);
  const app = await tokenClient(service, { access_token_format: "opaque" });
  const { fields, grant_id } = await app.code(who);
  const answers = await Promise.all(Array.from({ length: 50 }, () => app.token(fields)));
  const [winner, ...more] = answers.filter(({ status }) => status === 200);
  expect(more).toHaveLength(0);
  expect(answers.filter(({ body }) => body.error === "invalid_grant")).toHaveLength(49);
  const { access_token, refresh_token } = winner.body;
  expect((await app.token({ grant_type: "refresh_token", refresh_token })).body.error).toBe("invalid_grant");
  expect((await app.call("/oauth/introspect", { token: access_token })).body).toEqual({ active: false });
  expect(await service.sql`select revoke_reason from oauth_grant where grant_id = ${grant_id}`).toEqual([
    { revoke_reason: "code_reuse" },
  ]);
});

Deno.test("a replayed code ends what it gave, and nothing else of its person", async () => {
  await using service = await testProvider();
  const who = await person(service);
  const [app, other] = [await tokenClient(service), await tokenClient(service)];
  const before = (await app.token((await app.code(who)).fields)).body;
  const { fields } = await app.code(who);
  const { access_token, refresh_token } = (await app.token(fields)).body;
  // A stranger's replay is not the client's, and must not log anybody out.
  expect((await other.token(fields)).body.error).toBe("invalid_grant");
  expect((await app.call("/oauth/introspect", { token: access_token })).body.active).toBe(true);
  expect((await app.token(fields)).body.error).toBe("invalid_grant");
  expect((await app.call("/oauth/introspect", { token: access_token })).body.active).toBe(false);
  expect((await app.token({ grant_type: "refresh_token", refresh_token })).body.error).toBe("invalid_grant");
  expect((await app.token({ grant_type: "refresh_token", refresh_token: before.refresh_token })).status).toBe(
    200,
  );
});
