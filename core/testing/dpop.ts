/** A client's side of DPoP (RFC 9449 §4.2), for tests: keys, and proofs with anything in them. */
import { createHash } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

export interface Prover {
  jkt: string;
  jwk: JWK;
  private_jwk: JWK;
  proof(input: ProofInput): Promise<string>;
}

export interface ProofInput {
  method: string;
  url: string;
  access_token?: string;
  nonce?: string;
  /** Seconds; now unless given. */
  iat?: number;
  /** Laid over the header and the claims; undefined takes a member away. */
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
}

export async function createProver(alg = "ES256"): Promise<Prover> {
  const pair = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(pair.publicKey);
  return {
    jkt: await calculateJwkThumbprint(jwk),
    jwk,
    private_jwk: await exportJWK(pair.privateKey),
    async proof({ method, url, access_token, nonce, iat, header, claims }) {
      const payload = {
        jti: crypto.randomUUID(),
        htm: method,
        htu: url,
        iat: iat ?? Math.floor(Date.now() / 1000),
        ...(access_token ? { ath: createHash("sha256").update(access_token).digest("base64url") } : {}),
        ...(nonce ? { nonce } : {}),
        ...claims,
      };
      return await new SignJWT(JSON.parse(JSON.stringify(payload)))
        .setProtectedHeader({ typ: "dpop+jwt", alg, jwk, ...header })
        .sign(pair.privateKey);
    },
  };
}
