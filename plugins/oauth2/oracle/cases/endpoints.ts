/** Userinfo, introspection, revocation, pushed requests and devices (OIDC Core §5.3; RFC 7662, 7009, 9126, 8628). */
import type { DirectCase, Params } from "../case.ts";
import { basic, type Stage } from "../stage.ts";
import { callback } from "../clients.ts";
import { requestObjectOf } from "./request_objects.ts";

const tokenOf =
  (name: "access_token" | "refresh_token" | "id_token", client: "web" | "other" | "spa" = "web") =>
  async (stage: Stage) => ({
    token: (await stage.tokens(client))[name] as string,
  });

const bearer = (access_token: string) => ({ authorization: `Bearer ${access_token}` });
const pushed = (changes: Params = {}) => (stage: Stage) => ({ ...stage.request("web"), ...changes });

export const endpointCases: DirectCase[] = [
  {
    to: "userinfo",
    claim: "a token",
    method: "GET",
    with: {},
    headers: async (stage) => bearer((await stage.tokens()).access_token),
  },
  {
    to: "userinfo",
    claim: "a token, by POST",
    with: {},
    headers: async (stage) => bearer((await stage.tokens()).access_token),
  },
  {
    to: "userinfo",
    claim: "a token in the form",
    with: async (stage) => ({ access_token: (await stage.tokens()).access_token }),
  },
  {
    to: "userinfo",
    claim: "a token in the query",
    method: "GET",
    with: async (stage) => ({ access_token: (await stage.tokens()).access_token }),
  },
  {
    to: "userinfo",
    claim: "a token in both places",
    with: async (stage) => ({ access_token: (await stage.tokens()).access_token }),
    headers: async (stage) => bearer((await stage.tokens()).access_token),
  },
  { to: "userinfo", claim: "no token", method: "GET", with: {} },
  { to: "userinfo", claim: "an unknown token", method: "GET", with: {}, headers: bearer("unknown") },
  {
    to: "userinfo",
    claim: "another scheme",
    method: "GET",
    with: {},
    headers: { authorization: "Basic eDp5" },
  },
  {
    to: "userinfo",
    claim: "a refresh token",
    method: "GET",
    with: {},
    headers: async (stage) => bearer((await stage.tokens()).refresh_token),
  },
  {
    to: "userinfo",
    claim: "an ID token",
    method: "GET",
    with: {},
    headers: async (stage) => bearer((await stage.tokens()).id_token),
  },
  {
    to: "userinfo",
    claim: "a token without openid",
    method: "GET",
    with: {},
    headers: async (stage) =>
      bearer(
        (await stage.answered({
          to: "token",
          with: await stage.exchange("web", { scope: "profile", nonce: null }),
        })).access_token,
      ),
  },
  {
    to: "userinfo",
    claim: "a token of a machine",
    method: "GET",
    with: {},
    headers: async (stage) =>
      bearer(
        (await stage.answered({ to: "token", client: "machine", with: { grant_type: "client_credentials" } }))
          .access_token,
      ),
  },
  {
    to: "userinfo",
    claim: "a revoked token",
    method: "GET",
    with: {},
    headers: async (stage) => {
      const { access_token, refresh_token } = await stage.tokens();
      await stage.send({ to: "revoke", with: { token: refresh_token } });
      return bearer(access_token);
    },
  },

  { to: "introspect", claim: "an access token", with: tokenOf("access_token") },
  { to: "introspect", claim: "a refresh token", with: tokenOf("refresh_token") },
  {
    to: "introspect",
    claim: "a token with the wrong hint",
    with: async (stage) => ({ ...await tokenOf("access_token")(stage), token_type_hint: "refresh_token" }),
  },
  {
    to: "introspect",
    claim: "a token with an unknown hint",
    with: async (stage) => ({ ...await tokenOf("access_token")(stage), token_type_hint: "cookie" }),
  },
  { to: "introspect", claim: "a token of another client", client: "other", with: tokenOf("access_token") },
  { to: "introspect", claim: "an ID token", with: tokenOf("id_token") },
  { to: "introspect", claim: "an unknown token", with: { token: "unknown" } },
  { to: "introspect", claim: "no token", with: {} },
  { to: "introspect", claim: "an empty token", with: { token: "" } },
  { to: "introspect", claim: "a token twice", with: { token: ["a", "b"] } },
  { to: "introspect", claim: "no client", with: { token: "unknown" }, as: {} },
  {
    to: "introspect",
    claim: "a wrong secret",
    with: { token: "unknown" },
    as: ({ clients }) => ({ headers: { authorization: basic(clients.web.client_id, "wrong") } }),
  },
  {
    to: "introspect",
    claim: "a public client and its own token",
    client: "spa",
    with: tokenOf("access_token", "spa"),
  },
  { to: "introspect", claim: "GET", method: "GET", with: { token: "unknown" } },
  {
    to: "introspect",
    claim: "a revoked token",
    with: async (stage) => {
      const { access_token, refresh_token } = await stage.tokens();
      await stage.send({ to: "revoke", with: { token: refresh_token } });
      return { token: access_token };
    },
  },

  { to: "revoke", claim: "an access token", with: tokenOf("access_token") },
  { to: "revoke", claim: "a refresh token", with: tokenOf("refresh_token") },
  {
    to: "revoke",
    claim: "a refresh token with the wrong hint",
    with: async (stage) => ({ ...await tokenOf("refresh_token")(stage), token_type_hint: "access_token" }),
  },
  {
    to: "revoke",
    claim: "a token with an unknown hint",
    with: { token: "unknown", token_type_hint: "cookie" },
  },
  { to: "revoke", claim: "an unknown token", with: { token: "unknown" } },
  { to: "revoke", claim: "no token", with: {} },
  { to: "revoke", claim: "a token twice", with: { token: ["a", "b"] } },
  { to: "revoke", claim: "a token of another client", client: "other", with: tokenOf("refresh_token") },
  { to: "revoke", claim: "no client", with: { token: "unknown" }, as: {} },
  { to: "revoke", claim: "a public client", client: "spa", with: tokenOf("refresh_token", "spa") },
  { to: "revoke", claim: "GET", method: "GET", with: { token: "unknown" } },

  { to: "par", claim: "a well-formed request", with: pushed() },
  { to: "par", claim: "a public client", client: "spa", with: (stage) => stage.request("spa") },
  { to: "par", claim: "no client", with: pushed(), as: {} },
  {
    to: "par",
    claim: "a wrong secret",
    with: pushed(),
    as: ({ clients }) => ({ headers: { authorization: basic(clients.web.client_id, "wrong") } }),
  },
  {
    to: "par",
    claim: "another client's id in the body",
    with: (stage) => ({ ...stage.request("web"), client_id: stage.clients.other.client_id }),
  },
  { to: "par", claim: "a request_uri", with: pushed({ request_uri: "urn:ietf:params:oauth:request_uri:x" }) },
  { to: "par", claim: "a foreign redirect_uri", with: pushed({ redirect_uri: "https://attacker.example/" }) },
  { to: "par", claim: "no redirect_uri", with: pushed({ redirect_uri: null }) },
  { to: "par", claim: "no response_type", with: pushed({ response_type: null }) },
  { to: "par", claim: "response_type token", with: pushed({ response_type: "token" }) },
  {
    to: "par",
    claim: "no code_challenge",
    with: pushed({ code_challenge: null, code_challenge_method: null }),
  },
  { to: "par", claim: "plain", with: pushed({ code_challenge_method: "plain" }) },
  { to: "par", claim: "scope twice", with: pushed({ scope: ["openid", "email"] }) },
  { to: "par", claim: "a bad max_age", with: pushed({ max_age: "soon" }) },
  { to: "par", claim: "bad claims", with: pushed({ claims: "[]" }) },
  { to: "par", claim: "prompt none login", with: pushed({ prompt: "none login" }) },
  { to: "par", claim: "a bad id_token_hint", with: pushed({ id_token_hint: "hint" }) },
  { to: "par", claim: "a relative resource", with: pushed({ resource: "/api" }) },
  { to: "par", claim: "an unknown response_mode", with: pushed({ response_mode: "pigeon" }) },
  {
    to: "par",
    claim: "a signed request",
    client: "signed",
    with: async (stage) => ({ request: await requestObjectOf(stage) }),
  },
  {
    to: "par",
    claim: "a signed request of another client",
    client: "signed",
    with: async (stage) => ({ request: await requestObjectOf(stage, { client_id: "somebody" }) }),
  },
  { to: "par", claim: "GET", method: "GET", with: pushed() },
  {
    to: "par",
    claim: "a native client on any port",
    client: "native",
    with: (stage) => ({ ...stage.request("native"), redirect_uri: "http://127.0.0.1:51004/callback" }),
  },
  {
    to: "par",
    claim: "a callback of another client",
    client: "native",
    with: (stage) => ({ ...stage.request("native"), redirect_uri: callback }),
  },

  { to: "device_authorization", claim: "a well-formed request", client: "device", with: { scope: "openid" } },
  { to: "device_authorization", claim: "no scope", client: "device", with: {} },
  { to: "device_authorization", claim: "an unknown scope", client: "device", with: { scope: "unheard_of" } },
  {
    to: "device_authorization",
    claim: "scope twice",
    client: "device",
    with: { scope: ["openid", "email"] },
  },
  { to: "device_authorization", claim: "no client", client: "device", with: { scope: "openid" }, as: {} },
  {
    to: "device_authorization",
    claim: "an unknown client",
    client: "device",
    with: { scope: "openid" },
    as: { params: { client_id: "nobody-knows-me" } },
  },
  { to: "device_authorization", claim: "a client without this grant", with: { scope: "openid" } },
  { to: "device_authorization", claim: "GET", client: "device", method: "GET", with: { scope: "openid" } },
];
