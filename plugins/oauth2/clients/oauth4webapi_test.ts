import { expect } from "expect";
import { exportJWK, generateKeyPair } from "jose";
import * as oauth from "oauth4webapi";
import type { Registered } from "../oracle/stage.ts";
import { afterLogout, api, callback, type Live, startLive } from "./live.ts";

const insecure = { [oauth.allowInsecureRequests]: true };

async function discover(live: Live): Promise<oauth.AuthorizationServer> {
  const response = await oauth.discoveryRequest(live.issuer, insecure);
  return await oauth.processDiscoveryResponse(live.issuer, response);
}

/** A client with what it authenticates itself by. */
interface App {
  as: oauth.AuthorizationServer;
  client: oauth.Client;
  auth: oauth.ClientAuth;
}

async function webApp(live: Live, metadata: Record<string, unknown> = {}): Promise<App> {
  const { client_id, client_secret } = await live.register(metadata);
  return { as: await discover(live), client: { client_id }, auth: oauth.ClientSecretBasic(client_secret!) };
}

async function keyApp(live: Live): Promise<App & { key: Parameters<typeof oauth.PrivateKeyJwt>[0] }> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const { client_id } = await live.register({
    token_endpoint_auth_method: "private_key_jwt",
    request_object_signing_alg: "ES256",
    jwks: { keys: [{ ...await exportJWK(publicKey), kid: "1", alg: "ES256", use: "sig" }] },
  });
  const key = { key: privateKey, kid: "1" };
  return { as: await discover(live), client: { client_id }, auth: oauth.PrivateKeyJwt(key), key };
}

interface Flow {
  url: URL;
  verifier: string;
  state: string;
  nonce: string;
  parameters: URLSearchParams;
}

async function flowOf({ as, client }: App, more: Record<string, string> = {}): Promise<Flow> {
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const parameters = new URLSearchParams({
    client_id: client.client_id,
    response_type: "code",
    redirect_uri: callback,
    scope: "openid email",
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...more,
  });
  const url = new URL(as.authorization_endpoint!);
  url.search = parameters.toString();
  return { url, verifier, state, nonce, parameters };
}

/** A nonce of the server comes with the first refusal (RFC 9449 §8): the second try has to go well. */
async function again<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    return await call();
  }
}

async function exchange(
  live: Live,
  app: App,
  { url, verifier, state, nonce }: Flow,
  DPoP?: oauth.DPoPHandle,
) {
  const { as, client, auth } = app;
  const parameters = oauth.validateAuthResponse(as, client, await live.authorize(url), state);
  const options = { ...insecure, DPoP };
  return await again(async () =>
    await oauth.processAuthorizationCodeResponse(
      as,
      client,
      await oauth.authorizationCodeGrantRequest(as, client, auth, parameters, callback, verifier, options),
      { expectedNonce: nonce, requireIdToken: true },
    )
  );
}

const offline = { scope: "openid email offline_access", prompt: "consent" };
const subOf = (tokens: oauth.TokenEndpointResponse) => oauth.getValidatedIdTokenClaims(tokens)!.sub;

Deno.test("oauth4webapi gets on with the live service", async (t) => {
  await using live = await startLive();
  const app = await webApp(live);
  const { as, client, auth } = app;

  await t.step("discovery of OAuth as well as of OpenID Connect", async () => {
    const response = await oauth.discoveryRequest(live.issuer, { ...insecure, algorithm: "oauth2" });
    expect((await oauth.processDiscoveryResponse(live.issuer, response)).issuer).toBe(as.issuer);
  });

  await t.step("code with PKCE, a signature that holds, userinfo", async () => {
    const { verifier, state, nonce, url } = await flowOf(app);
    const parameters = oauth.validateAuthResponse(as, client, await live.authorize(url), state);
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      auth,
      parameters,
      callback,
      verifier,
      insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
      expectedNonce: nonce,
    });
    await oauth.validateApplicationLevelSignature(as, response, insecure);
    const answer = await oauth.userInfoRequest(as, client, tokens.access_token, insecure);
    const person = await oauth.processUserInfoResponse(as, client, subOf(tokens), answer);
    expect(person).toMatchObject({ email_verified: true });
  });

  await t.step("an API reads our access tokens (RFC 9068)", async () => {
    const { access_token } = await exchange(live, app, await flowOf(app, { resource: api }));
    const request = new Request(api, { headers: { authorization: `Bearer ${access_token}` } });
    const claims = await oauth.validateJwtAccessToken(as, request, api, insecure);
    expect(claims).toMatchObject({ client_id: client.client_id, aud: api });
  });

  await t.step("a pushed request", async () => {
    const flow = await flowOf(app);
    const response = await oauth.pushedAuthorizationRequest(as, client, auth, flow.parameters, insecure);
    const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, response);
    const url = new URL(as.authorization_endpoint!);
    url.search = new URLSearchParams({ client_id: client.client_id, request_uri }).toString();
    await exchange(live, app, { ...flow, url });
  });

  await t.step("private_key_jwt and a request object", async () => {
    const one = await keyApp(live);
    const flow = await flowOf(one);
    const request = await oauth.issueRequestObject(as, one.client, flow.parameters, one.key);
    const url = new URL(as.authorization_endpoint!);
    url.search = new URLSearchParams({ client_id: one.client.client_id, request }).toString();
    await exchange(live, one, { ...flow, url });
  });

  await t.step("refresh, introspection, revocation", async () => {
    const tokens = await exchange(live, app, await flowOf(app, offline));
    const refreshed = await oauth.processRefreshTokenResponse(
      as,
      client,
      await oauth.refreshTokenGrantRequest(as, client, auth, tokens.refresh_token!, insecure),
    );
    const introspect = async () =>
      await oauth.processIntrospectionResponse(
        as,
        client,
        await oauth.introspectionRequest(as, client, auth, refreshed.access_token, insecure),
      );
    expect(await introspect()).toMatchObject({ active: true, client_id: client.client_id });
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, client, auth, refreshed.refresh_token!, insecure),
    );
    expect((await introspect()).active).toBe(false);
  });

  await t.step("signed introspection (RFC 9701)", async () => {
    const one = await webApp(live, { introspection_signed_response_alg: "ES256" });
    const { access_token } = await exchange(live, one, await flowOf(one));
    const client = { ...one.client, introspection_signed_response_alg: "ES256" };
    const response = await oauth.introspectionRequest(as, client, one.auth, access_token, {
      ...insecure,
      requestJwtResponse: true,
    });
    expect((await oauth.processIntrospectionResponse(as, client, response)).active).toBe(true);
    await oauth.validateApplicationLevelSignature(as, response, insecure);
  });

  await t.step("client credentials", async () => {
    const machine = await webApp(live, {
      redirect_uris: [],
      response_types: [],
      grant_types: ["client_credentials"],
    });
    const response = await oauth.clientCredentialsGrantRequest(
      as,
      machine.client,
      machine.auth,
      {},
      insecure,
    );
    const tokens = await oauth.processClientCredentialsResponse(as, machine.client, response);
    expect(tokens).toMatchObject({ token_type: "bearer" });
  });

  await t.step("token exchange", async () => {
    const one = await webApp(live);
    await live.allowTokenExchange(one.client.client_id);
    const { access_token } = await exchange(live, one, await flowOf(one));
    const response = await oauth.genericTokenEndpointRequest(
      as,
      one.client,
      one.auth,
      "urn:ietf:params:oauth:grant-type:token-exchange",
      {
        subject_token: access_token,
        subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
        resource: api,
      },
      insecure,
    );
    expect(await oauth.processGenericTokenEndpointResponse(as, one.client, response)).toMatchObject({
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
    });
  });

  await t.step("a device", async () => {
    const { client_id }: Registered = await live.register({
      redirect_uris: [],
      response_types: [],
      grant_types: ["urn:ietf:params:oauth:grant-type:device_code"],
      token_endpoint_auth_method: "none",
    });
    const [device, none] = [{ client_id }, oauth.None()];
    const codes = await oauth.processDeviceAuthorizationResponse(
      as,
      device,
      await oauth.deviceAuthorizationRequest(as, device, none, { scope: "openid" }, insecure),
    );
    await live.visit(codes.verification_uri_complete!);
    const response = await oauth.deviceCodeGrantRequest(as, device, none, codes.device_code, insecure);
    const tokens = await oauth.processDeviceCodeResponse(as, device, response);
    expect(oauth.getValidatedIdTokenClaims(tokens)!.aud).toBe(client_id);
  });

  await t.step("logout that the app asks for", async () => {
    const tokens = await exchange(live, app, await flowOf(app));
    const url = new URL(as.end_session_endpoint!);
    url.search = new URLSearchParams({
      id_token_hint: tokens.id_token!,
      post_logout_redirect_uri: afterLogout,
    }).toString();
    // From a browser that is not signed in: there is nothing to end, and the way back is the same.
    expect((await live.visit(url.href)).url.href).toBe(afterLogout);
  });
});

Deno.test("oauth4webapi binds tokens to its key where nonces are required", async () => {
  await using live = await startLive({ OAUTH2_DPOP_NONCE: "required" });
  const app = await webApp(live, { dpop_bound_access_tokens: true });
  const { as, client, auth } = app;
  const DPoP = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
  const tokens = await exchange(live, app, await flowOf(app, offline), DPoP);
  expect(tokens.token_type).toBe("dpop");
  const options = { ...insecure, DPoP };
  const refreshed = await again(async () =>
    await oauth.processRefreshTokenResponse(
      as,
      client,
      await oauth.refreshTokenGrantRequest(as, client, auth, tokens.refresh_token!, options),
    )
  );
  const person = await again(async () =>
    await oauth.processUserInfoResponse(
      as,
      client,
      subOf(tokens),
      await oauth.userInfoRequest(as, client, refreshed.access_token, options),
    )
  );
  expect(person.sub).toBe(subOf(tokens));
  // As a bearer token it is worth nothing (RFC 9449 §7.2).
  const stolen = await oauth.userInfoRequest(as, client, refreshed.access_token, insecure);
  await expect(oauth.processUserInfoResponse(as, client, subOf(tokens), stolen)).rejects.toMatchObject({
    status: 401,
  });
});
