import { expect } from "expect";
import { challenge, type Changes, requestSearch, verifier } from "../../../core/testing/authorization.ts";
import { createProver } from "../../../core/testing/dpop.ts";
import { newClient, person, testProvider } from "../../../core/testing/provider.ts";
import { presentation } from "../../../ui/mod.ts";
import { claimCode } from "../authorization_code.ts";
import type { Client } from "../client.ts";
import { keys, nowSeconds, sign } from "../oracle/keys.ts";

const service = await testProvider({}, { presentation });
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { api, browse, core, sql } = service;
const url = `${core.backend_url}/oauth/par`;
const client = await newClient(service, { first_party: true });
const other = await newClient(service);
const fapi2 = await newClient(service, {
  ...{ profile: "fapi2", token_endpoint_auth_method: "private_key_jwt", first_party: true },
  ...{ jwks: { keys: [keys.own.jwk] }, dpop_bound_access_tokens: true },
});
const prover = await createProver();

const push = (changes: Changes = {}, who: Client = client, headers: Record<string, string> = {}) =>
  api("POST", "/oauth/par", requestSearch(who, changes).toString(), {
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  });

const assertion = (claims: Record<string, unknown> = {}) =>
  sign({
    claims: {
      ...{ iss: fapi2.client_id, sub: fapi2.client_id, aud: core.backend_url, jti: crypto.randomUUID() },
      ...{ iat: nowSeconds(), exp: nowSeconds() + 60, ...claims },
    },
  });
const asserted = async (claims: Record<string, unknown> = {}): Promise<Changes> => ({
  client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  client_assertion: await assertion(claims),
});

Deno.test("a push is answered with a reference that one browser can use once", async () => {
  const { status, body, headers } = await push();
  expect([status, body]).toEqual([201, {
    request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:[\w-]{43}$/),
    expires_in: 90,
  }]);
  expect(headers.get("cache-control")).toBe("no-store");
  const stored = JSON.stringify(await sql`select * from authorization_request`);
  expect(stored).not.toContain(body.request_uri.slice(-43));
  const path = `/oauth/authorize?${new URLSearchParams({
    client_id: client.client_id,
    ...body,
    state: "evil",
  })}`;
  const { location } = await browse(path, await person(service));
  const { code, state } = Object.fromEntries(new URL(location!).searchParams);
  expect(state).toBe("s");
  expect(await claimCode(sql, code, client.client_id)).toMatchObject({ code: { code_challenge: challenge } });
});

const refused: [what: string, changes: Changes, error: string, status?: number][] = [
  ["no client", { client_id: null }, "invalid_client", 401],
  ["an unknown client", { client_id: "nobody" }, "invalid_client", 401],
  ["two clients", { client_id: [client.client_id, other.client_id] }, "invalid_request"],
  ["a request_uri", { request_uri: "urn:ietf:params:oauth:request_uri:x" }, "invalid_request"],
  ["an unregistered redirect_uri", { redirect_uri: "https://evil.example/" }, "invalid_request"],
  ["no redirect_uri", { redirect_uri: null }, "invalid_request"],
  [
    "two redirect_uris",
    { redirect_uri: ["https://app.example/callback", "https://evil.example/"] },
    "invalid_request",
  ],
  ["two states", { state: ["a", "b"] }, "invalid_request"],
  ["response_type=token", { response_type: "token" }, "unsupported_response_type"],
  ["no PKCE", { code_challenge: null, code_challenge_method: null }, "invalid_request"],
  [
    "PKCE by plain",
    { code_challenge: verifier.slice(0, 43), code_challenge_method: "plain" },
    "invalid_request",
  ],
  ["a malformed scope", { scope: '"' }, "invalid_scope"],
  ["a relative resource", { resource: "/api" }, "invalid_target"],
  ["an unsigned request", { request: "e30.e30." }, "invalid_request_object"],
  ["registration by value", { registration: "{}" }, "registration_not_supported"],
  ["what has no end", { login_hint: "x".repeat(9000) }, "invalid_request"],
];
for (const [what, changes, error, status = 400] of refused) {
  Deno.test(`a push with ${what} is refused`, async () => {
    const answer = await push(changes);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
    expect(answer.headers.get("location")).toBeNull();
  });
}

Deno.test("the key that was proven is the code's", async () => {
  const { body } = await push({}, client, { dpop: await prover.proof({ method: "POST", url }) });
  const path = `/oauth/authorize?${new URLSearchParams({ client_id: client.client_id, ...body })}`;
  const { location } = await browse(path, await person(service));
  const code = new URL(location!).searchParams.get("code")!;
  expect(await claimCode(sql, code, client.client_id)).toMatchObject({ code: { dpop_jkt: prover.jkt } });
});

const proofs: [what: string, proof: () => Promise<string>, changes?: Changes][] = [
  ["for another address", () => prover.proof({ method: "POST", url: `${core.backend_url}/oauth/token` })],
  ["for another method", () => prover.proof({ method: "GET", url })],
  ["that is old", () => prover.proof({ method: "POST", url, iat: nowSeconds() - 3600 })],
  ["of another key than dpop_jkt", () => prover.proof({ method: "POST", url }), { dpop_jkt: "A".repeat(43) }],
  ["that is none", () => Promise.resolve("nonsense")],
];
for (const [what, proof, changes] of proofs) {
  Deno.test(`a push with a proof ${what} is refused`, async () => {
    const { status, body } = await push(changes, client, { dpop: await proof() });
    expect([status, body.error]).toEqual([400, "invalid_dpop_proof"]);
  });
}

Deno.test("a proof serves one push", async () => {
  const dpop = await prover.proof({ method: "POST", url });
  const answers = await Promise.all(Array.from({ length: 10 }, () => push({}, client, { dpop })));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
});

Deno.test("FAPI 2.0: a push by private_key_jwt, whose audience is the issuer as one string", async () => {
  expect((await push(await asserted(), fapi2)).status).toBe(201);
  for (const aud of [url, [core.backend_url], "https://other.example"]) {
    const { status, body } = await push(await asserted({ aud }), fapi2);
    expect([aud, status, body.error]).toEqual([aud, 401, "invalid_client"]);
  }
  const { status, body } = await push({}, fapi2);
  expect([status, body.error]).toEqual([401, "invalid_client"]);
});

Deno.test("FAPI 2.0: a code lives for a minute at most", async () => {
  const { body } = await push(await asserted(), fapi2);
  const path = `/oauth/authorize?${new URLSearchParams({ client_id: fapi2.client_id, ...body })}`;
  expect((await browse(path, await person(service))).location).toContain("code=");
  const [{ seconds }] = await sql`
    select extract(epoch from expires_at - issued_at)::int as seconds from authorization_code
    where client_id = ${fapi2.client_id}`;
  expect(seconds).toBeLessThanOrEqual(60);
});
