/** Requests as signed JWTs, by value (RFC 9101; OpenID Connect Core §6.1). */
import { Buffer } from "node:buffer";
import { OAuthError } from "../../../core/http/oauth_error.ts";
import { isSigningAlgorithm, splitCompact, verifySignature } from "../../../core/keys/jws.ts";
import { clientKey } from "../client_keys.ts";
import type { Client } from "../client.ts";
import type { OAuth2Ctx } from "../runtime.ts";
import { type Fields, refuseRepeated } from "./fields.ts";

/** A client's clock may be a little ahead; one that is a minute ahead is wrong. */
const aheadSeconds = 10;
const lifetimeSecondsMax = 3600;

const refuse = (sentence: string, error = "invalid_request_object") => new OAuthError(400, error, sentence);

/**
 * The fields of a request: those inside its object, where there is one. RFC 9101 §5: parameters outside MUST NOT be
 * used then, not even those that are missing inside.
 *
 * @throws OAuthError `invalid_request`, `invalid_request_object`, `request_not_supported`
 */
export async function openRequest(ctx: OAuth2Ctx, client: Client, fields: Fields): Promise<Fields> {
  refuseRepeated(fields, (name) => name === "request");
  const { request } = fields.values;
  if (request === undefined) {
    if (client.require_signed_request_object) {
      throw new OAuthError(400, "invalid_request", "The client is registered to send signed requests.");
    }
    return fields;
  }
  // Core §3.1.2.6: the code for what is well-formed and not served here. RFC 9101 §10.2: MUST be signed.
  if (isUnsigned(request)) throw refuse("Requests have to be signed.", "request_not_supported");
  const token = splitCompact(request);
  if (!token) throw refuse("request is not a signed JWT.");
  const { alg, kid, typ } = token.header;
  if (
    typ !== undefined &&
    !["jwt", "oauth-authz-req+jwt", "application/oauth-authz-req+jwt"].includes(lower(typ))
  ) {
    throw refuse("The type of the request object is not oauth-authz-req+jwt.");
  }
  const wanted = client.request_object_signing_alg;
  if (typeof alg !== "string" || !isSigningAlgorithm(alg) || wanted !== null && alg !== wanted) {
    throw refuse("The request object is not signed with the algorithm the client has registered.");
  }
  const key = await clientKey(ctx, client, { alg, kid: typeof kid === "string" ? kid : undefined });
  if (!key || !await verifySignature(alg, key, token.input, token.signature)) {
    throw refuse("The signature of the request object is not the client's.");
  }
  checkClaims(ctx, client, token.payload);
  return fieldsOf(client, token.payload, fields);
}

/** `alg` is `none`, or its signature is empty (RFC 7519 §6.1): for saying so only, never for believing it. */
function isUnsigned(request: string): boolean {
  const [header, payload, signature, more] = request.split(".", 4);
  if (payload === undefined || more !== undefined) return false;
  try {
    const { alg } = JSON.parse(Buffer.from(header, "base64url").toString());
    return typeof alg === "string" && (alg.toLowerCase() === "none" || signature === "");
  } catch {
    return false;
  }
}

const lower = (value: unknown) => typeof value === "string" ? value.toLowerCase() : "";

function checkClaims(ctx: OAuth2Ctx, client: Client, claims: Record<string, unknown>): void {
  const now = Math.floor(Date.now() / 1000);
  const { iss, aud, exp, nbf, iat, client_id } = claims;
  if (iss !== undefined && iss !== client.client_id) {
    throw refuse("iss of the request object is not the client.");
  }
  // RFC 9101 §5: client_id MUST be the same inside and outside.
  if (client_id !== undefined && client_id !== client.client_id) {
    throw refuse("client_id of the request object is another.");
  }
  // RFC 9101 §10.8: a client's assertion says `sub`; it must not serve here, nor a request there.
  if ("sub" in claims) throw refuse("A request object has no sub.");
  if (client_id === undefined && iss === undefined) {
    throw refuse("The request object does not say whose it is.");
  }
  if (aud !== undefined && ![aud].flat().includes(ctx.core.backend_url)) {
    throw refuse("aud of the request object is not this issuer.");
  }
  if (exp !== undefined && !(typeof exp === "number" && exp > now && exp < now + lifetimeSecondsMax)) {
    throw refuse("The request object has expired, or lives too long.");
  }
  for (const [name, time] of Object.entries({ nbf, iat })) {
    if (time !== undefined && !(typeof time === "number" && time <= now + aheadSeconds)) {
      throw refuse(`${name} of the request object is in the future.`);
    }
  }
  // RFC 9101 §4: MUST NOT be in the request object.
  if ("request" in claims || "request_uri" in claims) throw refuse("A request object cannot hold another.");
}

/** Of the token itself, and no parameters of a request. */
const envelope = new Set(["iss", "aud", "exp", "nbf", "iat", "jti"]);

function fieldsOf(client: Client, claims: Record<string, unknown>, outer: Fields): Fields {
  const inner: Fields = { values: Object.create(null), resource: [], repeated: outer.repeated };
  for (const [name, value] of Object.entries(claims)) {
    if (envelope.has(name) || value === null || value === "") continue;
    if (name === "resource") inner.resource = [value].flat().map(String);
    else if (typeof value === "string") inner.values[name] = value;
    else if (typeof value === "number") inner.values[name] = String(value);
    else if (name === "claims" && typeof value === "object") inner.values[name] = JSON.stringify(value);
    else throw refuse(`${name.slice(0, 40)} of the request object is not a string.`);
  }
  inner.values.client_id = client.client_id;
  for (const name of ["response_type"]) {
    if (
      outer.values[name] !== undefined && inner.values[name] !== undefined &&
      outer.values[name] !== inner.values[name]
    ) {
      throw refuse(`${name} is another inside the request object.`);
    }
  }
  return inner;
}
