/** A client of the running service, over HTTP like any other: a given one, or one made for the moment. */
import type { JSONWebKeySet } from "jose";
import * as oidc from "openid-client";
import { OperatorError } from "../../../core/operator_error.ts";

export interface PartyOptions {
  issuer: string;
  client_id?: string;
  client_secret?: string;
  auth_method?: "client_secret_basic" | "client_secret_post";
  /** What is registered for the moment when no client is given (RFC 7591 §2). */
  temporary: Record<string, unknown>;
  dpop: boolean;
}

export interface Party extends AsyncDisposable {
  config: oidc.Configuration;
  client_id: string;
  confidential: boolean;
  temporary: boolean;
  /** Undefined unless every token is to be bound to a key (RFC 9449). */
  DPoP?: oidc.DPoPHandle;
  jwks: JSONWebKeySet;
}

const secondsMax = 20;

/** @throws OperatorError with what to type instead */
export async function connectParty(options: PartyOptions): Promise<Party> {
  const { issuer } = options;
  const server = URL.parse(issuer);
  if (!server || !/^https?:$/.test(server.protocol)) {
    throw new OperatorError("--issuer: expected an address such as http://localhost:8000");
  }
  const found = await told(
    `Nothing at ${issuer} says what it can do`,
    () => get(`${issuer}/.well-known/openid-configuration`),
  );
  const made = options.client_id === undefined ? await makeTemporary(found, options.temporary) : null;
  const client_id = options.client_id ?? made!.client_id;
  const client_secret = options.client_secret ?? made?.client_secret;
  try {
    const config = await told(`${issuer} cannot be used`, () =>
      oidc.discovery(
        server,
        client_id,
        { client_secret },
        authenticationOf(client_secret, options.auth_method),
        {
          timeout: secondsMax,
          // An issuer on this machine has no https.
          execute: server.protocol === "http:" ? [oidc.allowInsecureRequests] : [],
        },
      ));
    return {
      ...{ config, client_id, temporary: made !== null, confidential: client_secret !== undefined },
      DPoP: options.dpop ? oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair("ES256")) : undefined,
      jwks: await told(
        "The keys could not be read",
        () => get(String(found.jwks_uri)),
      ) as unknown as JSONWebKeySet,
      [Symbol.asyncDispose]: async () => await made?.remove(),
    };
  } catch (error) {
    await made?.remove();
    throw error;
  }
}

function authenticationOf(client_secret: string | undefined, method: PartyOptions["auth_method"]) {
  if (client_secret === undefined) return oidc.None();
  return method === "client_secret_post"
    ? oidc.ClientSecretPost(client_secret)
    : oidc.ClientSecretBasic(client_secret);
}

async function get(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(secondsMax * 1000), redirect: "error" });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`it answered ${response.status}`);
  return JSON.parse(text);
}

async function makeTemporary(found: Record<string, unknown>, metadata: Record<string, unknown>) {
  const at = found.registration_endpoint;
  const instead = "Give one: --client-id (main.ts client create makes it).";
  if (typeof at !== "string") {
    throw new OperatorError(`Registration is off there, so a client is needed. ${instead}`);
  }
  const made = await told(`A client could not be registered. ${instead}`, async () => {
    const response = await fetch(at, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_name: "main.ts perform", ...metadata }),
      signal: AbortSignal.timeout(secondsMax * 1000),
    });
    const answer = await response.json();
    if (response.status !== 201) throw new Error(`${answer.error}: ${answer.error_description}`);
    return answer as Record<string, string>;
  });
  return {
    client_id: made.client_id,
    client_secret: made.client_secret as string | undefined,
    /** With everything it was given; what fails here leaves by itself in some days. */
    async remove() {
      await fetch(made.registration_client_uri, {
        method: "DELETE",
        headers: { authorization: `Bearer ${made.registration_access_token}` },
        signal: AbortSignal.timeout(secondsMax * 1000),
      }).then((response) => response.body?.cancel(), () => undefined);
    },
  };
}

/** Does it, and says in one sentence what went wrong. @throws OperatorError */
export async function told<R>(what: string, work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw new OperatorError(`${what}: ${await reasonOf(error)}`, { cause: error });
  }
}

async function reasonOf(error: unknown): Promise<string> {
  if (error instanceof oidc.WWWAuthenticateChallengeError) {
    const said = await error.response.json().catch(() => null);
    const { error: code, error_description } = said ?? error.cause[0]?.parameters ?? {};
    return [code ?? `it answered ${error.status}`, error_description].filter(Boolean).join(": ");
  }
  if (error instanceof oidc.ResponseBodyError || error instanceof oidc.AuthorizationResponseError) {
    return `${error.error}${error.error_description ? `: ${error.error_description}` : ""}`;
  }
  const { message, cause, code } = error as Error & { code?: string };
  if (code === "OAUTH_TIMEOUT" || code === "OAUTH_ABORT") {
    return "the time was over; --timeout gives a person more";
  }
  const below = cause instanceof Error ? ` (${cause.message})` : "";
  if (/error sending request|Connection refused/i.test(message + below)) {
    return "nothing answers there. Is the service running (deno task start)?";
  }
  return `${message}${below}`.slice(0, 500);
}
