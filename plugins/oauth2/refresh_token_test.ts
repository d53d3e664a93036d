import { randomBytes } from "node:crypto";
import { expect } from "expect";
import { createProver } from "../../core/testing/dpop.ts";
import { person, type TestProvider, testProvider } from "../../core/testing/provider.ts";
import { claimsIn, type Fields, type TokenClient, tokenClient } from "../../core/testing/token_client.ts";
import { rotates } from "./refresh_token.ts";

const grant_type = "refresh_token";
const open = { token_endpoint_auth_method: "none" };

/** The tokens of a new grant. */
async function connected(
  service: TestProvider,
  app: TokenClient,
  grant: Parameters<TokenClient["code"]>[1] = {},
  dpop?: string,
) {
  const who = await person(service);
  const { fields, grant_id } = await app.code(who, grant);
  const { status, body } = await app.token(fields, dpop ? { dpop } : {});
  expect(status).toBe(200);
  type Given = Record<"access_token" | "refresh_token" | "id_token" | "token_type", string>;
  return { ...body as Given, grant_id, who };
}

const refresh = (app: TokenClient, refresh_token: string, more: Fields = {}, dpop?: string) =>
  app.token({ grant_type, refresh_token, ...more }, dpop ? { dpop } : {});

/** As if so many seconds had passed since its use. */
const pass = ({ sql }: TestProvider, seconds: number) =>
  sql`update oauth_refresh_token set used_at = used_at - make_interval(secs => ${seconds})`;

Deno.test("of 200 parallel refreshes all are given the same successor, and nobody is logged out", async () => {
  const secrets = [new Uint8Array(randomBytes(32))];
  await using one = await testProvider({}, { secrets });
  await using two = await testProvider({}, { secrets, database: one.database });
  const app = await tokenClient(one, { ...open, access_token_format: "opaque" });
  const { refresh_token, grant_id } = await connected(one, app);
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      i % 2 ? refresh(app, refresh_token) : two.api(
        "POST",
        "/oauth/token",
        new URLSearchParams({ grant_type, refresh_token, client_id: app.client_id }).toString(),
        { headers: { "content-type": "application/x-www-form-urlencoded" } },
      )),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const successors = new Set(answers.map(({ body }) => body.refresh_token));
  expect(successors.size).toBe(1);
  const [successor] = successors;
  expect(successor).not.toBe(refresh_token);
  const rows = await one.sql`select generation from oauth_refresh_token where grant_id = ${grant_id}`;
  expect(rows.map(({ generation }) => generation).sort()).toEqual([0, 1]);
  expect((await refresh(app, successor)).status).toBe(200);
  // The first one still answers within the grace window.
  expect((await refresh(app, refresh_token)).body.refresh_token).toBe(successor);
});

Deno.test("a token that is shown again after the grace window ends its family and access tokens", async () => {
  await using service = await testProvider();
  const app = await tokenClient(service);
  const first = await connected(service, app);
  const bystander = await connected(service, app);
  const second = (await refresh(app, first.refresh_token)).body;
  await pass(service, 31);
  const replay = await refresh(app, first.refresh_token);
  expect([replay.status, replay.body.error]).toEqual([400, "invalid_grant"]);
  expect((await refresh(app, second.refresh_token)).body.error).toBe("invalid_grant");
  for (const token of [first.access_token, second.access_token, second.refresh_token]) {
    expect((await app.call("/oauth/introspect", { token })).body).toEqual({ active: false });
  }
  expect((await refresh(app, bystander.refresh_token)).status).toBe(200);
  const [{ revoke_reason }] = await service.sql`
    select revoke_reason from oauth_grant where grant_id = ${first.grant_id}`;
  expect(revoke_reason).toBe("refresh_token_reuse");
});

Deno.test("a successor outlives a new secret that comes between two uses", async () => {
  const [older, newer] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))];
  await using before = await testProvider({}, { secrets: [older] });
  const app = await tokenClient(before, open);
  const { refresh_token } = await connected(before, app);
  const first = (await refresh(app, refresh_token)).body.refresh_token;
  await using after = await testProvider({}, { secrets: [newer, older], database: before.database });
  const { body } = await after.api(
    "POST",
    "/oauth/token",
    new URLSearchParams({ grant_type, refresh_token, client_id: app.client_id }).toString(),
    { headers: { "content-type": "application/x-www-form-urlencoded" } },
  );
  expect(body.refresh_token).toBe(first);
});

Deno.test("a refresh narrows, and never widens; what it refuses changes nothing", async (t) => {
  await using service = await testProvider({ scopes: ["orders=See your orders"] });
  const api = "https://api.example/";
  const app = await tokenClient(service);
  const other = await tokenClient(service);
  const grant = { scope: ["openid", "email", "orders"], resource: [api], nonce: "n" };
  const { refresh_token, ...first } = await connected(service, app, grant);
  const refused: [string, Fields, string, TokenClient?][] = [
    ["a wider scope", { scope: "openid profile" }, "invalid_scope"],
    ["a scope nobody knows", { scope: "openid wishes" }, "invalid_scope"],
    ["a malformed scope", { scope: 'a"b' }, "invalid_scope"],
    ["two blanks in scope", { scope: "openid  email" }, "invalid_scope"],
    ["another resource", { resource: "https://other.example/" }, "invalid_target"],
    ["a relative resource", { resource: "api" }, "invalid_target"],
    ["another client", {}, "invalid_grant", other],
    ["an unknown token", { refresh_token: `fsr2_${"a".repeat(43)}` }, "invalid_grant"],
    ["one of our own pages'", { refresh_token: `fsr_${"a".repeat(43)}` }, "invalid_grant"],
    ["an access token", { refresh_token: first.access_token }, "invalid_grant"],
    ["an ID token", { refresh_token: first.id_token }, "invalid_grant"],
    ["5,000 letters", { refresh_token: "fsr2_".padEnd(5000, "a") }, "invalid_grant"],
    ["no token", { refresh_token: [] }, "invalid_request"],
    ["two tokens", { refresh_token: [refresh_token, refresh_token] }, "invalid_request"],
  ];
  for (const [what, fields, error, by = app] of refused) {
    await t.step(`${what}: ${error}`, async () => {
      expect((await refresh(by, refresh_token, fields)).body.error).toBe(error);
      const [row] = await service
        .sql`select count(*)::int as n from oauth_refresh_token where used_at is not null`;
      expect(row.n).toBe(0);
    });
  }
  await t.step("a narrower scope holds for the access token alone", async () => {
    const { body } = await refresh(app, refresh_token, { scope: "orders" });
    expect(body).toMatchObject({ scope: "orders" });
    expect(body.id_token).toBeUndefined();
    expect(claimsIn(body.access_token)).toMatchObject({ scope: "orders", aud: api });
    const again = (await refresh(app, body.refresh_token)).body;
    expect(again.scope).toBe("openid email orders");
    // Core §12.2: the same person, session and time of sign-in; no nonce.
    const [before, after] = [claimsIn(first.id_token), claimsIn(again.id_token)];
    for (const name of ["iss", "sub", "aud", "auth_time", "sid"]) expect(after[name]).toEqual(before[name]);
    expect([before.nonce, after.nonce]).toEqual(["n", undefined]);
  });
});

Deno.test("nothing refreshes once its grant, account, client or its own time is over", async (t) => {
  await using service = await testProvider();
  const { sql } = service;
  const app = await tokenClient(service);
  type Connected = Awaited<ReturnType<typeof connected>>;
  const ends: [string, (one: Connected) => PromiseLike<unknown>][] = [
    ["it lay unused", () => sql`update oauth_refresh_token set expires_at = now()`],
    [
      "its grant is over",
      ({ grant_id }) => sql`update oauth_grant set expires_at = now() where grant_id = ${grant_id}`,
    ],
    [
      "its session ended",
      ({ who }) =>
        service.sql.begin((tx) => service.sessions.end(tx, who.account_id, who.session_id, "logout")).then(
          () => service.turn(),
        ),
    ],
    [
      "its account is closed",
      ({ who }) => sql`update account set status = 'disabled' where account_id = ${who.account_id}`,
    ],
    ["its client is gone", () => sql`delete from oauth_client where client_id = ${app.client_id}`],
  ];
  for (const [what, end] of ends) {
    await t.step(what, async () => {
      const one = await connected(service, app);
      await end(one);
      expect((await refresh(app, one.refresh_token)).body.error).toMatch(/^invalid_(grant|client)$/);
    });
  }
});

Deno.test("a successor lives as long as one may lie unused, and no longer than its grant", async () => {
  await using service = await testProvider({ refresh_token_days: 2 });
  const app = await tokenClient(service);
  const { refresh_token, grant_id } = await connected(service, app);
  const left = async () =>
    (await service.sql`
      select extract(epoch from max(r.expires_at) - now())::float8 / 3600 as hours from oauth_refresh_token r
      where grant_id = ${grant_id}`)[0].hours as number;
  // The grant of this test ends in a day.
  expect(await left()).toBeLessThanOrEqual(24);
  await service
    .sql`update oauth_grant set expires_at = now() + interval '30 days' where grant_id = ${grant_id}`;
  await refresh(app, refresh_token);
  expect(Math.round(await left())).toBe(48);
});

Deno.test("tokens of a public client are bound to the key that was proven first", async () => {
  await using service = await testProvider();
  const url = `${service.core.backend_url}/oauth/token`;
  const [holder, thief] = [await createProver(), await createProver()];
  const proof = (by = holder) => by.proof({ method: "POST", url });
  const app = await tokenClient(service, open);
  const { refresh_token, token_type } = await connected(service, app, {}, await proof());
  expect(token_type).toBe("DPoP");
  expect((await refresh(app, refresh_token)).body.error).toBe("invalid_grant");
  expect((await refresh(app, refresh_token, {}, await proof(thief))).body.error).toBe("invalid_grant");
  const { body } = await refresh(app, refresh_token, {}, await proof());
  expect(claimsIn(body.access_token).cnf).toEqual({ jkt: holder.jkt });
  expect(body.refresh_token).not.toBe(refresh_token);
  expect((await refresh(app, body.refresh_token)).body.error).toBe("invalid_grant");
});

Deno.test("a confidential client that binds its tokens keeps its refresh token", async () => {
  await using service = await testProvider();
  const url = `${service.core.backend_url}/oauth/token`;
  const holder = await createProver();
  const proof = () => holder.proof({ method: "POST", url });
  const app = await tokenClient(service, { dpop_bound_access_tokens: true });
  const { refresh_token, grant_id } = await connected(service, app, {}, await proof());
  expect((await refresh(app, refresh_token)).body.error).toBe("invalid_dpop_proof");
  await service
    .sql`update oauth_refresh_token set expires_at = now() + interval '1 hour' where grant_id = ${grant_id}`;
  await service
    .sql`update oauth_grant set expires_at = now() + interval '90 days' where grant_id = ${grant_id}`;
  const proofs = await Promise.all(Array.from({ length: 20 }, proof));
  const answers = await Promise.all(proofs.map((one) => refresh(app, refresh_token, {}, one)));
  for (const { body } of answers) expect(body).toMatchObject({ refresh_token, token_type: "DPoP" });
  const rows = await service.sql`
    select used_at, extract(epoch from expires_at - now())::float8 / 86400 as days from oauth_refresh_token
    where grant_id = ${grant_id}`;
  expect(rows.map(({ used_at, days }) => [used_at, Math.round(days)])).toEqual([[null, 30]]);
});

Deno.test("who rotates depends on what a thief would lack", () => {
  const table: [string, "fapi2" | null, boolean, boolean][] = [
    ["none", null, false, true],
    ["none", null, true, true],
    ["client_secret_basic", null, false, true],
    ["client_secret_basic", null, true, false],
    ["private_key_jwt", null, false, true],
    ["private_key_jwt", "fapi2", true, false],
    ["private_key_jwt", "fapi2", false, false],
  ];
  for (const [method, profile, dpop_bound_access_tokens, expected] of table) {
    const client = { token_endpoint_auth_method: method as "none", profile, dpop_bound_access_tokens };
    expect([method, profile, dpop_bound_access_tokens, rotates(client)]).toEqual([
      method,
      profile,
      dpop_bound_access_tokens,
      expected,
    ]);
  }
});
