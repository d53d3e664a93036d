/** Which client is calling (RFC 6749 §2.3, RFC 7523, OpenID Connect Core §9). */
import type { HeaderFields } from "../../core/http/header_fields.ts";
import { Buffer } from "node:buffer";
import { OAuthError } from "../../core/http/oauth_error.ts";
import { firstPartyClientId } from "../../core/session/tokens.ts";
import type { Client } from "./client.ts";
import { type Assertion, assertionType, readAssertion, whyNotAssertion } from "./client_assertion.ts";
import { secretHolds } from "./client_secret.ts";
import type { AuthMethod } from "./metadata.ts";
import { type OAuth2Ctx, runtimeOf } from "./runtime.ts";

export interface ClientCall {
  headers: HeaderFields;
  /** Each name once. */
  form: Record<string, string>;
  /** Our own address of what was asked for. */
  endpoint_url: string;
}

type Presented =
  | { method: "none"; client_id: string }
  | { method: "client_secret_basic" | "client_secret_post"; client_id: string; client_secret: string }
  | { method: "assertion"; client_id: string; assertion: Assertion };

/**
 * The client that is calling, by exactly the method it registered. Public ones say only who they are.
 *
 * @throws OAuthError 401 `invalid_client`: unknown client and wrong secret look the same; 400 `invalid_request` for more
 *   than one method at once (RFC 6749 §2.3) and for what cannot be read
 */
export async function authenticateClient(ctx: OAuth2Ctx, call: ClientCall): Promise<Client> {
  const presented = readPresented(call);
  const found = presented.client_id === firstPartyClientId
    ? null
    : await runtimeOf(ctx).clients.find(presented.client_id);
  const registered = found?.token_endpoint_auth_method;
  const client = registered !== undefined && methodsOf(presented).includes(registered) ? found : null;
  switch (presented.method) {
    case "none":
      if (!client) throw invalidClient("The client is unknown, or has to authenticate.");
      return client;
    case "assertion": {
      const wrong = client
        ? await whyNotAssertion(ctx, client, presented.assertion, call.endpoint_url)
        : "The client is unknown, or is not registered for this method.";
      if (wrong !== null) throw invalidClient(wrong);
      return client!;
    }
    default:
      if (!secretHolds(ctx.keys, client, presented.client_secret) || !client) {
        throw invalidClient(
          "The client is unknown, its secret is wrong or has expired, or it is not registered for this method.",
          presented.method === "client_secret_basic",
        );
      }
      return client;
  }
}

const methodsOf = ({ method }: Presented): AuthMethod[] =>
  method === "assertion" ? ["client_secret_jwt", "private_key_jwt"] : [method];

/** RFC 6749 §5.2: the challenge is that of the scheme that was tried. */
export const invalidClient = (why: string, basic = false) =>
  new OAuthError(401, "invalid_client", why, {
    headers: basic ? { "www-authenticate": 'Basic realm="oauth", charset="UTF-8"' } : {},
  });

const invalidRequest = (why: string) => new OAuthError(400, "invalid_request", why);

function readPresented({ headers, form }: ClientCall): Presented {
  const { client_id, client_secret, client_assertion, client_assertion_type } = form;
  const authorization = headers.get("authorization");
  const asserted = client_assertion !== undefined || client_assertion_type !== undefined;
  // RFC 6749 §2.3: the client MUST NOT use more than one method in each request.
  if (Number(authorization !== null) + Number(client_secret !== undefined) + Number(asserted) > 1) {
    throw invalidRequest("Authenticate by one method only.");
  }
  if (authorization !== null) return readBasic(authorization, client_id);
  if (asserted) return readAsserted(form);
  if (client_id === undefined) throw invalidClient("The client did not authenticate.");
  return client_secret === undefined
    ? { method: "none", client_id }
    : { method: "client_secret_post", client_id, client_secret };
}

const basicShape = /^basic +([A-Za-z0-9+/]+={0,2})$/i;
const headerCharactersMax = 2048;

/** RFC 6749 §2.3.1: both halves are form-urlencoded before they are joined by a colon. */
function readBasic(authorization: string, client_id: string | undefined): Presented {
  const match = authorization.length <= headerCharactersMax ? basicShape.exec(authorization) : null;
  const text = match ? Buffer.from(match[1], "base64").toString() : "";
  const colon = text.indexOf(":");
  if (colon < 0) {
    throw invalidRequest("The Authorization header must be Basic, of client_id and client_secret.");
  }
  const id = formDecoded(text.slice(0, colon));
  const secret = formDecoded(text.slice(colon + 1));
  if (id === null || secret === null) {
    throw invalidRequest("client_id and client_secret in the Authorization header must be form-urlencoded.");
  }
  if (client_id !== undefined && client_id !== id) {
    throw invalidRequest("client_id in the body is another than in the Authorization header.");
  }
  return { method: "client_secret_basic", client_id: id, client_secret: secret };
}

function formDecoded(text: string): string | null {
  try {
    return /[%+]/.test(text) ? decodeURIComponent(text.replaceAll("+", " ")) : text;
  } catch {
    return null;
  }
}

function readAsserted(
  { client_id, client_assertion, client_assertion_type }: Record<string, string>,
): Presented {
  // RFC 7521 §4.2: both are required.
  if (client_assertion === undefined || client_assertion_type === undefined) {
    throw invalidRequest("client_assertion and client_assertion_type belong together.");
  }
  if (client_assertion_type !== assertionType) {
    throw invalidRequest(`client_assertion_type must be ${assertionType}.`);
  }
  const assertion = readAssertion(client_assertion);
  // RFC 7521 §4.2.1: whatever is wrong with an assertion, the error is invalid_client.
  if (!assertion) throw invalidClient("The assertion must be a JWT whose iss and sub are the client_id.");
  // RFC 7521 §4.2: client_id is unnecessary, and if present must be the same client.
  if (client_id !== undefined && client_id !== assertion.client_id) {
    throw invalidRequest("client_id in the body is another than in the assertion.");
  }
  return { method: "assertion", client_id: assertion.client_id, assertion };
}
