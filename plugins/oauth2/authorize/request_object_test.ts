import { expect } from "expect";
import { type Changes, requestFields, validRequest } from "../../../core/testing/authorization.ts";
import { newClient, testProvider } from "../../../core/testing/provider.ts";
import { keys, nowSeconds, sign, unsigned } from "../oracle/keys.ts";
import { readRequest } from "./read_request.ts";

const service = await testProvider();
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { oauth, core } = service;
const client = await newClient(service, {
  jwks: { keys: [keys.own.jwk] },
  request_object_signing_alg: "ES256",
});
const other = await newClient(service);

const read = (changes: Changes, who = client) => readRequest(oauth, requestFields(who, changes));

/** "page ERROR", "redirect ERROR" or "request". */
async function outcome(changes: Changes, who = client): Promise<string> {
  const answer = await read(changes, who);
  if (answer.kind === "request") return "request";
  return `${answer.kind === "page" ? "page" : "redirect"} ${answer.error.error}`;
}

const inside = (more: Record<string, unknown> = {}, who = client) => ({
  iss: who.client_id,
  aud: core.backend_url,
  iat: nowSeconds(),
  exp: nowSeconds() + 60,
  ...validRequest(who),
  state: "inside",
  ...more,
});
const jar = (
  more: Record<string, unknown> = {},
  how: { header?: Record<string, unknown>; key?: "own" | "foreign" } = {},
) => sign({ claims: inside(more), ...how });

const objects: [what: string, request: string, expected: string][] = [
  ["no JWT", "nonsense", "redirect invalid_request_object"],
  ["an unsigned one", unsigned(inside()), "redirect request_not_supported"],
  ["one whose alg is None", unsigned(inside(), { alg: "None" }), "redirect request_not_supported"],
  ["one whose signature is gone", (await jar()).replace(/[^.]+$/, ""), "redirect request_not_supported"],
  ["one by another key", await jar({}, { key: "foreign" }), "redirect invalid_request_object"],
  [
    "one by another key under our kid",
    await jar({}, { key: "foreign", header: { kid: keys.own.jwk.kid } }),
    "redirect invalid_request_object",
  ],
  ["one with an unknown kid", await jar({}, { header: { kid: "other" } }), "redirect invalid_request_object"],
  ["one of another type", await jar({}, { header: { typ: "dpop+jwt" } }), "redirect invalid_request_object"],
  ["one with crit", await jar({}, { header: { crit: ["x"], x: 1 } }), "redirect invalid_request_object"],
  [
    "one of another client",
    await jar({ client_id: other.client_id }),
    "redirect invalid_request_object",
  ],
  ["one by another issuer", await jar({ iss: "other" }), "redirect invalid_request_object"],
  [
    "one for another audience",
    await jar({ aud: "https://other.example" }),
    "redirect invalid_request_object",
  ],
  ["one that has expired", await jar({ exp: nowSeconds() - 1 }), "redirect invalid_request_object"],
  ["one that lives for days", await jar({ exp: nowSeconds() + 99_999 }), "redirect invalid_request_object"],
  ["one from a minute ahead", await jar({ nbf: nowSeconds() + 60 }), "redirect invalid_request_object"],
  ["one whose exp is a word", await jar({ exp: "later" }), "redirect invalid_request_object"],
  ["one that holds another", await jar({ request: "a.b.c" }), "redirect invalid_request_object"],
  ["one that refers to another", await jar({ request_uri: "urn:x" }), "redirect invalid_request_object"],
  [
    "one that could be an assertion",
    await jar({ sub: client.client_id }),
    "redirect invalid_request_object",
  ],
  ["one whose scope is a list", await jar({ scope: ["openid"] }), "redirect invalid_request_object"],
  ["one for another response_type", await jar({ response_type: "token" }), "redirect invalid_request_object"],
  ["one too large", await jar({ extra: "x".repeat(24_000) }), "page invalid_request"],
  [
    "one with an unregistered redirect_uri",
    await jar({ redirect_uri: "https://evil.example/" }),
    "page invalid_request",
  ],
  ["one whose challenge is plain", await jar({ code_challenge_method: "plain" }), "redirect invalid_request"],
  [
    "one without a challenge, which is only outside",
    await jar({ code_challenge: undefined, code_challenge_method: undefined }),
    "redirect invalid_request",
  ],
  ["one from eight seconds ahead", await jar({ nbf: nowSeconds() + 8 }), "request"],
  ["one with its type", await jar({}, { header: { typ: "oauth-authz-req+jwt" } }), "request"],
];

for (const [what, request, expected] of objects) {
  Deno.test(`a request object: ${what} → ${expected}`, async () => {
    expect(await outcome({ request })).toBe(expected);
  });
}

Deno.test("only what is inside a request object counts", async () => {
  const answer = await read({
    request: await jar({ max_age: 7, claims: { userinfo: { name: null } } }),
    state: "outside",
    prompt: "login",
    nonce: "outside",
  });
  expect(answer).toMatchObject({
    parameters: { state: "inside", nonce: "n", prompt: [], max_age: 7, claims: { userinfo: { name: null } } },
  });
});

Deno.test("a client without keys cannot send signed requests", async () => {
  const claims = inside({}, other);
  expect(await outcome({ request: await sign({ claims }) }, other)).toBe("redirect invalid_request_object");
});
