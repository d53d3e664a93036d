/**
 * From a browser's or a client's fields to a checked request. What comes first decides where everything after it is
 * told: until a redirect URI is known to be the client's, nothing is sent there (RFC 6749 §3.1.2.4, §4.1.2.1).
 */
import { OAuthError } from "../../../core/http/oauth_error.ts";
import {
  type AuthorizationParameters,
  type AuthorizationRequest,
  type Decision,
  findRequest,
} from "../authorization_request.ts";
import type { Client } from "../client.ts";
import { matchesRedirectUri } from "../redirect_uri.ts";
import { type OAuth2Ctx, runtimeOf } from "../runtime.ts";
import { type Fields, readFields, refuseRepeated } from "./fields.ts";
import { checkParameters, modeOf, type ReturnTo } from "./parameters.ts";
import { openRequest } from "./request_object.ts";

export type ReadRequest =
  /** Told to whoever sits at the browser. */
  | { kind: "page"; error: OAuthError; client: Client | null }
  /** Told to the client, at an address of its own. */
  | { kind: "refused"; error: OAuthError; client: Client; to: ReturnTo }
  | {
    kind: "request";
    client: Client;
    parameters: AuthorizationParameters;
    /** Of a request that is held already; null when it came whole. */
    reference: string | null;
    /** When a person came with it first: a proof from before does not count where a new one is wanted. */
    seen_at: Date;
    decision: Decision;
  };

const pushedPrefix = "urn:ietf:params:oauth:request_uri:";
export const requestUri = (reference: string) => pushedPrefix + reference;

const invalid = (sentence: string, error = "invalid_request") => new OAuthError(400, error, sentence);

/** The browser's request (RFC 6749 §4.1.1). Throws nothing that is the caller's mistake. */
export async function readRequest(ctx: OAuth2Ctx, given: Map<string, string[]>): Promise<ReadRequest> {
  let client: Client | null = null;
  try {
    const fields = readFields(given);
    client = await knownClient(ctx, fields);
    const { request_uri } = fields.values;
    if (request_uri !== undefined) return await readPushed(ctx, client, fields, request_uri);
    return await readWhole(ctx, client, fields);
  } catch (error) {
    if (error instanceof OAuthError) return { kind: "page", error, client };
    throw error;
  }
}

async function knownClient(ctx: OAuth2Ctx, fields: Fields): Promise<Client> {
  refuseRepeated(fields, (name) => name === "client_id");
  const { client_id } = fields.values;
  if (client_id === undefined) throw invalid("client_id is missing.");
  const client = await runtimeOf(ctx).clients.find(client_id);
  if (!client) throw new OAuthError(400, "invalid_client", "There is no client with this client_id.");
  return client;
}

/** RFC 9126 §4. What stands beside the reference is not looked at. */
async function readPushed(
  ctx: OAuth2Ctx,
  client: Client,
  fields: Fields,
  request_uri: string,
): Promise<ReadRequest> {
  refuseRepeated(fields, (name) => name === "request_uri");
  // RFC 9101 §5: MUST NOT be in the same request.
  if (fields.values.request !== undefined) {
    return refusal(client, fields, invalid("request and request_uri exclude each other."));
  }
  if (!request_uri.startsWith(pushedPrefix)) {
    const error = invalid("Only what was pushed to us can be referred to.", "request_uri_not_supported");
    return refusal(client, fields, error);
  }
  const reference = request_uri.slice(pushedPrefix.length);
  const held = await findRequest(ctx.sql, reference);
  if (!held || held.origin !== "pushed") {
    return refusal(
      client,
      fields,
      invalid("The pushed request has expired or was used.", "invalid_request_uri"),
    );
  }
  // RFC 9126 §2.2: MUST be bound to the client that pushed it. Whoever mixes two up is answered at neither's address.
  if (held.client_id !== client.client_id) {
    throw invalid("The pushed request is another client's.", "invalid_request_uri");
  }
  const { parameters, decision } = held;
  if (!matchesRedirectUri(client, parameters.redirect_uri)) {
    throw invalid("redirect_uri is not registered any more.");
  }
  return { kind: "request", client, parameters, reference, decision, seen_at: seenAt(held) };
}

/** What a browser sent was seen as it was made; what its client pushed, when somebody came with it. */
export const seenAt = ({ origin, created_at, decision }: AuthorizationRequest): Date =>
  origin === "browser"
    ? created_at
    : decision.seen_at === undefined
    ? new Date()
    : new Date(decision.seen_at);

/** To the redirect URI that came along, or the only one the client has; else to the person. */
function refusal(client: Client, fields: Fields, error: OAuthError): ReadRequest {
  try {
    return { kind: "refused", error, client, to: returnTo(client, fields) };
  } catch {
    return { kind: "page", error, client };
  }
}

async function readWhole(ctx: OAuth2Ctx, client: Client, fields: Fields): Promise<ReadRequest> {
  let inner: Fields;
  try {
    inner = await openRequest(ctx, client, fields);
  } catch (error) {
    if (error instanceof OAuthError) return refusal(client, fields, error);
    throw error;
  }
  const to = returnTo(client, inner);
  try {
    // RFC 9126 §5, FAPI 2.0 §5.3.2.2: MUST be pushed.
    if (client.require_pushed_authorization_requests || client.profile === "fapi2") {
      throw invalid("The client is registered to push its requests first.");
    }
    const parameters = await checkParameters(ctx, client, to, inner);
    return { kind: "request", client, parameters, reference: null, decision: {}, seen_at: new Date() };
  } catch (error) {
    if (error instanceof OAuthError) return { kind: "refused", error, client, to };
    throw error;
  }
}

/** @throws OAuthError for the person: nothing may be sent to an address that is not the client's */
function returnTo(client: Client, fields: Fields): ReturnTo {
  refuseRepeated(fields, (name) => name === "redirect_uri");
  const { values } = fields;
  const given = values.redirect_uri;
  if (given === undefined) {
    // Core §3.1.2.1: REQUIRED there. RFC 6749 §3.1.2.3: only who has one may leave it out.
    const openid = values.scope?.split(" ").includes("openid");
    if (openid || client.redirect_uris.length !== 1) throw invalid("redirect_uri is missing.");
  } else if (!matchesRedirectUri(client, given)) {
    throw invalid("redirect_uri is not registered for this client, letter for letter.");
  }
  return {
    redirect_uri: given ?? client.redirect_uris[0],
    redirect_uri_given: given !== undefined,
    response_mode: modeOf(values.response_mode),
    state: fields.repeated.includes("state") ? null : values.state ?? null,
  };
}

/**
 * What an authenticated client pushes (RFC 9126 §2.1).
 *
 * @throws OAuthError for its answer
 */
export async function readPush(
  ctx: OAuth2Ctx,
  client: Client,
  given: Map<string, string[]>,
): Promise<AuthorizationParameters> {
  const fields = readFields(given);
  // RFC 9126 §2.1: MUST NOT be provided here.
  if (fields.values.request_uri !== undefined) throw invalid("A pushed request cannot refer to another.");
  if (fields.values.client_id !== undefined && fields.values.client_id !== client.client_id) {
    throw invalid("client_id is another than the one that has authenticated.");
  }
  refuseRepeated(fields, () => true);
  const inner = await openRequest(ctx, client, fields);
  return await checkParameters(ctx, client, returnTo(client, inner), inner);
}
