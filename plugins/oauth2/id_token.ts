/** Who signed in, told to the app that asked (OpenID Connect Core §2). */
import { createHash } from "node:crypto";
import { pickClaims, wantsClaims } from "./claims.ts";
import type { Client } from "./client.ts";
import type { Grant } from "./grant.ts";
import { endpointsOf, type OAuth2Ctx } from "./runtime.ts";
import { claimsOf } from "./standard_claims.ts";

export interface NewIdToken {
  client: Client;
  grant: Grant;
  /** As whom the client knows the person. */
  sub: string;
  /** As what the client knows the session; null without one. */
  sid: string | null;
  access_token: string;
  /** Only the first one of a grant says the `nonce` (Core §12.2). */
  nonce: string | null;
}

/** Signed by the algorithm the client registered. */
export async function issueIdToken(ctx: OAuth2Ctx, token: NewIdToken): Promise<string> {
  const { client, grant, sub, sid, nonce } = token;
  const alg = client.id_token_signed_response_alg;
  const asked = grant.claims?.id_token;
  const values = wantsClaims([], asked) ? await claimsOf(ctx.sql, grant.account_id) : {};
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    // What is ours stands last: no value of an account takes its place.
    ...pickClaims(values, [], asked),
    iss: endpointsOf(ctx.core).issuer,
    sub,
    // Core §2: one audience, so there is no azp.
    aud: client.client_id,
    exp: iat + ctx.config.id_token_minutes * 60,
    iat,
    auth_time: Math.floor(grant.auth_time.getTime() / 1000),
    acr: grant.acr,
    amr: grant.amr,
    at_hash: leftHalf(alg, token.access_token),
    ...nonce === null ? {} : { nonce },
    ...sid === null ? {} : { sid },
  };
  return await ctx.signing_keys.sign(claims, { alg, typ: "JWT" });
}

/** Core §3.1.3.6: the left half of the hash that the signature is made with; of Ed25519 that is SHA-512 (RFC 8032 §5.1). */
export function leftHalf(alg: string, text: string): string {
  const hash = createHash(alg === "EdDSA" ? "sha512" : "sha256").update(text).digest();
  return hash.subarray(0, hash.length / 2).toString("base64url");
}
