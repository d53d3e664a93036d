/** Keys of the table's clients, and what they sign. */
import { Buffer } from "node:buffer";
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import { createHash, randomUUID } from "node:crypto";

async function pair(alg: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return {
    alg,
    privateKey,
    jwk: { ...await exportJWK(publicKey), kid: randomUUID(), use: "sig", alg } as JWK,
  };
}

/** One pair is registered, the other is a stranger's. */
export const keys = {
  own: await pair("ES256"),
  foreign: await pair("ES256"),
  dpop: await pair("ES256"),
  dpop2: await pair("ES256"),
};
export type KeyName = keyof typeof keys;

export const nowSeconds = () => Math.floor(Date.now() / 1000);

export interface Signed {
  claims: JWTPayload;
  header?: Record<string, unknown>;
  key?: KeyName;
}

/** A JWT signed with one of the keys (ES256). Claims that are undefined are left out; a `crit` may name `x`. */
export function sign({ claims, header = {}, key = "own" }: Signed): Promise<string> {
  const { privateKey, jwk } = keys[key];
  return new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: jwk.kid, ...header }).sign(privateKey, {
    crit: { x: true },
  });
}

/** Signed with the client's secret (HS256). */
export function signWithSecret(claims: JWTPayload, client_secret: string): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(
    new TextEncoder().encode(client_secret),
  );
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** `alg` none (RFC 8725 §3.1). */
export const unsigned = (claims: JWTPayload, header: Record<string, unknown> = {}) =>
  `${encoded({ alg: "none", ...header })}.${encoded(claims)}.`;

export interface ProofOf {
  htm?: string;
  htu: string;
  access_token?: string;
  claims?: JWTPayload;
  header?: Record<string, unknown>;
  key?: KeyName;
  /** The key in the header, when another one than it is signed with. */
  shown?: KeyName;
}

/** A DPoP proof (RFC 9449 §4.2). */
export function dpopProof(
  { htm = "POST", htu, access_token, claims, header, key = "dpop", shown = key }: ProofOf,
) {
  const { kty, crv, x, y } = keys[shown].jwk;
  const ath = access_token && createHash("sha256").update(access_token).digest("base64url");
  return sign({
    claims: { htm, htu, iat: nowSeconds(), jti: randomUUID(), ...(ath ? { ath } : {}), ...claims },
    header: { typ: "dpop+jwt", kid: undefined, jwk: { kty, crv, x, y }, ...header },
    key,
  });
}
