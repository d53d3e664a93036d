import { expect } from "expect";
import { createProver } from "../../../core/testing/dpop.ts";
import { type Person, person, type TestProvider, testProvider } from "../../../core/testing/provider.ts";
import { claimsIn, type Fields, type TokenClient, tokenClient } from "../../../core/testing/token_client.ts";
import type { Client } from "../client.ts";
import { type Acting, actorOf, actsFor, tokenTypes } from "./exchanged.ts";

const grant_type = "urn:ietf:params:oauth:grant-type:token-exchange";
const api = "https://api.example/";
const subject_token_type = tokenTypes.access_token;

async function world(service: TestProvider) {
  const exchanging = (token_exchange: string[], more = {}) =>
    tokenClient(service, {
      redirect_uris: [],
      grant_types: [grant_type, "client_credentials"],
      resources: [api, "https://next.example/"],
      token_exchange,
      ...more,
    });
  const app = await tokenClient(service);
  const both = await exchanging(["impersonation", "delegation"]);
  const who = await person(service);
  return {
    ...{ app, both, who, exchanging },
    ...{ impersonator: await exchanging(["impersonation"]), delegate: await exchanging(["delegation"]) },
    none: await exchanging(["delegation"]),
    /** A token that the app was given for the API, whose resource server `both` is. */
    subject: () => tokensOf(app, who, { scope: ["openid", "email", "offline_access"], resource: [api] }),
    machine: async (by: TokenClient) =>
      (await by.token({ grant_type: "client_credentials" })).body.access_token as string,
  };
}

async function tokensOf(app: TokenClient, who: Person, grant: Parameters<TokenClient["code"]>[1]) {
  const { fields, grant_id } = await app.code(who, grant);
  return {
    ...(await app.token(fields)).body as Record<"access_token" | "refresh_token" | "id_token", string>,
    grant_id,
  };
}

Deno.test("a token becomes another: as the person, or on behalf of the person", async (t) => {
  await using service = await testProvider();
  const { app, both, who, subject, machine } = await world(service);
  const one = await subject();
  const exchange = (fields: Fields, headers?: Record<string, string>) =>
    both.token({ grant_type, subject_token: one.access_token, subject_token_type, ...fields }, headers);

  await t.step("impersonation: the person, without a word of who asked", async () => {
    const { status, body } = await exchange({ resource: "https://next.example/", scope: "email" });
    expect([status, body]).toEqual([200, {
      ...{ access_token: expect.any(String), token_type: "Bearer", expires_in: expect.any(Number) },
      ...{ scope: "email", issued_token_type: tokenTypes.access_token },
    }]);
    const claims = claimsIn(body.access_token);
    expect(claims).toMatchObject({
      sub: who.account_id,
      client_id: both.client_id,
      aud: "https://next.example/",
    });
    expect(claims.act).toBeUndefined();
    expect(claims.exp).toBeLessThanOrEqual(claimsIn(one.access_token).exp);
  });

  await t.step("delegation: who acts is in it, and who acted before is nested", async () => {
    const actor_token = await machine(both);
    const first =
      (await exchange({ actor_token, actor_token_type: tokenTypes.access_token, audience: app.client_id }))
        .body;
    const act = { sub: both.client_id, client_id: both.client_id };
    expect(claimsIn(first.access_token)).toMatchObject({ sub: who.account_id, aud: app.client_id, act });
    const second = (await exchange({
      ...{ subject_token: first.access_token, actor_token, actor_token_type: tokenTypes.access_token },
    })).body;
    expect(claimsIn(second.access_token).act).toEqual({ ...act, act });
    // Impersonation does not wash off who acted before.
    const third = (await exchange({ subject_token: first.access_token })).body;
    expect(claimsIn(third.access_token).act).toEqual(act);
  });

  await t.step("without scope, what both may have, and never offline_access", async () => {
    expect((await exchange({})).body.scope).toBe("openid email");
  });

  await t.step("an ID token of its own stands for what its person allows at present", async () => {
    const own = await tokenClient(service, {
      grant_types: ["authorization_code", "refresh_token", grant_type],
      token_exchange: ["impersonation"],
    });
    const { id_token, grant_id } = await tokensOf(own, who, { scope: ["openid", "email"] });
    const fields = { grant_type, subject_token: id_token, subject_token_type: tokenTypes.id_token };
    expect((await own.token(fields)).body.scope).toBe("openid email");
    expect((await exchange({ ...fields })).body.error).toBe("invalid_request");
    await service.sql`update oauth_grant set revoked_at = now() where grant_id = ${grant_id}`;
    expect((await own.token(fields)).body.error).toBe("invalid_request");
  });

  await t.step("with a proof it is bound, and a bound token of its own needs its key", async () => {
    const holder = await createProver();
    const url = `${service.core.backend_url}/oauth/token`;
    const dpop = () => holder.proof({ method: "POST", url });
    const { body } = await exchange({}, { dpop: await dpop() });
    expect(body.token_type).toBe("DPoP");
    const again = { subject_token: body.access_token };
    expect((await exchange(again)).body.error).toBe("invalid_request");
    expect((await exchange(again, { dpop: await dpop() })).status).toBe(200);
  });

  await t.step("it ends with what it was made of", async () => {
    const { access_token } = (await exchange({})).body;
    const alive = async () => (await both.call("/oauth/introspect", { token: access_token })).body.active;
    expect(await alive()).toBe(true);
    await app.call("/oauth/revoke", { token: one.refresh_token });
    expect(await alive()).toBe(false);
    expect((await exchange({})).body.error).toBe("invalid_request");
  });
});

Deno.test("an exchange is refused to whom it is not allowed, and for what is not alive or not theirs", async (t) => {
  await using service = await testProvider();
  const { app, both, who, subject, machine, exchanging, impersonator, delegate, none } = await world(service);
  await service.sql`
    update oauth_client set metadata = jsonb_set(metadata, '{token_exchange}', '[]') where client_id = ${none.client_id}`;
  const one = await subject();
  const elsewhere = await tokensOf(app, who, { scope: ["openid"] });
  const stranger = await exchanging(["impersonation", "delegation"], {
    resources: ["https://mine.example/"],
  });
  const bare = { redirect_uris: [], grant_types: ["client_credentials"] };
  const outsider = await machine(await tokenClient(service, bare));
  const actor = { actor_token: await machine(both), actor_token_type: tokenTypes.access_token };
  const cases: [string, Fields, string, TokenClient?][] = [
    ["a client to which nothing is allowed", {}, "unauthorized_client", none],
    ["impersonation by one that may delegate", {}, "unauthorized_client", delegate],
    ["delegation by one that may impersonate", actor, "unauthorized_client", impersonator],
    ["a client without the grant type", {}, "unauthorized_client", app],
    ["a client for which the token is not", {}, "invalid_request", stranger],
    ["no subject_token", { subject_token: [] }, "invalid_request"],
    ["no subject_token_type", { subject_token_type: [] }, "invalid_request"],
    [
      "another subject_token_type",
      { subject_token_type: "urn:ietf:params:oauth:token-type:saml2" },
      "invalid_request",
    ],
    ["an access token as ID token", { subject_token_type: tokenTypes.id_token }, "invalid_request"],
    ["an ID token as access token", { subject_token: one.id_token }, "invalid_request"],
    ["a refresh token", { subject_token: one.refresh_token }, "invalid_request"],
    ["a token for somebody else", { subject_token: elsewhere.access_token }, "invalid_request"],
    ["nonsense", { subject_token: "x" }, "invalid_request"],
    ["10,000 letters", { subject_token: "x".repeat(10_000) }, "invalid_request"],
    ["a machine as subject", { subject_token: await machine(both) }, "invalid_request"],
    ["an actor without its type", { actor_token: actor.actor_token }, "invalid_request"],
    ["the type without an actor", { actor_token_type: actor.actor_token_type }, "invalid_request"],
    ["an actor of another type", { ...actor, actor_token_type: tokenTypes.id_token }, "invalid_request"],
    ["an actor that is somebody else's", { ...actor, actor_token: outsider }, "invalid_request"],
    ["an actor that is nonsense", { ...actor, actor_token: "x" }, "invalid_request"],
    [
      "a refresh token wanted",
      { requested_token_type: "urn:ietf:params:oauth:token-type:refresh_token" },
      "invalid_request",
    ],
    ["a wider scope", { scope: "openid profile" }, "invalid_scope"],
    ["offline_access", { scope: "offline_access" }, "invalid_scope"],
    ["a malformed scope", { scope: '"' }, "invalid_scope"],
    ["a resource that is not its own", { resource: "https://evil.example/" }, "invalid_target"],
    ["a relative resource", { resource: "next" }, "invalid_target"],
    ["an audience nobody knows", { audience: "nobody" }, "invalid_target"],
    ["30 audiences", { audience: Array(30).fill(app.client_id) }, "invalid_target"],
  ];
  for (const [what, fields, error, by = both] of cases) {
    await t.step(`${what}: ${error}`, async () => {
      const { status, body } = await by.token({
        ...{ grant_type, subject_token: one.access_token, subject_token_type, ...fields },
      });
      expect([status, body.error]).toEqual([400, error]);
    });
  }
  const registered = { token_endpoint_auth_method: "none" };
  await t.step("a public client: unauthorized_client", async () => {
    const open = await tokenClient(service, registered);
    await service.sql`update oauth_client set metadata = metadata || ${
      service.sql.json({ grant_types: [grant_type], token_exchange: ["impersonation"], resources: [api] })
    } where client_id = ${open.client_id}`;
    const { body } = await open.token({ grant_type, subject_token: one.access_token, subject_token_type });
    expect(body.error).toBe("unauthorized_client");
  });
});

Deno.test("may_act names who alone may act (RFC 8693 §4.4)", () => {
  const client = { client_id: "service" } as Client;
  const actor: Acting = { sub: "robot", client_id: "service" };
  const cases: [unknown, Acting | null, boolean][] = [
    [undefined, null, true],
    [undefined, actor, true],
    [{ sub: "robot" }, actor, true],
    [{ sub: "robot", client_id: "service" }, actor, true],
    [{ client_id: "service" }, null, true],
    [{ sub: "service" }, null, true],
    [{ sub: "robot" }, null, false],
    [{ sub: "other" }, actor, false],
    [{ sub: "robot", client_id: "other" }, actor, false],
    [{ sub: "robot", iss: "https://other.example" }, actor, false],
    [{ sub: "robot", constructor: Object }, actor, false],
    [{}, actor, false],
    [[], actor, false],
    ["robot", actor, false],
    [null, actor, false],
  ];
  for (const [may_act, acting, allowed] of cases) {
    const ask = () => actsFor({ may_act }, acting, client);
    if (allowed) expect(ask).not.toThrow();
    else expect(ask).toThrow("may_act");
  }
});

Deno.test("a chain of actors has an end", () => {
  let act: Acting | undefined;
  for (let i = 0; i < 5; i++) act = actorOf({ act }, { sub: `robot-${i}` });
  expect(act).toMatchObject({ sub: "robot-4", act: { sub: "robot-3" } });
  expect(() => actorOf({ act }, { sub: "robot-5" })).toThrow("Too many actors");
});
