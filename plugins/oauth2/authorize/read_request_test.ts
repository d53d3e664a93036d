import { expect } from "expect";
import { challenge, type Changes, requestFields } from "../../../core/testing/authorization.ts";
import { newClient, person, testProvider } from "../../../core/testing/provider.ts";
import { subjectFor } from "../subject.ts";
import { keys, nowSeconds, sign, unsigned } from "../oracle/keys.ts";
import { readRequest } from "./read_request.ts";

const callback = "https://app.example/callback";
const confidential = { token_endpoint_auth_method: "client_secret_basic" };
const jwks = { keys: [keys.own.jwk] };

const service = await testProvider({ scopes: ["orders:read=See your orders"] });
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { oauth, core } = service;
const clients = {
  web: await newClient(service, confidential),
  spa: await newClient(service),
  loose: await newClient(service, { ...confidential, require_pkce: false }),
  two: await newClient(service, { redirect_uris: [callback, `${callback}?tenant=7`] }),
  modest: await newClient(service, { scope: "openid email" }),
  native: await newClient(service, { redirect_uris: ["http://127.0.0.1/cb"], application_type: "native" }),
  machine: await newClient(service, {
    ...confidential,
    grant_types: ["client_credentials"],
    response_types: [],
    redirect_uris: [callback],
  }),
  pushing: await newClient(service, { require_pushed_authorization_requests: true }),
  fapi2: await newClient(service, {
    profile: "fapi2",
    ...{ token_endpoint_auth_method: "private_key_jwt", jwks, dpop_bound_access_tokens: true },
  }),
  signed_only: await newClient(service, { jwks, require_signed_request_object: true }),
  targets: await newClient(service, { resources: ["https://api.example/"] }),
};
type Name = keyof typeof clients;

const read = (client: Name, changes: Changes) => readRequest(oauth, requestFields(clients[client], changes));

/** "page ERROR", "redirect ERROR" or "request"; how it is sent is told where it is not the query. */
async function outcome(client: Name, changes: Changes): Promise<string> {
  const answer = await read(client, changes);
  if (answer.kind === "page") return `page ${answer.error.error}`;
  if (answer.kind === "request") return "request";
  expect(clients[client].redirect_uris).toContain(answer.to.redirect_uri);
  const { response_mode } = answer.to;
  return `${response_mode === "query" ? "redirect" : response_mode} ${answer.error.error}`;
}

const member = await person(service);
const signed_hint = async (claims: Record<string, unknown>, typ = "JWT") =>
  await service.ctx.signing_keys.sign({
    ...{ iss: core.backend_url, aud: clients.web.client_id, iat: nowSeconds(), exp: nowSeconds() + 60 },
    ...{ sub: await subjectFor(service.sql, clients.web, member.account_id), ...claims },
  }, { alg: "RS256", typ });

const table: [what: string, client: Name, changes: Changes, expected: string][] = [
  // What is never sent anywhere, since nothing says that the address is the client's.
  ["no client_id", "web", { client_id: null }, "page invalid_request"],
  ["an empty client_id", "web", { client_id: "" }, "page invalid_request"],
  [
    "two client_ids",
    "web",
    { client_id: [clients.web.client_id, clients.spa.client_id] },
    "page invalid_request",
  ],
  [
    "one client_id twice",
    "web",
    { client_id: [clients.web.client_id, clients.web.client_id] },
    "page invalid_request",
  ],
  [
    "a client_id beside an empty one",
    "web",
    { client_id: [clients.web.client_id, ""] },
    "page invalid_request",
  ],
  ["an unknown client_id", "web", { client_id: "nobody" }, "page invalid_client"],
  ["a client_id of 201 characters", "web", { client_id: "x".repeat(201) }, "page invalid_client"],
  ["a client_id of 9000 characters", "web", { client_id: "x".repeat(9000) }, "page invalid_request"],
  ["two redirect_uris", "two", { redirect_uri: [callback, `${callback}?tenant=7`] }, "page invalid_request"],
  ["one redirect_uri twice", "web", { redirect_uri: [callback, callback] }, "page invalid_request"],
  [
    "a redirect_uri and an attacker's",
    "web",
    { redirect_uri: [callback, "https://evil.example/"] },
    "page invalid_request",
  ],
  ["an unregistered redirect_uri", "web", { redirect_uri: "https://evil.example/" }, "page invalid_request"],
  ["a redirect_uri with more behind it", "web", { redirect_uri: `${callback}/x` }, "page invalid_request"],
  ["a redirect_uri with a fragment", "web", { redirect_uri: `${callback}#x` }, "page invalid_request"],
  ["no redirect_uri with openid", "web", { redirect_uri: null }, "page invalid_request"],
  ["no redirect_uri where there are two", "two", { redirect_uri: null, scope: null }, "page invalid_request"],
  ["javascript: as redirect_uri", "web", { redirect_uri: "javascript:alert(1)" }, "page invalid_request"],
  ["an unregistered redirect_uri with everything else wrong", "web", {
    redirect_uri: "https://evil.example/",
    response_type: "token",
    scope: '"',
  }, "page invalid_request"],
  [
    "a native app's other path",
    "native",
    { redirect_uri: "http://127.0.0.1:5000/other" },
    "page invalid_request",
  ],

  // What the client is told.
  ["no response_type", "web", { response_type: null }, "redirect invalid_request"],
  ["response_type=token", "web", { response_type: "token" }, "redirect unsupported_response_type"],
  ["response_type=id_token", "web", { response_type: "id_token" }, "redirect unsupported_response_type"],
  [
    "response_type=code id_token",
    "web",
    { response_type: "code id_token" },
    "redirect unsupported_response_type",
  ],
  ["response_type=none", "web", { response_type: "none" }, "redirect unsupported_response_type"],
  ["response_type=Code", "web", { response_type: "Code" }, "redirect unsupported_response_type"],
  ["two response_types", "web", { response_type: ["code", "code"] }, "redirect invalid_request"],
  ["a grant that is not the client's", "machine", {}, "redirect unauthorized_client"],
  ["an unknown response_mode", "web", { response_mode: "web_message" }, "redirect invalid_request"],
  ["two states", "web", { state: ["a", "b"] }, "redirect invalid_request"],
  ["two scopes", "web", { scope: ["openid", "email"] }, "redirect invalid_request"],
  ["two nonces", "web", { nonce: ["a", "b"] }, "redirect invalid_request"],
  ["two challenges", "web", { code_challenge: [challenge, challenge] }, "redirect invalid_request"],
  ["a malformed scope", "web", { scope: 'openid "email"' }, "redirect invalid_scope"],
  ["a scope with two blanks", "web", { scope: "openid  email" }, "redirect invalid_scope"],
  ["only unknown scopes", "web", { scope: "nonsense" }, "redirect invalid_scope"],
  ["a scope that is not the client's", "modest", { scope: "openid phone" }, "redirect invalid_scope"],
  ["a scope without end", "web", { scope: "a ".repeat(2001) + "a" }, "redirect invalid_scope"],
  [
    "no PKCE from a public client",
    "spa",
    { code_challenge: null, code_challenge_method: null },
    "redirect invalid_request",
  ],
  [
    "no PKCE from a client that has to",
    "web",
    { code_challenge: null, code_challenge_method: null },
    "redirect invalid_request",
  ],
  [
    "neither PKCE nor nonce",
    "loose",
    { code_challenge: null, code_challenge_method: null, nonce: null },
    "redirect invalid_request",
  ],
  [
    "neither PKCE nor openid",
    "loose",
    { code_challenge: null, code_challenge_method: null, scope: "email" },
    "redirect invalid_request",
  ],
  ["PKCE by plain", "web", { code_challenge_method: "plain" }, "redirect invalid_request"],
  ["PKCE by nothing, which is plain", "web", { code_challenge_method: null }, "redirect invalid_request"],
  [
    "PKCE by plain where none is needed",
    "loose",
    { code_challenge_method: "plain" },
    "redirect invalid_request",
  ],
  ["PKCE by s256", "web", { code_challenge_method: "s256" }, "redirect invalid_request"],
  ["a method without a challenge", "loose", { code_challenge: null }, "redirect invalid_request"],
  ["a short challenge", "web", { code_challenge: challenge.slice(1) }, "redirect invalid_request"],
  ["a long challenge", "web", { code_challenge: challenge + "A" }, "redirect invalid_request"],
  ["a padded challenge", "web", { code_challenge: challenge + "=" }, "redirect invalid_request"],
  [
    "a challenge with spare bits",
    "web",
    { code_challenge: challenge.slice(0, 42) + "B" },
    "redirect invalid_request",
  ],
  [
    "a challenge of the other alphabet",
    "web",
    { code_challenge: "+" + challenge.slice(1) },
    "redirect invalid_request",
  ],
  ["prompt=none login", "web", { prompt: "none login" }, "redirect invalid_request"],
  ["an unknown prompt", "web", { prompt: "dance" }, "redirect invalid_request"],
  ["prompt in capitals", "web", { prompt: "LOGIN" }, "redirect invalid_request"],
  ["a max_age below zero", "web", { max_age: "-1" }, "redirect invalid_request"],
  ["a max_age that is no integer", "web", { max_age: "1.5" }, "redirect invalid_request"],
  ["a max_age in words", "web", { max_age: "ten" }, "redirect invalid_request"],
  ["a max_age in hex", "web", { max_age: "0x10" }, "redirect invalid_request"],
  ["a max_age without end", "web", { max_age: "1".repeat(30) }, "redirect invalid_request"],
  ["claims that are no JSON", "web", { claims: "{" }, "redirect invalid_request"],
  ["claims that are a list", "web", { claims: "[]" }, "redirect invalid_request"],
  ["claims that are null", "web", { claims: "null" }, "redirect invalid_request"],
  ["claims of a list", "web", { claims: '{"userinfo":[]}' }, "redirect invalid_request"],
  ["a claim that is true", "web", { claims: '{"userinfo":{"email":true}}' }, "redirect invalid_request"],
  [
    "a claim whose essential is a word",
    "web",
    { claims: '{"id_token":{"email":{"essential":"yes"}}}' },
    "redirect invalid_request",
  ],
  [
    "a claim whose values are one",
    "web",
    { claims: '{"id_token":{"acr":{"values":"1"}}}' },
    "redirect invalid_request",
  ],
  ["101 claims", "web", {
    claims: JSON.stringify({
      userinfo: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`c${n}`, null])),
    }),
  }, "redirect invalid_request"],
  ["a hint that is no token", "web", { id_token_hint: "nonsense" }, "redirect invalid_request"],
  ["a hint of another client", "spa", { id_token_hint: await signed_hint({}) }, "redirect invalid_request"],
  [
    "a hint of another issuer",
    "web",
    { id_token_hint: await signed_hint({ iss: "https://other.example" }) },
    "redirect invalid_request",
  ],
  [
    "a hint that is an access token",
    "web",
    { id_token_hint: await signed_hint({}, "at+jwt") },
    "redirect invalid_request",
  ],
  [
    "a hint that is a logout token",
    "web",
    { id_token_hint: await signed_hint({}, "logout+jwt") },
    "redirect invalid_request",
  ],
  ["a hint by a key of the client", "web", {
    id_token_hint: await sign({ claims: { iss: core.backend_url, aud: clients.web.client_id, sub: "x" } }),
  }, "redirect invalid_request"],
  ["an unsigned hint", "web", {
    id_token_hint: unsigned({ iss: core.backend_url, aud: clients.web.client_id, sub: "x" }),
  }, "redirect invalid_request"],
  ["a hint and claims for two people", "web", {
    id_token_hint: await signed_hint({}),
    claims: '{"id_token":{"sub":{"value":"x"}}}',
  }, "redirect invalid_request"],
  ["a relative resource", "web", { resource: "/api" }, "redirect invalid_target"],
  ["a resource with a fragment", "web", { resource: "https://api.example/#a" }, "redirect invalid_target"],
  [
    "a resource that is not the client's",
    "targets",
    { resource: "https://other.example/" },
    "redirect invalid_target",
  ],
  ["one resource too many", "web", {
    resource: Array.from({ length: 21 }, (_, n) => `https://api.example/${n}`),
  }, "redirect invalid_target"],
  ["a dpop_jkt that is none", "web", { dpop_jkt: "short" }, "redirect invalid_request"],
  ["a nonce without end", "web", { nonce: "n".repeat(1025) }, "redirect invalid_request"],
  ["a login_hint without end", "web", { login_hint: "n".repeat(321) }, "redirect invalid_request"],
  ["a value without end", "web", { login_hint: "n".repeat(8193) }, "page invalid_request"],
  ["registration by value", "web", { registration: "{}" }, "redirect registration_not_supported"],
  ["what must be pushed", "pushing", {}, "redirect invalid_request"],
  ["what FAPI 2.0 wants pushed", "fapi2", {}, "redirect invalid_request"],
  ["what must be signed", "signed_only", {}, "redirect invalid_request"],
  [
    "a request_uri of an address",
    "web",
    { request_uri: "https://app.example/request.jwt" },
    "redirect request_uri_not_supported",
  ],
  ["a request_uri of an address, to nowhere", "web", {
    request_uri: "https://app.example/r",
    redirect_uri: "https://evil.example/",
  }, "page request_uri_not_supported"],
  [
    "a request_uri nobody pushed",
    "web",
    { request_uri: "urn:ietf:params:oauth:request_uri:nothing" },
    "redirect invalid_request_uri",
  ],
  ["a request_uri nobody pushed, to nowhere", "web", {
    request_uri: "urn:ietf:params:oauth:request_uri:nothing",
    redirect_uri: null,
  }, "page invalid_request_uri"],
  ["two request_uris", "web", {
    request_uri: ["urn:ietf:params:oauth:request_uri:a", "urn:ietf:params:oauth:request_uri:b"],
  }, "page invalid_request"],
  ["a request beside a request_uri", "web", {
    request: "a.b.c",
    request_uri: "urn:ietf:params:oauth:request_uri:a",
  }, "redirect invalid_request"],
  [
    "an error, in the fragment as asked",
    "web",
    { response_type: "token", response_mode: "fragment" },
    "fragment unsupported_response_type",
  ],
  [
    "an error, by form_post as asked",
    "web",
    { max_age: "x", response_mode: "form_post" },
    "form_post invalid_request",
  ],

  // What is taken.
  ["a plain request", "web", {}, "request"],
  ["an unknown scope beside a known one", "web", { scope: "openid nonsense" }, "request"],
  ["an operator's scope", "web", { scope: "openid orders:read" }, "request"],
  ["no PKCE but a nonce", "loose", { code_challenge: null, code_challenge_method: null }, "request"],
  [
    "no redirect_uri, no openid, and one registered",
    "web",
    { redirect_uri: null, scope: "email" },
    "request",
  ],
  ["no scope", "web", { scope: null }, "request"],
  ["an unknown parameter", "web", { extra: "1" }, "request"],
  ["two resources", "web", { resource: ["https://a.example/", "https://b.example/"] }, "request"],
  ["an expired hint", "web", { id_token_hint: await signed_hint({ exp: nowSeconds() - 9999 }) }, "request"],
  [
    "a claim that nobody knows",
    "web",
    { claims: '{"userinfo":{"shoe_size":null},"verified":{}}' },
    "request",
  ],
];

for (const [what, client, changes, expected] of table) {
  Deno.test(`readRequest(): ${what} → ${expected}`, async () => {
    expect(await outcome(client, changes)).toBe(expected);
  });
}

Deno.test("a state given twice is not repeated to anybody", async () => {
  expect(await read("web", { state: ["a", "b"] })).toMatchObject({ to: { state: null } });
});

Deno.test("readRequest() answers what was asked for, and the person the hint names", async () => {
  const answer = await read("web", {
    scope: "openid nonsense openid email",
    prompt: "login consent login",
    max_age: "0",
    acr_values: "b a",
    ui_locales: "de en",
    id_token_hint: await signed_hint({}),
    claims: '{"userinfo":{"name":null},"id_token":{"__proto__":{"essential":true},"acr":null}}',
  });
  expect(answer).toMatchObject({
    kind: "request",
    parameters: {
      scope: ["openid", "email"],
      prompt: ["login", "consent"],
      max_age: 0,
      acr_values: ["b", "a"],
      acr_essential: false,
      ui_locales: ["de", "en"],
      hint_account_id: member.account_id,
      redirect_uri: callback,
      redirect_uri_given: true,
      claims: { userinfo: { name: null }, id_token: { acr: null } },
    },
  });
});
