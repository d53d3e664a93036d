/**
 * The other provider: `oidc-provider`, in this process, set up to have our policy wherever it can be told to. Its person
 * says yes to everything at once.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import OidcProvider, { errors, interactionPolicy } from "oidc-provider";
import { exportJWK, generateKeyPair } from "jose";
import { freePort } from "../../../core/testing/ports.ts";
import type { Provider } from "./stage.ts";

// deno-lint-ignore no-explicit-any -- its own objects, which come without types
type Theirs = any;

const routes = {
  authorization: "/oauth/authorize",
  token: "/oauth/token",
  revocation: "/oauth/revoke",
  introspection: "/oauth/introspect",
  pushed_authorization_request: "/oauth/par",
  device_authorization: "/oauth/device_authorization",
  code_verification: "/oauth/device",
  registration: "/oauth/register",
  userinfo: "/oauth/userinfo",
  end_session: "/oauth/end_session",
  jwks: "/.well-known/jwks.json",
};

async function signingKeys() {
  const algs = ["RS256", "ES256"];
  return await Promise.all(algs.map(async (alg) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    return { ...await exportJWK(privateKey), alg, use: "sig", kid: `oracle-${alg}` };
  }));
}

/** As ours: nobody chooses an account unless a client asks for it. */
function policy(): Theirs {
  const { base, Prompt } = interactionPolicy as Theirs;
  const prompts = base();
  prompts.add(new Prompt({ name: "select_account", requestable: true }), 0);
  return prompts;
}

function configuration(keys: unknown[]): Theirs {
  const page = (body: string) => (ctx: Theirs) => {
    ctx.body = `<!DOCTYPE html><html><body>${body}</body></html>`;
  };
  return {
    routes,
    jwks: { keys },
    cookies: { keys: ["only for tests"], long: { sameSite: "none" }, short: { sameSite: "lax" } },
    enableHttpPostMethods: true,
    scopes: ["openid", "offline_access", "profile", "email", "address", "phone"],
    claims: {
      openid: ["sub"],
      email: ["email", "email_verified"],
      profile: ["name"],
      acr: null,
      auth_time: null,
    },
    responseTypes: ["code"],
    subjectTypes: ["public", "pairwise"],
    pairwiseIdentifier: (_ctx: Theirs, account: string, client: Theirs) =>
      `${account}-${client.sectorIdentifier}`,
    pkce: {
      required: (_ctx: Theirs, client: Theirs) =>
        client.clientAuthMethod === "none" || client.require_pkce !== false,
    },
    extraClientMetadata: { properties: ["require_pkce", "profile", "access_token_format"], validator() {} },
    clientBasedCORS: () => false,
    findAccount: (_ctx: Theirs, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, email: "person@example.com", email_verified: true, name: "Person" }),
    }),
    // As ours: a client that is registered for refresh tokens gets them (OpenID Connect Core §11).
    issueRefreshToken: (_ctx: Theirs, client: Theirs) => client.grantTypeAllowed("refresh_token"),
    // As ours: a refresh token is new each time (RFC 9700 §4.14.2).
    rotateRefreshToken: true,
    interactions: { policy: policy(), url: (_ctx: Theirs, { uid }: Theirs) => `/interaction/${uid}` },
    renderError: (ctx: Theirs, out: Theirs) => {
      ctx.type = "html";
      ctx.body = `<!DOCTYPE html><html><body><h1>${out.error}</h1></body></html>`;
    },
    ttl: {
      AccessToken: 600,
      ClientCredentials: 600,
      RefreshToken: 3600,
      IdToken: 3600,
      Interaction: 600,
      Session: 3600,
      Grant: 3600,
      DeviceCode: 600,
    },
    features: {
      devInteractions: { enabled: false },
      claimsParameter: { enabled: true },
      clientCredentials: { enabled: true },
      deviceFlow: {
        enabled: true,
        charset: "base-20",
        mask: "****-****",
        userCodeInputSource: (ctx: Theirs, form: string) =>
          page(`${form}<button id="allow" form="op.deviceInputForm">Go on</button>`)(ctx),
        userCodeConfirmSource: (ctx: Theirs, form: string) =>
          page(`${form}<button id="allow" form="op.deviceConfirmForm">Go on</button>`)(ctx),
        successSource: page("<h1>Done</h1>"),
      },
      dPoP: { enabled: true },
      introspection: {
        enabled: true,
        // As ours: who neither got the token nor is its audience learns nothing.
        allowedPolicy: (_ctx: Theirs, client: Theirs, token: Theirs) => token.clientId === client.clientId,
      },
      pushedAuthorizationRequests: { enabled: true },
      registration: { enabled: true },
      registrationManagement: { enabled: true },
      requestObjects: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx: Theirs, resource: string) => {
          if (!resource.startsWith("https://")) throw new errors.InvalidTarget();
          return { scope: "openid profile email", audience: resource, accessTokenFormat: "opaque" };
        },
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx: Theirs, client: Theirs, token: Theirs) => {
          if (token.clientId === client.clientId) return true;
          // RFC 7009 §2.1: the request is refused, and the client is told.
          throw new errors.InvalidRequest("not a token of this client");
        },
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx: Theirs, form: string) =>
          page(`${form}<button id="logout" form="op.logoutForm" name="logout" value="yes">Yes</button>`)(ctx),
        postLogoutSuccessSource: page("<h1>Done</h1>"),
      },
    },
  };
}

/** Signs in, and agrees to whatever is missing. */
async function sayYes(provider: Theirs, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  const result: Theirs = {};
  if (prompt.name === "login") result.login = { accountId: "person" };
  else if (prompt.name === "select_account") result.select_account = {};
  else {
    const grant = grantId
      ? await provider.Grant.find(grantId)
      : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details;
    if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(" "));
    if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims);
    for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
      grant.addResourceScope(resource, (scopes as string[]).join(" "));
    }
    result.consent = { grantId: await grant.save() };
  }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

export interface TheirsOptions {
  port?: number;
  /** Where it keeps what it has to keep; its own memory unless given. */
  adapter?: unknown;
  /** Clients that are there from the start. */
  clients?: Record<string, unknown>[];
}

/** Starts it, on a free port unless one is given. */
export async function startTheirs(options: TheirsOptions = {}): Promise<Provider> {
  const { port = freePort(), adapter, clients } = options;
  const issuer = `http://localhost:${port}`;
  const provider = new (OidcProvider as Theirs)(issuer, {
    ...configuration(await signingKeys()),
    ...(adapter ? { adapter } : {}),
    ...(clients ? { clients } : {}),
  });
  const faults: unknown[] = [];
  provider.on("server_error", (_ctx: Theirs, error: unknown) => faults.push(error));
  const handle = provider.callback();
  const server = createServer((request, response) => {
    if (!request.url?.startsWith("/interaction/")) return handle(request, response);
    sayYes(provider, request, response).catch((error) => {
      faults.push(error);
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    name: "theirs",
    issuer,
    person: { email: "person@example.com", password: "none" },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      // A fault of the yardstick would make a difference look like ours.
      if (faults.length > 0) console.error("oidc-provider failed:", faults);
    },
  };
}
