/** Refresh tokens, client credentials and device codes at the token endpoint (RFC 6749 §4.4, §6; RFC 8628 §3.4). */
import type { DirectCase, Params } from "../case.ts";
import type { Stage } from "../stage.ts";

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

/** A refresh with the token of a new grant. */
const refresh = (changes: Params = {}) => async (stage: Stage) => ({
  grant_type: "refresh_token",
  refresh_token: (await stage.tokens()).refresh_token as string,
  ...changes,
});

export const refreshCases: DirectCase[] = [
  { to: "token", claim: "a refresh", with: refresh() },
  {
    to: "token",
    claim: "a refresh of a public client",
    client: "spa",
    with: async (stage) => ({
      grant_type: "refresh_token",
      refresh_token: (await stage.tokens("spa")).refresh_token,
    }),
  },
  { to: "token", claim: "a refresh without a token", with: { grant_type: "refresh_token" } },
  { to: "token", claim: "an empty refresh token", with: { grant_type: "refresh_token", refresh_token: "" } },
  {
    to: "token",
    claim: "an unknown refresh token",
    with: { grant_type: "refresh_token", refresh_token: "unknown" },
  },
  { to: "token", claim: "a refresh token twice", with: refresh({ refresh_token: ["a", "b"] }) },
  { to: "token", claim: "a refresh with less scope", with: refresh({ scope: "openid" }) },
  {
    to: "token",
    claim: "a refresh with more scope",
    with: refresh({ scope: "openid offline_access email" }),
  },
  { to: "token", claim: "a refresh with an unknown scope", with: refresh({ scope: "unheard_of" }) },
  { to: "token", claim: "a refresh with a malformed scope", with: refresh({ scope: 'open"id' }) },
  { to: "token", claim: "a refresh token of another client", client: "other", with: refresh() },
  {
    to: "token",
    claim: "a refresh token of another client, by a public one",
    client: "spa",
    with: refresh(),
  },
  {
    to: "token",
    claim: "an access token as a refresh token",
    with: async (stage) => ({
      grant_type: "refresh_token",
      refresh_token: (await stage.tokens()).access_token,
    }),
  },
  {
    to: "token",
    claim: "a refresh token as a code",
    with: async (stage) => ({ ...await stage.exchange(), code: (await stage.tokens()).refresh_token }),
  },
  {
    to: "token",
    claim: "a revoked refresh token",
    with: async (stage) => {
      const { refresh_token } = await stage.tokens();
      await (await stage.send({ to: "revoke", with: { token: refresh_token } })).body?.cancel();
      return { grant_type: "refresh_token", refresh_token };
    },
  },

  { to: "token", claim: "client credentials", client: "machine", with: { grant_type: "client_credentials" } },
  {
    to: "token",
    claim: "client credentials with a resource",
    client: "machine",
    with: { grant_type: "client_credentials", resource: "https://api.example.org/" },
  },
  {
    to: "token",
    claim: "client credentials with openid",
    client: "machine",
    with: { grant_type: "client_credentials", scope: "openid" },
  },
  {
    to: "token",
    claim: "client credentials with an unknown scope",
    client: "machine",
    with: { grant_type: "client_credentials", scope: "unheard_of" },
  },
  {
    to: "token",
    claim: "client credentials of a public client",
    client: "spa",
    with: { grant_type: "client_credentials" },
  },

  {
    to: "token",
    claim: "a device code that somebody agreed to",
    client: "device",
    with: async (stage) => ({ grant_type: deviceGrant, device_code: await stage.device(true) }),
  },
  {
    to: "token",
    claim: "a device code that waits",
    client: "device",
    with: async (stage) => ({ grant_type: deviceGrant, device_code: await stage.device(false) }),
  },
  {
    to: "token",
    claim: "an unknown device code",
    client: "device",
    with: { grant_type: deviceGrant, device_code: "unknown" },
  },
  { to: "token", claim: "no device code", client: "device", with: { grant_type: deviceGrant } },
  {
    to: "token",
    claim: "a device code of another client",
    client: "device_other",
    with: async (stage) => ({ grant_type: deviceGrant, device_code: await stage.device(true) }),
  },
  {
    to: "token",
    claim: "a device code by a client that has not registered the grant",
    with: async (stage) => ({ grant_type: deviceGrant, device_code: await stage.device(true) }),
  },
  {
    to: "token",
    claim: "a device code a second time",
    client: "device",
    with: async (stage) => {
      const params = { grant_type: deviceGrant, device_code: await stage.device(true) };
      await stage.answered({ to: "token", client: "device", with: params });
      return params;
    },
  },
];
