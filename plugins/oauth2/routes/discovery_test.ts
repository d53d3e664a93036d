import { expect } from "expect";
import { configure } from "../../../core/plugin.ts";
import { testPlugins } from "../../../core/testing/plugins.ts";
import emailVerification from "../../email-verification/mod.ts";
import password from "../../password/mod.ts";
import type { OAuth2Config } from "../config.ts";
import { answerAlgorithms } from "../metadata.ts";
import oauth2 from "../mod.ts";

const start = (options: Partial<OAuth2Config> = {}) =>
  testPlugins([password, emailVerification, configure(oauth2, options)]);

const openid = "/.well-known/openid-configuration";
const rfc8414 = "/.well-known/oauth-authorization-server";

/** Members that OpenID Connect Discovery §3 and RFC 8414 §2 require. */
const required = [
  ...["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "response_types_supported"],
  ...["subject_types_supported", "id_token_signing_alg_values_supported"],
];

Deno.test("both documents say the same, with the issuer letter for letter, to scripts of any origin", async () => {
  await using at = await start();
  const [one, two] = [await at.api("GET", openid), await at.api("GET", rfc8414)];
  expect(one.status).toBe(200);
  expect(one.body).toEqual(two.body);
  expect(one.body.issuer).toBe(at.core.backend_url);
  for (const name of required) expect(one.body).toHaveProperty(name);
  expect(one.headers.get("content-type")).toMatch(/^application\/json/);
  expect(one.headers.get("cache-control")).toMatch(/max-age=\d+/);
  const foreign = await at.api("GET", openid, undefined, { headers: { origin: "https://app.example.org" } });
  expect(foreign.headers.get("access-control-allow-origin")).toBe("*");
});

Deno.test("every endpoint that is told is there, and every endpoint of OAuth's that is there is told", async () => {
  await using at = await start();
  const { body } = await at.api("GET", openid);
  const told = Object.entries(body)
    .filter(([name]) => name.endsWith("_endpoint") || name === "jwks_uri")
    .map(([, url]) => new URL(String(url)).pathname);
  const there = [...oauth2.routes ?? [], ...oauth2.crossings ?? []].map(({ path }) => path);
  for (const path of told) {
    // The keys are the core's.
    if (!path.startsWith("/.well-known/")) expect(there).toContain(path);
  }
  const protocol = ["authorize", "token", "userinfo", "introspect", "revoke", "par", "device_authorization"];
  for (const name of [...protocol, "register", "end_session"]) expect(told).toContain(`/oauth/${name}`);
  // No pattern of a path may be told as an address.
  expect(told.filter((path) => path.includes("{"))).toEqual([]);
});

Deno.test("in production every algorithm that is told has keys in the set, which are public", async () => {
  await using at = await start();
  const ctx = at.ctxOf("oauth2");
  await oauth2.start?.({ ...ctx, core: { ...ctx.core, production: true } });
  const { keys } = await at.ctx.signing_keys.jwks();
  for (const alg of answerAlgorithms) expect(keys.filter((key) => key.alg === alg).length).toBeGreaterThan(1);
  for (const key of keys) for (const name of ["d", "p", "q", "k"]) expect(key).not.toHaveProperty(name);
});

Deno.test("what is told follows the settings: scopes, policy and terms, registration", async () => {
  await using at = await start({
    scopes: ["orders:read=See your orders", "orders:read#de=Ihre Bestellungen sehen"],
    policy_uri: "https://example.org/policy",
    tos_uri: "https://example.org/tos",
    registration: "off",
  });
  const { body } = await at.api("GET", openid);
  expect(body.scopes_supported).toEqual([
    ...["openid", "profile", "email", "address", "phone", "offline_access", "orders:read"],
  ]);
  expect(body).toMatchObject({
    op_policy_uri: "https://example.org/policy",
    op_tos_uri: "https://example.org/tos",
  });
  expect(body).not.toHaveProperty("registration_endpoint");
  await using other = await start();
  const plain = (await other.api("GET", openid)).body;
  expect(plain).not.toHaveProperty("op_policy_uri");
  expect(plain.registration_endpoint).toBe(`${other.core.backend_url}/oauth/register`);
});

Deno.test("nothing weak is offered: no plain, no none, no implicit, no symmetric ID tokens", async () => {
  await using at = await start();
  const { body } = await at.api("GET", openid);
  expect(body.code_challenge_methods_supported).toEqual(["S256"]);
  expect(body.response_types_supported).toEqual(["code"]);
  expect(body.grant_types_supported).not.toContain("password");
  for (const [name, values] of Object.entries(body)) {
    if (!name.includes("signing_alg")) continue;
    expect(values).not.toContain("none");
    if (!name.includes("auth_signing")) {
      expect((values as string[]).filter((alg) => alg.startsWith("HS"))).toEqual([]);
    }
  }
});

Deno.test("an issuer with a path is found where RFC 8414 §3.1 puts it, and no other is", async () => {
  await using at = await start();
  const ctx = at.ctxOf("oauth2");
  const wrong = ["/other", "/auth/v2", "/auth/v1/more", "/auth/"];
  for (const path of ["/auth", "/auth/v1"]) {
    const issuer = `https://example.org${path}`;
    ctx.core = { ...ctx.core, backend_url: issuer };
    const { status, body } = await at.api("GET", rfc8414 + path);
    expect([status, body.issuer, body.token_endpoint]).toEqual([200, issuer, `${issuer}/oauth/token`]);
    for (const one of wrong) expect([one, (await at.api("GET", rfc8414 + one)).status]).toEqual([one, 404]);
  }
});

Deno.test("a client that is made finds the keys of its algorithms in the set", async () => {
  await using at = await start();
  const published = async () => (await at.ctx.signing_keys.jwks()).keys.map(({ alg }) => alg);
  expect(await published()).not.toContain("PS256");
  const { status } = await at.api("POST", "/oauth/register", {
    redirect_uris: ["https://app.example.org/callback"],
    userinfo_signed_response_alg: "PS256",
  });
  expect(status).toBe(201);
  // The set is a few seconds old at most.
  for (const end = Date.now() + 20_000; !(await published()).includes("PS256") && Date.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await published()).toEqual(expect.arrayContaining(["RS256", "PS256"]));
});
