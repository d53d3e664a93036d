/** The keys tokens are signed with. */
import type { JWK } from "jose";

export type SigningAlgorithm = "EdDSA" | "ES256" | "RS256";

export interface SigningKeys {
  /** Compact JWS (RFC 7515) with `kid` and `typ`, by the current key of `alg` (default: JWT_ALGORITHM). */
  sign(claims: Record<string, unknown>, options: { alg?: string; typ: string }): Promise<string>;
  /** Null when malformed, unknown, altered, expired, not yet valid, of another type, issuer or audience. */
  verify(
    token: string,
    options: { typ: string; audience?: string },
  ): Promise<Record<string, unknown> | null>;
  /** RFC 7517 §5: next, current and previous keys, public parts only. */
  jwks(): Promise<{ keys: JWK[] }>;
  /** next → current → previous → retired, in one transaction; makes a new next. */
  rotate(alg: string): Promise<void>;
  /** Makes what is missing: a current and a next key for each algorithm in use. */
  ensure(): Promise<void>;
}
