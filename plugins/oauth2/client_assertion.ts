/** What a client signs to show who it is (RFC 7523 §3, OpenID Connect Core §9). */
import { claimOnce } from "../../core/dpop/replay.ts";
import { type Compact, isSigningAlgorithm, splitCompact, verifySignature } from "../../core/keys/jws.ts";
import type { Client } from "./client.ts";
import { clientKey } from "./client_keys.ts";
import { secretSigned } from "./client_secret.ts";
import { clientAlgorithms, fapi2Algorithms } from "./metadata.ts";
import { endpointsOf, type OAuth2Ctx } from "./runtime.ts";

export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** How far a client's clock may be ahead. */
const aheadSeconds = 10;
/** The longest life of one, since its `jti` is kept for as long. */
const lifeSecondsMax = 3600;
const jtiCharactersMax = 256;
const kidCharactersMax = 200;
/** Of other things that the same key may sign, such as request objects and proofs, none is an assertion. */
const types = [undefined, "jwt", "client-authentication+jwt"];

export interface Assertion extends Compact {
  /** Whom it is about; nothing of it is to be believed yet. */
  client_id: string;
}

/** Null when it is no JWT that a client says about itself. */
export function readAssertion(text: string): Assertion | null {
  const parts = splitCompact(text);
  if (!parts) return null;
  // RFC 7523 §3 items 1 and 2: both are the client_id.
  const { iss, sub } = parts.payload;
  return typeof sub === "string" && iss === sub ? { ...parts, client_id: sub } : null;
}

/** @returns null when it holds, and is used up; else what is wrong, for the developer of the client */
export async function whyNotAssertion(
  ctx: OAuth2Ctx,
  client: Client,
  assertion: Assertion,
  endpoint_url: string,
): Promise<string | null> {
  const now = Date.now() / 1000;
  const wrong = whyNotHeader(client, assertion) ?? whyNotClaims(ctx, client, assertion, endpoint_url, now);
  if (wrong) return wrong;
  if (!await signatureHolds(ctx, client, assertion)) {
    return "The signature of the assertion does not hold with a key of the client.";
  }
  // Last, so that only what would be accepted takes a row.
  const { jti, exp } = assertion.payload as { jti: string; exp: number };
  const key = JSON.stringify([client.client_id, jti]);
  const expires_at = new Date((exp + aheadSeconds) * 1000);
  // RFC 7523 §3 item 7: a used jti is refused for as long as the assertion would be accepted.
  return await claimOnce(ctx.sql, "client_assertion", key, expires_at)
    ? null
    : "The assertion was used before. Make a new one for each request.";
}

/** The algorithm is the one registered, or one that its method knows: never only what the token says (RFC 8725 §3.1). */
function algorithmsOf(client: Client): readonly string[] {
  const { token_endpoint_auth_method: method, token_endpoint_auth_signing_alg: alg, profile } = client;
  const known = method === "client_secret_jwt"
    ? ["HS256"]
    : profile === "fapi2"
    ? fapi2Algorithms
    : clientAlgorithms;
  return alg === null ? known : known.filter((one) => one === alg);
}

function whyNotHeader(client: Client, { header }: Assertion): string | null {
  const { typ, alg, kid } = header;
  if (!types.includes(typeof typ === "string" ? typ.toLowerCase() : typ as undefined)) {
    return "The type (typ) of the assertion must be JWT.";
  }
  const algorithms = algorithmsOf(client);
  if (typeof alg !== "string" || !algorithms.includes(alg)) {
    return `The algorithm (alg) of the assertion must be ${algorithms.join(" or ")}.`;
  }
  if (kid !== undefined && (typeof kid !== "string" || kid.length > kidCharactersMax)) {
    return `The kid of the assertion must be text of at most ${kidCharactersMax} characters.`;
  }
  return null;
}

function whyNotClaims(
  ctx: OAuth2Ctx,
  client: Client,
  { payload: { aud, exp, iat, nbf, jti } }: Assertion,
  endpoint_url: string,
  now: number,
): string | null {
  const { issuer, token_endpoint } = endpointsOf(ctx.core);
  if (client.profile === "fapi2") {
    // FAPI 2.0 Security Profile §5.3.2.1 item 6: the issuer, as a string and not in a list.
    if (aud !== issuer) return `The audience (aud) of the assertion must be ${issuer}, as one string.`;
  } else {
    // RFC 7523 §3 item 3, OpenID Connect Core §9; RFC 9126 §2 for other endpoints.
    const given: unknown[] = Array.isArray(aud) ? aud : [aud];
    const ours = [issuer, token_endpoint, endpoint_url];
    if (!given.some((one) => typeof one === "string" && ours.includes(one))) {
      return `The audience (aud) of the assertion must be ${issuer}.`;
    }
  }
  // RFC 7523 §3 item 4.
  if (typeof exp !== "number" || !(exp > now)) return "The assertion has expired, or has no exp.";
  if (!(exp <= now + lifeSecondsMax + aheadSeconds)) {
    return `The assertion must not be good for more than ${lifeSecondsMax} seconds.`;
  }
  for (const start of [nbf, iat]) {
    // RFC 7523 §3 items 5 and 6.
    if (start !== undefined && (typeof start !== "number" || !(start <= now + aheadSeconds))) {
      return "The assertion is not valid yet. Check the clock.";
    }
  }
  if (typeof jti !== "string" || jti === "" || jti.length > jtiCharactersMax) {
    return `The assertion needs an identifier (jti) of at most ${jtiCharactersMax} characters.`;
  }
  return null;
}

async function signatureHolds(ctx: OAuth2Ctx, client: Client, assertion: Assertion): Promise<boolean> {
  const { header, input, signature } = assertion;
  if (client.token_endpoint_auth_method === "client_secret_jwt") {
    return secretSigned(ctx.keys, client, input, signature);
  }
  const { alg, kid } = header as { alg: string; kid?: string };
  if (!isSigningAlgorithm(alg)) return false;
  const key = await clientKey(ctx, client, { kid, alg });
  return key !== null && await verifySignature(alg, key, input, signature);
}
