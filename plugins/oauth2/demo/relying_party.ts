/** What any app does with this provider, by a well-known library and over HTTP like any other's. */
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as oidc from "openid-client";
import type { Pending, SignedIn } from "./visits.ts";

export interface PartyParts {
  issuer: string;
  client_id: string;
  client_secret: string;
  /** Where the demo itself is. */
  base: string;
}

export interface RelyingParty {
  /** Where to send the browser, and what its answer has to fit. */
  begin(login_hint: string | null): Promise<{ url: URL; pending: Pending }>;
  /** @throws when the answer is an error, or fits not what was begun */
  finish(came: URL, pending: Pending): Promise<SignedIn>;
  refresh(known: SignedIn): Promise<SignedIn>;
  userinfo(known: SignedIn): Promise<Record<string, unknown>>;
  /** RP-Initiated Logout §2. */
  endSessionUrl(known: SignedIn): Promise<URL>;
  /** Back-Channel Logout §2.6. @throws when the token is not one of our provider's for us */
  readLogoutToken(token: string): Promise<{ sid: string | null; sub: string | null }>;
}

const secondsMax = 15;
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout";

export function createRelyingParty({ issuer, client_id, client_secret, base }: PartyParts): RelyingParty {
  const server = new URL(issuer);
  let found: Promise<oidc.Configuration> | null = null;
  const configuration = () =>
    found ??= oidc.discovery(server, client_id, { client_secret }, oidc.ClientSecretBasic(client_secret), {
      timeout: secondsMax,
      execute: [
        oidc.enableNonRepudiationChecks,
        ...server.protocol === "http:" ? [oidc.allowInsecureRequests] : [],
      ],
    }).catch((error) => {
      // Next time it may be there.
      found = null;
      throw error;
    });
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), {
    timeoutDuration: secondsMax * 1000,
  });

  return {
    async begin(login_hint) {
      const config = await configuration();
      const pending = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        code_verifier: oidc.randomPKCECodeVerifier(),
      };
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: `${base}/callback`,
        scope: "openid profile email offline_access",
        ...{ state: pending.state, nonce: pending.nonce },
        code_challenge: await oidc.calculatePKCECodeChallenge(pending.code_verifier),
        code_challenge_method: "S256",
        ...login_hint ? { login_hint } : {},
      });
      return { url, pending };
    },
    async finish(came, { state, nonce, code_verifier }) {
      const tokens = await oidc.authorizationCodeGrant(await configuration(), came, {
        pkceCodeVerifier: code_verifier,
        ...{ expectedState: state, expectedNonce: nonce, idTokenExpected: true },
      });
      return signedIn(tokens, null);
    },
    async refresh(known) {
      if (known.refresh_token === null) throw new Error("there is no refresh token");
      return signedIn(await oidc.refreshTokenGrant(await configuration(), known.refresh_token), known);
    },
    async userinfo({ access_token, sub }) {
      return await oidc.fetchUserInfo(await configuration(), access_token, sub);
    },
    async endSessionUrl({ id_token }) {
      return oidc.buildEndSessionUrl(await configuration(), {
        id_token_hint: id_token,
        post_logout_redirect_uri: `${base}/`,
      });
    },
    async readLogoutToken(token) {
      // Back-Channel Logout §2.6: signature, issuer, audience, times, the event, and no nonce.
      const { payload } = await jwtVerify(token, keys, {
        ...{ issuer, audience: client_id, typ: "logout+jwt", maxTokenAge: 300, clockTolerance: 10 },
      });
      const { events, nonce, sid, sub } = payload as { events?: Record<string, unknown> } & typeof payload;
      if (typeof events !== "object" || !(logoutEvent in events) || nonce !== undefined) {
        throw new Error("this is no logout token");
      }
      return { sid: typeof sid === "string" ? sid : null, sub: sub ?? null };
    },
  };
}

type Tokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;

/** @param before what is kept when a refresh brings no new one (Core §12.2, RFC 6749 §6) */
function signedIn(tokens: Tokens, before: SignedIn | null): SignedIn {
  const claims = tokens.claims();
  const id_token = tokens.id_token ?? before?.id_token;
  if (!id_token) throw new Error("there is no ID token in the answer");
  const seconds = tokens.expiresIn();
  return {
    id_token,
    access_token: tokens.access_token,
    refresh_token: tokens.refresh_token ?? before?.refresh_token ?? null,
    scope: tokens.scope ?? before?.scope ?? null,
    access_token_ends: seconds === undefined ? null : Date.now() + seconds * 1000,
    sub: claims?.sub ?? before!.sub,
    sid: typeof claims?.sid === "string" ? claims.sid : before?.sid ?? null,
    userinfo: before?.userinfo ?? null,
  };
}
