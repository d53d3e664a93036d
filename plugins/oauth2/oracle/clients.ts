/** The clients of the table: the same metadata is registered with both providers (RFC 7591 §2). */
import type { ClientName } from "./case.ts";
import { keys } from "./keys.ts";

export const callback = "https://client.example.org/callback";
export const queryCallback = "https://client.example.org/callback?tenant=7";
export const loopback = "http://127.0.0.1/callback";
export const appScheme = "com.example.app:/callback";

const code = { response_types: ["code"], grant_types: ["authorization_code", "refresh_token"] };
const web = { ...code, redirect_uris: [callback] };
const jwks = { keys: [keys.own.jwk] };

export const registrations: Record<ClientName, Record<string, unknown>> = {
  web,
  other: web,
  fresh: web,
  modest: web,
  // A confidential OpenID client may go without PKCE (RFC 9700 §2.1.1).
  loose: { ...web, require_pkce: false },
  spa: { ...web, token_endpoint_auth_method: "none" },
  native: {
    ...code,
    redirect_uris: [loopback, appScheme],
    application_type: "native",
    token_endpoint_auth_method: "none",
  },
  post: { ...web, token_endpoint_auth_method: "client_secret_post" },
  assertion: {
    ...web,
    token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_signing_alg: "ES256",
    jwks,
  },
  secret_jwt: { ...web, token_endpoint_auth_method: "client_secret_jwt" },
  machine: { redirect_uris: [], response_types: [], grant_types: ["client_credentials"] },
  device: {
    redirect_uris: [],
    response_types: [],
    grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
    token_endpoint_auth_method: "none",
  },
  device_other: {
    redirect_uris: [],
    response_types: [],
    grant_types: ["urn:ietf:params:oauth:grant-type:device_code"],
    token_endpoint_auth_method: "none",
  },
  two: { ...web, redirect_uris: [callback, queryCallback] },
  signed: { ...web, request_object_signing_alg: "ES256", jwks },
  pushed: { ...web, require_pushed_authorization_requests: true },
  bound: { ...web, dpop_bound_access_tokens: true },
};

export const redirectUriOf = (name: ClientName) => (registrations[name].redirect_uris as string[])[0] ?? null;
