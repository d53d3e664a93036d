import { expect } from "expect";
import { exportJWK, generateKeyPair } from "jose";
import * as client from "openid-client";
import { afterLogout, api, callback, type Live, startLive } from "./live.ts";

type Auth = Parameters<typeof client.discovery>[3];

async function configure(
  live: Live,
  client_id: string,
  auth: Auth,
  metadata: Record<string, unknown> = {},
): Promise<client.Configuration> {
  const known = metadata as Partial<client.ClientMetadata>;
  return await client.discovery(live.issuer, client_id, known, auth, {
    execute: [client.allowInsecureRequests],
  });
}

/** A confidential client with a secret, as most are. */
async function webClient(live: Live, metadata: Record<string, unknown> = {}) {
  const { client_id, client_secret } = await live.register(metadata);
  return await configure(live, client_id, client.ClientSecretBasic(client_secret!), metadata);
}

/** A client with a key in place of a secret (RFC 7523). */
async function keyClient(live: Live, metadata: Record<string, unknown> = {}) {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const { client_id } = await live.register({
    token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_signing_alg: "ES256",
    jwks: { keys: [{ ...await exportJWK(publicKey), kid: "1", alg: "ES256", use: "sig" }] },
    ...metadata,
  });
  return await configure(live, client_id, client.PrivateKeyJwt({ key: privateKey, kid: "1" }));
}

interface SignInOptions {
  parameters?: Record<string, string>;
  pushed?: boolean;
  DPoP?: client.DPoPHandle;
}

/** The whole flow with PKCE, `state` and `nonce`. */
async function signIn(live: Live, config: client.Configuration, options: SignInOptions = {}) {
  const { parameters, pushed = false, DPoP } = options;
  const verifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  const request = {
    redirect_uri: callback,
    scope: "openid email",
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...parameters,
  };
  const url = pushed
    ? await client.buildAuthorizationUrlWithPAR(config, request, { DPoP })
    : client.buildAuthorizationUrl(config, request);
  const reached = await live.authorize(url);
  const checks = { pkceCodeVerifier: verifier, expectedState, expectedNonce, idTokenExpected: true };
  return await client.authorizationCodeGrant(config, reached, checks, undefined, { DPoP });
}

const offline = { scope: "openid email offline_access", prompt: "consent" };

Deno.test("openid-client gets on with the live service", async (t) => {
  await using live = await startLive();
  const config = await webClient(live);

  await t.step("code with PKCE, then userinfo", async () => {
    const tokens = await signIn(live, config);
    const { sub, auth_time } = tokens.claims()!;
    expect(auth_time === undefined || auth_time > 0).toBe(true);
    expect(await client.fetchUserInfo(config, tokens.access_token, sub)).toMatchObject({
      sub,
      email_verified: true,
    });
  });

  await t.step("a public client", async () => {
    const { client_id } = await live.register({ token_endpoint_auth_method: "none" });
    const tokens = await signIn(live, await configure(live, client_id, client.None()));
    expect(tokens.claims()!.aud).toBe(client_id);
  });

  await t.step("a secret in the body, and a secret that signs", async () => {
    for (
      const [method, auth] of [
        ["client_secret_post", client.ClientSecretPost],
        ["client_secret_jwt", client.ClientSecretJwt],
      ] as const
    ) {
      const { client_id, client_secret } = await live.register({ token_endpoint_auth_method: method });
      await signIn(live, await configure(live, client_id, auth(client_secret)));
    }
  });

  await t.step("every algorithm of ID tokens that discovery names", async () => {
    const algs = config.serverMetadata().id_token_signing_alg_values_supported!;
    expect(algs).toEqual(expect.arrayContaining(["RS256", "ES256"]));
    for (const alg of algs) {
      const one = await webClient(live, { id_token_signed_response_alg: alg });
      client.enableNonRepudiationChecks(one);
      expect((await signIn(live, one)).claims()!.iss).toBe(config.serverMetadata().issuer);
    }
  });

  await t.step("a pushed request", async () => {
    await signIn(live, await webClient(live, { require_pushed_authorization_requests: true }), {
      pushed: true,
    });
  });

  await t.step("private_key_jwt, with a pushed request", async () => {
    await signIn(live, await keyClient(live), { pushed: true });
  });

  await t.step("refresh, and never the old token again", async () => {
    const first = await signIn(live, config, { parameters: offline });
    const second = await client.refreshTokenGrant(config, first.refresh_token!);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    await client.fetchUserInfo(config, second.access_token, first.claims()!.sub);
  });

  await t.step("introspection, revocation, introspection", async () => {
    const { access_token, refresh_token } = await signIn(live, config, { parameters: offline });
    expect(await client.tokenIntrospection(config, access_token)).toMatchObject({ active: true });
    await client.tokenRevocation(config, refresh_token!);
    expect(await client.tokenIntrospection(config, access_token)).toEqual({ active: false });
    await expect(client.refreshTokenGrant(config, refresh_token!)).rejects.toMatchObject({
      error: "invalid_grant",
    });
  });

  await t.step("client credentials for an API", async () => {
    const machine = await webClient(live, {
      redirect_uris: [],
      response_types: [],
      grant_types: ["client_credentials"],
    });
    const { access_token } = await client.clientCredentialsGrant(machine, { resource: api });
    expect(await client.tokenIntrospection(machine, access_token)).toMatchObject({ active: true, aud: api });
  });

  await t.step("a device", async () => {
    const { client_id } = await live.register({
      redirect_uris: [],
      response_types: [],
      grant_types: ["urn:ietf:params:oauth:grant-type:device_code"],
      token_endpoint_auth_method: "none",
    });
    const device = await configure(live, client_id, client.None());
    const codes = await client.initiateDeviceAuthorization(device, { scope: "openid" });
    await live.visit(codes.verification_uri_complete!);
    // It waits between its questions; the first one comes after the person is done.
    const tokens = await client.pollDeviceAuthorizationGrant(device, { ...codes, interval: 1 });
    expect(tokens.claims()!.aud).toBe(client_id);
  });

  await t.step("token exchange, once an operator allows it", async () => {
    const one = await webClient(live);
    await live.allowTokenExchange(one.clientMetadata().client_id);
    const { access_token } = await signIn(live, one);
    const exchanged = await client.genericGrantRequest(
      one,
      "urn:ietf:params:oauth:grant-type:token-exchange",
      {
        subject_token: access_token,
        subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
        resource: api,
      },
    );
    expect(exchanged.issued_token_type).toBe("urn:ietf:params:oauth:token-type:access_token");
    expect(await client.tokenIntrospection(one, exchanged.access_token)).toMatchObject({
      active: true,
      aud: api,
    });
  });

  await t.step("logout that the app asks for", async () => {
    const browser = live.browser();
    const verifier = client.randomPKCECodeVerifier();
    const request = {
      redirect_uri: callback,
      scope: "openid",
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    };
    const reached = await live.authorize(client.buildAuthorizationUrl(config, request), browser);
    const { id_token } = await client.authorizationCodeGrant(config, reached, { pkceCodeVerifier: verifier });
    const left = await live.visit(
      client.buildEndSessionUrl(config, {
        id_token_hint: id_token!,
        post_logout_redirect_uri: afterLogout,
        state: "state-of-logout",
      }).href,
      browser,
    );
    expect(left.url.href).toBe(`${afterLogout}?state=state-of-logout`);
    const silent = await browser.open(client.buildAuthorizationUrl(config, { ...request, prompt: "none" }));
    expect(silent.url.searchParams.get("error")).toBe("login_required");
  });
});

Deno.test("openid-client binds tokens to its key where nonces are required", async (t) => {
  await using live = await startLive({ OAUTH2_DPOP_NONCE: "required" });

  await t.step("code, userinfo, refresh and client credentials with DPoP", async () => {
    const config = await webClient(live, {
      dpop_bound_access_tokens: true,
      grant_types: ["authorization_code", "refresh_token", "client_credentials"],
    });
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
    const tokens = await signIn(live, config, { parameters: offline, DPoP });
    expect(tokens.token_type).toBe("dpop");
    const { sub } = tokens.claims()!;
    await client.fetchUserInfo(config, tokens.access_token, sub, { DPoP });
    await expect(client.fetchUserInfo(config, tokens.access_token, sub)).rejects.toMatchObject({
      status: 401,
    });
    const next = await client.refreshTokenGrant(config, tokens.refresh_token!, undefined, { DPoP });
    await client.fetchUserInfo(config, next.access_token, sub, { DPoP });
    expect((await client.clientCredentialsGrant(config, {}, { DPoP })).token_type).toBe("dpop");
  });

  await t.step("the whole of FAPI 2.0: pushed, by a key, bound", async () => {
    const config = await keyClient(live, { profile: "fapi2", dpop_bound_access_tokens: true });
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
    const tokens = await signIn(live, config, { pushed: true, DPoP });
    await client.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub, { DPoP });
  });
});
