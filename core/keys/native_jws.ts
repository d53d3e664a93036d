/**
 * Signatures by native code where its package is there: RSA three times faster than WebCrypto on this runtime, P-256
 * seven times, and beside the event loop. It signs JWTs of type `JWT` alone, which ID tokens are.
 */
import { createRequire } from "node:module";
import type { KeyObject } from "node:crypto";

interface Native {
  Algorithm: Record<string, number>;
  sign(claims: unknown, key: string, header: { algorithm: number; keyId: string }): Promise<string>;
}

/** Null on other machines, and where it does not load: then WebCrypto signs. */
const native = load();

function load(): Native | null {
  if (Deno.build.target !== "x86_64-unknown-linux-gnu") return null;
  try {
    return createRequire(import.meta.url)("@node-rs/jsonwebtoken-linux-x64-gnu");
  } catch {
    return null;
  }
}

/** Exported once: that costs more than a signature. */
const pems = new WeakMap<KeyObject, string>();

function pemOf(key: KeyObject): string {
  const known = pems.get(key);
  if (known) return known;
  const pem = key.export({ format: "pem", type: "pkcs8" }) as string;
  pems.set(key, pem);
  return pem;
}

/**
 * A compact JWS with `alg`, `kid` and `typ`; null when it has to be signed in another way.
 *
 * @param alg one of RS256, PS256 and ES256; others are signed faster elsewhere
 */
export function signNatively(
  claims: Record<string, unknown>,
  { alg, kid, private: key }: { alg: string; kid: string; private: KeyObject },
  typ: string,
): Promise<string> | null {
  // It would add an `iat` of its own where there is none.
  if (native === null || typ !== "JWT" || alg === "EdDSA" || claims.iat === undefined) return null;
  return native.sign(claims, pemOf(key), { algorithm: native.Algorithm[alg], keyId: kid });
}
