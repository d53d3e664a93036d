/** The three ways to a token that can be performed, from the first request to what can be done with it. */
import * as oidc from "openid-client";
import { listenLoopback, openBrowser } from "./loopback.ts";
import { type Party, told } from "./relying_party.ts";
import { inWords, pretty, tellAnswer } from "./tell_tokens.ts";

export interface Stage {
  say(line: string): void;
  scope: string;
  resource?: string;
  redirect_uri: string;
  prompt?: string;
  /** Wished for, the best first. */
  acr_values?: string;
  pushed: boolean;
  browser: boolean;
  timeout_seconds: number;
}

export interface Performance {
  /** What is registered where no client is given. */
  temporary: Record<string, unknown>;
  scope: string;
  /** It makes sense with a secret only. */
  confidential: boolean;
  run(party: Party, stage: Stage): Promise<void>;
}

type Tokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
const personScope = "openid profile email offline_access";
const plain = { token_endpoint_auth_method: "none", application_type: "native" };

export const performances = {
  "authorization-code": {
    temporary: {
      ...plain,
      redirect_uris: ["http://127.0.0.1/callback"],
      grant_types: ["authorization_code", "refresh_token"],
    },
    ...{ scope: personScope, confidential: false, run: authorizationCode },
  },
  device: {
    temporary: { ...plain, grant_types: [deviceGrant, "refresh_token"] },
    ...{ scope: personScope, confidential: false, run: device },
  },
  "client-credentials": {
    temporary: { grant_types: ["client_credentials"] },
    ...{ scope: "", confidential: true, run: clientCredentials },
  },
} satisfies Record<string, Performance>;

const step = (say: Stage["say"], what: string) =>
  say(`\n── ${what} ${"─".repeat(Math.max(2, 70 - what.length))}\n`);

/** Without those that were not given. */
const given = (parameters: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(parameters).filter(([, value]) => value)) as Record<string, string>;

async function authorizationCode(party: Party, stage: Stage): Promise<void> {
  const { config, DPoP } = party;
  const { say, scope, resource, prompt, acr_values } = stage;
  await using loopback = listenLoopback(stage.redirect_uri);
  const { redirect_uri } = loopback;
  const [pkceCodeVerifier, expectedState] = [oidc.randomPKCECodeVerifier(), oidc.randomState()];
  const openid = scope.split(" ").includes("openid");
  const expectedNonce = openid ? oidc.randomNonce() : undefined;
  const parameters = given({
    ...{ redirect_uri, scope, resource, prompt, acr_values, state: expectedState, nonce: expectedNonce },
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const url = await told(
    "The request could not be pushed",
    async () =>
      stage.pushed
        ? await oidc.buildAuthorizationUrlWithPAR(config, parameters, { DPoP })
        : oidc.buildAuthorizationUrl(config, parameters),
  );
  step(say, "Open this in a browser");
  say(`  ${url.href}`);
  if (stage.browser) openBrowser(url.href);
  const back = await loopback.received(stage.timeout_seconds);
  step(say, "The browser came back with");
  say(pretty(Object.fromEntries(back.searchParams)));
  const tokens = await told("The code was not exchanged", () =>
    oidc.authorizationCodeGrant(
      config,
      back,
      { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: openid },
      given({ resource }),
      { DPoP },
    ));
  await tellTokens(party, stage, tokens);
}

async function device(party: Party, stage: Stage): Promise<void> {
  const { config, DPoP } = party;
  const { say, scope, resource } = stage;
  const begun = await told(
    "The device was not taken",
    () => oidc.initiateDeviceAuthorization(config, given({ scope, resource })),
  );
  step(say, "Open this on another device, and compare the code");
  say(`  ${begun.verification_uri_complete ?? begun.verification_uri}`);
  say(
    `  code: ${begun.user_code}, good for ${
      inWords(Date.now() / 1000 + begun.expires_in).replace("in ", "")
    }`,
  );
  if (stage.browser) openBrowser(begun.verification_uri_complete ?? begun.verification_uri);
  const signal = AbortSignal.timeout(stage.timeout_seconds * 1000);
  const tokens = await told(
    "The device got no tokens",
    () => oidc.pollDeviceAuthorizationGrant(config, begun, given({ resource }), { DPoP, signal }),
  );
  await tellTokens(party, stage, tokens);
}

async function clientCredentials(party: Party, stage: Stage): Promise<void> {
  const { scope, resource } = stage;
  const tokens = await told(
    "The service gave no token",
    () => oidc.clientCredentialsGrant(party.config, given({ scope, resource }), { DPoP: party.DPoP }),
  );
  await tellTokens(party, stage, tokens);
}

/** And what can be done with them: ask who it is, ask what they are, get new ones. */
async function tellTokens(party: Party, { say }: Stage, tokens: Tokens): Promise<void> {
  const { config, DPoP, jwks } = party;
  step(say, "Tokens");
  await tellAnswer(say, tokens, jwks);
  const sub = tokens.claims()?.sub;
  if (sub) {
    step(say, "Userinfo");
    say(
      pretty(
        await told(
          "Userinfo was refused",
          () => oidc.fetchUserInfo(config, tokens.access_token, sub, { DPoP }),
        ),
      ),
    );
  }
  if (party.confidential) {
    step(say, "Introspection of the access token");
    say(
      pretty(
        await told("Introspection was refused", () => oidc.tokenIntrospection(config, tokens.access_token)),
      ),
    );
  }
  const { refresh_token } = tokens;
  if (!refresh_token) return;
  step(say, "Refreshed");
  const next = await told(
    "Refreshing was refused",
    () => oidc.refreshTokenGrant(config, refresh_token, {}, { DPoP }),
  );
  await tellAnswer(say, next, jwks);
}
