import { expect } from "expect";
import { configure, definePlugin } from "../../../core/plugin.ts";
import type { TestPluginsOptions } from "../../../core/testing/plugins.ts";
import { testPlugins } from "../../../core/testing/plugins.ts";
import { type OAuth2Config, oauth2Config } from "../config.ts";
import { findClient, openSecret, sweepUnused } from "../client.ts";
import { insertInitialAccessToken } from "../initial_access_token.ts";
import { type OAuth2Ctx, runtimeOf } from "../runtime.ts";
import { discovery } from "./discovery.ts";
import { register } from "./register.ts";
import { registration } from "./registration.ts";

/** The endpoints of this file's claims alone. */
const plugin = definePlugin<OAuth2Config>({
  name: "oauth2",
  about: "",
  config: oauth2Config,
  routes: [register, ...registration, ...discovery],
});

const start = (options: Partial<OAuth2Config> = {}, parts: TestPluginsOptions = {}) =>
  testPlugins([configure(plugin, options)], parts);
type Started = Awaited<ReturnType<typeof start>>;

const callback = "https://app.example.org/callback";
const good = { client_name: "Shop", redirect_uris: [callback] };
const bearer = (token: string) => ({ token });

async function registered(at: Started, metadata: Record<string, unknown> = good) {
  const { status, body } = await at.api("POST", "/oauth/register", metadata);
  expect(status).toBe(201);
  return body;
}
const pathOf = ({ client_id }: { client_id: string }) => `/oauth/register/${client_id}`;

Deno.test("POST /oauth/register answers everything RFC 7591 §3.2.1 asks for, and stores secrets unreadable", async () => {
  await using at = await start();
  const { status, body, headers } = await at.api("POST", "/oauth/register", { ...good, kitten: 1 });
  expect(status).toBe(201);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(body).toMatchObject({ ...good, grant_types: ["authorization_code"], client_secret_expires_at: 0 });
  expect(body.client_id).toMatch(/^fs_[a-z2-9]{16}$/);
  expect(body.client_id_issued_at).toBeGreaterThan(1.7e9);
  expect(body.registration_client_uri).toBe(`${at.core.backend_url}/oauth/register/${body.client_id}`);
  expect(body).not.toHaveProperty("kitten");
  const client = await findClient(at.sql, body.client_id);
  expect(openSecret(at.keys, client!)).toBe(body.client_secret);
  const [row] = await at.sql`select * from oauth_client`;
  const stored = JSON.stringify(row);
  expect(stored).not.toContain(body.client_secret);
  expect(stored).not.toContain(body.registration_access_token);
});

Deno.test("a public client and one with keys get no secret", async () => {
  await using at = await start();
  for (
    const metadata of [
      { ...good, token_endpoint_auth_method: "none" },
      { ...good, token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://app.example.org/jwks" },
    ]
  ) {
    const body = await registered(at, metadata);
    expect(body).not.toHaveProperty("client_secret");
    expect(body).not.toHaveProperty("client_secret_expires_at");
  }
});

const malformed: [string, unknown, string][] = [
  ["nothing", undefined, "invalid_request"],
  ["a list", [], "invalid_request"],
  ["null", "null", "invalid_request"],
  ["broken JSON", "{", "invalid_request"],
  ["a redirect_uri over http", { redirect_uris: ["http://app.example.org/"] }, "invalid_redirect_uri"],
  ["an unknown auth method", { ...good, token_endpoint_auth_method: "x" }, "invalid_client_metadata"],
  ["a scope nobody knows", { ...good, scope: "nonsense" }, "invalid_client_metadata"],
  ["a software_statement", { ...good, software_statement: "x" }, "unapproved_software_statement"],
  ["a body of 100 KB", { ...good, client_uri: "x".repeat(100_000) }, "invalid_request"],
];

Deno.test("POST /oauth/register answers what is malformed with an error of RFC 7591 §3.2.2, and makes nothing", async () => {
  await using at = await start();
  for (const [what, input, error] of malformed) {
    const { status, body } = await at.api("POST", "/oauth/register", input);
    expect([what, status === 413 ? 400 : status, body.error]).toEqual([what, 400, error]);
    expect(typeof body.error_description).toBe("string");
  }
  expect(await at.sql`select 1 from oauth_client`).toHaveLength(0);
});

Deno.test("registration is open in development, off in production, and as configured otherwise", async () => {
  const modes: [Partial<OAuth2Config>, boolean, number][] = [
    [{}, false, 201],
    [{}, true, 403],
    [{ registration: "off" }, false, 403],
    [{ registration: "token" }, false, 401],
    [{ registration: "token" }, true, 401],
    [{ registration: "open" }, true, 201],
  ];
  for (const [options, production, expected] of modes) {
    // What production insists on besides is no matter here.
    await using at = await start(options);
    at.ctxOf("oauth2").core.production = production;
    const { status, body } = await at.api("POST", "/oauth/register", good);
    expect([options, production, status]).toEqual([options, production, expected]);
    const found = await at.api("GET", "/.well-known/openid-configuration");
    expect("registration_endpoint" in found.body).toBe(expected !== 403);
    if (expected !== 201) expect(body.error).toMatch(/^(access_denied|invalid_token)$/);
  }
});

Deno.test("an initial access token registers as many clients as it is for, of thirty at once too", async () => {
  await using at = await start({ registration: "token" });
  const token = await insertInitialAccessToken(at.sql, { uses: 3, lifetime_seconds: 60 });
  const wrong = await at.api("POST", "/oauth/register", { redirect_uris: [] }, bearer(token));
  expect(wrong.body.error).toBe("invalid_redirect_uri");
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => at.api("POST", "/oauth/register", good, bearer(token))),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, ...Array(27).fill(401)]);
  expect(await at.sql`select 1 from oauth_client`).toHaveLength(3);
});

Deno.test("an initial access token that is unknown, expired or none is refused in one way", async () => {
  await using at = await start({ registration: "token" });
  const expired = await insertInitialAccessToken(at.sql, { uses: 1, lifetime_seconds: -1 });
  for (const token of [expired, "fsi_unknown"]) {
    const { status, body, headers } = await at.api("POST", "/oauth/register", good, bearer(token));
    expect([status, body.error]).toEqual([401, "invalid_token"]);
    expect(headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
  }
  const { status, headers } = await at.api("POST", "/oauth/register", good);
  expect([status, headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
});

Deno.test("a client reads, replaces and removes its registration (RFC 7592)", async () => {
  await using at = await start();
  const made = await registered(at, { ...good, contacts: ["me@example.org"] });
  const with_token = bearer(made.registration_access_token);
  const read = await at.api("GET", pathOf(made), undefined, with_token);
  expect([read.status, read.body]).toEqual([200, made]);
  expect(read.headers.get("cache-control")).toBe("no-store");

  const { client_id, client_secret } = made;
  const put = await at.api(
    "PUT",
    pathOf(made),
    { ...good, client_id, client_secret, client_name: "Café" },
    with_token,
  );
  expect(put.status).toBe(200);
  expect(put.body).toMatchObject({ client_name: "Café", client_secret, client_id });
  // RFC 7592 §2.2: what is left out is gone.
  expect(put.body).not.toHaveProperty("contacts");
  expect((await findClient(at.sql, client_id))!.revision).toBe(2);

  const gone = await at.api("DELETE", pathOf(made), undefined, with_token);
  expect([gone.status, gone.body]).toEqual([204, null]);
  for (const method of ["GET", "DELETE"]) {
    expect((await at.api(method, pathOf(made), undefined, with_token)).status).toBe(401);
  }
  expect(await findClient(at.sql, client_id)).toBeNull();
});

Deno.test("a changed registration holds at once: no look of a moment ago is kept", async () => {
  await using at = await start();
  const { clients } = runtimeOf(at.ctxOf("oauth2") as OAuth2Ctx);
  const made = await registered(at);
  const with_token = bearer(made.registration_access_token);
  const { client_id } = made;
  expect((await clients.find(client_id))!.client_name).toBe("Shop");
  await at.api("PUT", pathOf(made), { ...good, client_id, client_name: "New" }, with_token);
  expect((await clients.find(client_id))!.client_name).toBe("New");
  await at.api("DELETE", pathOf(made), undefined, with_token);
  expect(await clients.find(client_id)).toBeNull();
});

Deno.test("nobody else's token manages a registration, whatever the method, and nothing tells who exists", async () => {
  await using at = await start();
  const [mine, other] = [await registered(at), await registered(at)];
  const body = { ...good, client_id: mine.client_id };
  const attempts: [string, string | null][] = [
    [pathOf(mine), other.registration_access_token],
    [pathOf(mine), mine.client_secret],
    [pathOf(mine), "fsr_unknown"],
    [pathOf(mine), null],
    ["/oauth/register/nobody", mine.registration_access_token],
    ["/oauth/register/nobody", null],
  ];
  for (const [path, token] of attempts) {
    for (const method of ["GET", "PUT", "DELETE"]) {
      const sent = method === "PUT" ? body : undefined;
      const answer = await at.api(method, path, sent, token === null ? {} : bearer(token));
      expect([answer.status, answer.body.error]).toEqual([401, "invalid_token"]);
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
    }
  }
  expect((await at.api("GET", pathOf(mine), undefined, bearer(mine.registration_access_token))).status).toBe(
    200,
  );
});

Deno.test("PUT cannot choose an id or a secret, nor send what is ours (RFC 7592 §2.2)", async () => {
  await using at = await start();
  const made = await registered(at);
  const { client_id } = made;
  const bad: [Record<string, unknown>, string][] = [
    [{ ...good }, "invalid_request"],
    [{ ...good, client_id: "other" }, "invalid_request"],
    [{ ...good, client_id, client_secret: "mine from now on" }, "invalid_request"],
    [{ ...good, client_id, registration_access_token: made.registration_access_token }, "invalid_request"],
    [{ ...good, client_id, registration_client_uri: made.registration_client_uri }, "invalid_request"],
    [{ ...good, client_id, client_secret_expires_at: 0 }, "invalid_request"],
    [{ ...good, client_id, client_id_issued_at: 0 }, "invalid_request"],
    [{ ...good, client_id, first_party: true }, "invalid_client_metadata"],
    [{ client_id, redirect_uris: ["javascript:alert(1)"] }, "invalid_redirect_uri"],
  ];
  for (const [sent, error] of bad) {
    const answer = await at.api("PUT", pathOf(made), sent, bearer(made.registration_access_token));
    expect([answer.status, answer.body.error]).toEqual([400, error]);
  }
  const client = (await findClient(at.sql, client_id))!;
  expect([client.revision, openSecret(at.keys, client)]).toEqual([1, made.client_secret]);
});

Deno.test("a secret comes and goes with the way a client authenticates", async () => {
  await using at = await start();
  const made = await registered(at);
  const { client_id } = made;
  const put = async (token_endpoint_auth_method: string) =>
    (await at.api(
      "PUT",
      pathOf(made),
      { ...good, client_id, token_endpoint_auth_method },
      bearer(
        made.registration_access_token,
      ),
    )).body;
  expect(await put("none")).not.toHaveProperty("client_secret");
  const again = await put("client_secret_post");
  expect(again.client_secret).toMatch(/^fss_/);
  expect(again.client_secret).not.toBe(made.client_secret);
});

Deno.test("what an operator gave a registered client stays when the client replaces the rest", async () => {
  await using at = await start();
  const made = await registered(at);
  const { client_id } = made;
  await at
    .sql`update oauth_client set metadata = metadata || '{"resources": ["https://api.example.org/"]}'::jsonb`;
  await at.api("PUT", pathOf(made), { ...good, client_id }, bearer(made.registration_access_token));
  expect((await findClient(at.sql, client_id))!.resources).toEqual(["https://api.example.org/"]);
});

Deno.test("clients that registered themselves and were never used leave after some days, others stay", async () => {
  await using at = await start();
  const [unused, used, fresh, made] = await Promise.all([1, 2, 3, 4].map(() => registered(at)));
  await at
    .sql`update oauth_client set created_at = now() - interval '31 days' where client_id <> ${fresh.client_id}`;
  await at
    .sql`update oauth_client set used_at = now() - interval '20 days' where client_id = ${used.client_id}`;
  await at.sql`update oauth_client set origin = 'command' where client_id = ${made.client_id}`;
  expect(await sweepUnused(at.sql, 30, 100)).toBe(1);
  expect(await findClient(at.sql, unused.client_id)).toBeNull();
  for (const { client_id } of [used, fresh, made]) expect(await findClient(at.sql, client_id)).not.toBeNull();
});

/** A host of a client's on this machine. */
function listsOf(answers: Record<string, [number, string]>) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const [status, text] = answers[new URL(request.url).pathname] ?? [404, ""];
    return new Response(text, { status, headers: { "content-type": "application/json" } });
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("the list of a sector is fetched, and names every redirect_uri (OpenID Connect Registration §5)", async () => {
  await using host = listsOf({
    "/good": [200, JSON.stringify([callback, "https://other.example.org/"])],
    "/short": [200, JSON.stringify(["https://other.example.org/"])],
    "/object": [200, "{}"],
    "/text": [200, callback],
    "/error": [500, JSON.stringify([callback])],
    "/long": [200, JSON.stringify([callback, "x".repeat(70_000)])],
  });
  await using at = await start({ outgoing_private: ["127.0.0.1"] });
  const send = async (path: string) => {
    const sector_identifier_uri = host.url + path;
    const { status, body } = await at.api("POST", "/oauth/register", { ...good, sector_identifier_uri });
    return status === 201 ? "taken" : `${body.error}: ${body.error_description}`;
  };
  expect(await send("/good")).toBe("taken");
  for (const path of ["/short", "/object", "/text", "/error", "/long", "/missing"]) {
    expect([path, await send(path)]).toEqual([
      path,
      expect.stringMatching(/^invalid_client_metadata: sector_identifier_uri /),
    ]);
  }
});

Deno.test("a sector on a private address is not fetched unless it is allowed", async () => {
  let asked = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    asked++;
    return new Response("[]");
  });
  await using at = await start();
  const sector_identifier_uri = `http://127.0.0.1:${server.addr.port}/`;
  const { status, body } = await at.api("POST", "/oauth/register", { ...good, sector_identifier_uri });
  expect([status, body.error, asked]).toEqual([400, "invalid_client_metadata", 0]);
  await server.shutdown();
});
