/** Requests by value (RFC 9101) and by reference to what was pushed (RFC 9126). */
import type { AuthorizeCase, Params } from "../case.ts";
import { callback } from "../clients.ts";
import { keys, nowSeconds, sign, unsigned } from "../keys.ts";
import type { Stage } from "../stage.ts";
import { SignJWT } from "jose";
import { broken } from "./authorization.ts";

interface Changes {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  key?: "own" | "foreign";
}

/** The well-formed request of the client `signed`, as claims. */
function claimsOf(stage: Stage): Record<string, unknown> {
  const { client_id } = stage.clients.signed;
  const now = nowSeconds();
  return {
    ...stage.request("signed"),
    iss: client_id,
    aud: stage.provider.issuer,
    iat: now,
    nbf: now,
    exp: now + 60,
    jti: crypto.randomUUID(),
  };
}

/** The signed request of the client `signed`. */
export const requestObjectOf = (stage: Stage, claims: Record<string, unknown> = {}) =>
  sign({ claims: { ...claimsOf(stage), ...claims }, header: { typ: "oauth-authz-req+jwt" } });

/** Only the parameters that have to stand outside (RFC 9101 §5, OpenID Connect Core §6.1). */
const outside: Params = { code_challenge: null, code_challenge_method: null, nonce: null };

const withObject = ({ claims, header, key }: Changes = {}, more: Params = {}) => async (stage: Stage) => ({
  ...outside,
  request: await sign({
    claims: { ...claimsOf(stage), ...claims },
    header: { typ: "oauth-authz-req+jwt", ...header },
    key,
  }),
  ...more,
});

const jar = (claim: string, changes: Changes = {}, more: Params = {}): AuthorizeCase => ({
  claim,
  client: "signed",
  with: withObject(changes, more),
});

export const requestObjectCases: AuthorizeCase[] = [
  jar("a signed request"),
  jar("a signed request of type JWT", { header: { typ: "JWT" } }),
  jar("a signed request of another type", { header: { typ: "at+jwt" } }),
  jar("a signed request with another state outside", {}, { state: "outside" }),
  jar("a signed request with a scope that is only outside", { claims: { scope: undefined } }),
  jar("a signed request by a key of somebody else", { key: "foreign" }),
  jar("a signed request without kid", { header: { kid: undefined } }),
  jar("a signed request with an unknown kid", { header: { kid: "unknown" } }),
  jar("a signed request for another audience", { claims: { aud: "https://other.example" } }),
  jar("a signed request without audience", { claims: { aud: undefined } }),
  jar("a signed request that has expired", { claims: { exp: nowSeconds() - 120 } }),
  jar("a signed request without exp", { claims: { exp: undefined } }),
  jar("a signed request of tomorrow", { claims: { nbf: nowSeconds() + 86_400, exp: nowSeconds() + 90_000 } }),
  jar("a signed request of another issuer", { claims: { iss: "somebody" } }),
  jar("a signed request without issuer", { claims: { iss: undefined } }),
  jar("a signed request for another client_id", { claims: { client_id: "somebody" } }),
  jar("a signed request without client_id", { claims: { client_id: undefined } }),
  jar("a signed request for another response_type", { claims: { response_type: "token" } }),
  jar("a signed request with a foreign redirect_uri", {
    claims: { redirect_uri: "https://attacker.example/" },
  }),
  jar("a request within a request", { claims: { request: "x.y.z" } }),
  jar("a request_uri within a request", { claims: { request_uri: "urn:x:y" } }),
  jar("a signed request whose scope is a list", { claims: { scope: ["openid"] } }),
  jar("a signed request whose max_age is a number", { claims: { max_age: 3600 } }),
  jar("a signed request with claims as an object", { claims: { claims: { userinfo: { email: null } } } }),
  jar("a signed request with an unknown crit", { header: { crit: ["x"], x: 1 } }),
  {
    claim: "a signed request with a broken signature",
    client: "signed",
    with: async (stage) => {
      const { request } = await withObject()(stage);
      return { ...outside, request: broken(request) };
    },
  },
  {
    claim: "an unsigned request",
    client: "signed",
    with: (stage) => ({ ...outside, request: unsigned(claimsOf(stage), { typ: "oauth-authz-req+jwt" }) }),
  },
  {
    claim: "a request signed with the public key as a secret",
    client: "signed",
    with: async (stage) => ({
      ...outside,
      request: await new SignJWT(claimsOf(stage)).setProtectedHeader({ alg: "HS256", kid: keys.own.jwk.kid })
        .sign(new TextEncoder().encode(JSON.stringify(keys.own.jwk))),
    }),
  },
  { claim: "a request that is no JWT", client: "signed", with: { request: "x" } },
  { claim: "an empty request", client: "signed", with: { request: "" } },
  { claim: "request twice", client: "signed", with: { request: ["x.y.z", "x.y.z"] } },
  {
    claim: "a signed request and a request_uri",
    client: "signed",
    with: withObject({}, { request_uri: "urn:ietf:params:oauth:request_uri:x" }),
  },

  { claim: "a pushed request", with: pushed("web") },
  { claim: "a pushed request where that is required", client: "pushed", with: pushed("pushed") },
  { claim: "an unpushed request where pushing is required", client: "pushed", with: {} },
  {
    claim: "a pushed request with other parameters beside it",
    with: async (stage) => ({ ...only(await stage.pushed()), state: "outside", scope: "openid email" }),
  },
  {
    claim: "an unknown request_uri with an address of the client's",
    with: { ...only("urn:ietf:params:oauth:request_uri:unknown"), redirect_uri: callback, state: "state-1" },
  },
  { claim: "an unknown request_uri", with: only("urn:ietf:params:oauth:request_uri:unknown") },
  { claim: "a request_uri of the web", with: only("https://client.example.org/request.jwt") },
  { claim: "an empty request_uri", with: { request_uri: "" } },
  { claim: "a request_uri twice", with: { request_uri: ["urn:a:b", "urn:a:b"] } },
  {
    claim: "a pushed request of another client",
    with: async (stage) => only(await stage.pushed("other")),
  },
  {
    claim: "a pushed request a second time",
    with: async (stage) => {
      const request_uri = await stage.pushed();
      await stage.authorize({ with: only(request_uri) });
      return only(request_uri);
    },
  },
  {
    claim: "a pushed request without client_id",
    with: async (stage) => ({ ...only(await stage.pushed()), client_id: null }),
  },
];

/** A reference, and nothing else but the client. */
function only(request_uri: string): Params {
  return {
    request_uri,
    response_type: null,
    redirect_uri: null,
    scope: null,
    state: null,
    nonce: null,
    code_challenge: null,
    code_challenge_method: null,
  };
}

function pushed(client: "web" | "pushed") {
  return async (stage: Stage) => only(await stage.pushed(client, { redirect_uri: callback }));
}
