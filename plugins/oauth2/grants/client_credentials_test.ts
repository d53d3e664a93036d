import { expect } from "expect";
import { testProvider } from "../../../core/testing/provider.ts";
import { claimsIn, type Fields, type TokenClient, tokenClient } from "../../../core/testing/token_client.ts";

const grant_type = "client_credentials";

Deno.test("a client gets a token for itself, and for nobody else (RFC 6749 §4.4)", async (t) => {
  await using service = await testProvider({ scopes: ["orders=See orders", "stock=See stock"] });
  const api = "https://api.example/";
  const machine = { redirect_uris: [], grant_types: [grant_type] };
  const one = await tokenClient(service, { ...machine, scope: "orders openid", resources: [api] });
  const any = await tokenClient(service, machine);
  const opaque = await tokenClient(service, { ...machine, access_token_format: "opaque" });
  const open = await tokenClient(service, { token_endpoint_auth_method: "none" });
  await service.sql`
    update oauth_client set metadata = jsonb_set(metadata, '{grant_types}', ${service.sql.json([grant_type])})
    where client_id = ${open.client_id}`;

  const given: [TokenClient, Fields, Record<string, unknown>][] = [
    [one, {}, { aud: service.core.backend_url }],
    [one, { scope: "orders" }, { scope: "orders" }],
    [one, { resource: api }, { aud: api }],
    [any, { scope: "orders stock", resource: ["https://a.example/", "https://b.example/"] }, {
      scope: "orders stock",
      aud: ["https://a.example/", "https://b.example/"],
    }],
  ];
  for (const [by, fields, expected] of given) {
    await t.step(`gives ${JSON.stringify(fields)}`, async () => {
      const { status, body } = await by.token({ grant_type, ...fields });
      expect(status).toBe(200);
      expect([body.refresh_token, body.id_token]).toEqual([undefined, undefined]);
      const claims = claimsIn(body.access_token);
      expect(claims).toMatchObject({ sub: by.client_id, client_id: by.client_id, ...expected });
      for (const name of ["sid", "grant_id", "auth_time", "amr"]) expect(claims).not.toHaveProperty(name);
      expect((await by.call("/oauth/introspect", { token: body.access_token })).body.active).toBe(true);
    });
  }

  const refused: [string, TokenClient, Fields, string][] = [
    ["a scope that is not its own", one, { scope: "stock" }, "invalid_scope"],
    ["a scope nobody knows", any, { scope: "wishes" }, "invalid_scope"],
    ["openid", any, { scope: "openid" }, "invalid_scope"],
    ["profile beside its own", any, { scope: "orders profile" }, "invalid_scope"],
    ["a malformed scope", any, { scope: "a\\b" }, "invalid_scope"],
    ["a scope of 5,000 letters", any, { scope: "a".repeat(5000) }, "invalid_scope"],
    ["a resource that is not its own", one, { resource: "https://b.example/" }, "invalid_target"],
    ["21 resources", any, { resource: Array.from({ length: 21 }, (_, i) => `${api}${i}`) }, "invalid_target"],
    ["a public client", open, {}, "unauthorized_client"],
  ];
  for (const [what, by, fields, error] of refused) {
    await t.step(`${what}: ${error}`, async () => {
      expect((await by.token({ grant_type, ...fields })).body.error).toBe(error);
    });
  }

  await t.step("an opaque one is kept as a hash, and ends when it is revoked", async () => {
    const { access_token: token } = (await opaque.token({ grant_type })).body;
    expect(token).toMatch(/^fsa_[\w-]{43}$/);
    expect(JSON.stringify(await service.sql`select * from oauth_access_token`)).not.toContain(token);
    expect((await opaque.call("/oauth/introspect", { token })).body).toMatchObject({ active: true });
    await opaque.call("/oauth/revoke", { token });
    expect((await opaque.call("/oauth/introspect", { token })).body).toEqual({ active: false });
  });
});

Deno.test("no client can pass for our own pages", async () => {
  await using service = await testProvider();
  const machine = { redirect_uris: [], grant_types: [grant_type] };
  const own = await tokenClient(service, machine, { client_id: "first-party" }).catch(() => null);
  if (own) expect((await own.token({ grant_type })).body.error).toBe("invalid_client");
});
