/** The key set a client registers (RFC 7591 §2, RFC 7517): public keys only, each of a kind we can check with. Pure. */
import { createPublicKey } from "node:crypto";
import type { JWK } from "jose";
import { invalidMetadata } from "./metadata_fields.ts";

const keysMax = 20;
const bytesMax = 32_768;
const kidLengthMax = 200;
/** RFC 7518 §6.2.2, §6.3.2, §6.4, RFC 8037 §2: what nobody else may know. */
const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];
const rsaBitsMin = 2048;

/** @throws OAuthError `invalid_client_metadata` */
export function checkJwks(value: unknown): { keys: JWK[] } {
  if (typeof value !== "object" || value === null || !Array.isArray((value as { keys?: unknown }).keys)) {
    throw invalidMetadata("jwks", "must be an object with the list keys (RFC 7517 section 5)");
  }
  const { keys } = value as { keys: unknown[] };
  if (keys.length === 0 || keys.length > keysMax) {
    throw invalidMetadata("jwks", `must have between 1 and ${keysMax} keys`);
  }
  if (JSON.stringify(keys).length > bytesMax) {
    throw invalidMetadata("jwks", `must be smaller than ${bytesMax} bytes`);
  }
  const kids = new Set<string>();
  for (const [i, key] of keys.entries()) {
    const wrong = whyNotKey(key);
    if (wrong) throw invalidMetadata("jwks", `key ${i + 1} ${wrong}`);
    const { kid } = key as JWK;
    if (kid === undefined) continue;
    // RFC 7517 §4.5: within a set, different keys have different ones.
    if (kids.has(kid)) throw invalidMetadata("jwks", `key ${i + 1} has the kid of another key`);
    kids.add(kid);
  }
  return { keys: keys as JWK[] };
}

/** Null when it may be registered; else what is wrong, to be read after its name. */
function whyNotKey(key: unknown): string | null {
  if (typeof key !== "object" || key === null || Array.isArray(key)) return "must be an object";
  const jwk = key as JWK & Record<string, unknown>;
  if (jwk.kty === "oct") return "is a secret: only public keys can be registered";
  if (privateMembers.some((name) => Object.hasOwn(jwk, name))) {
    return "contains a private key: take it out, and replace the key, which is known by now";
  }
  const { kid } = jwk as { kid?: unknown };
  if (kid !== undefined && (typeof kid !== "string" || kid === "" || kid.length > kidLengthMax)) {
    return `must have a kid of 1 to ${kidLengthMax} characters, or none`;
  }
  // Nothing is encrypted to clients; a set may have such keys for others.
  if (jwk.use === "enc") return null;
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key: jwk as Record<string, unknown>, format: "jwk" });
    const bits = asymmetricKeyDetails?.modulusLength;
    // RFC 7518 §3.3.
    return bits !== undefined && bits < rsaBitsMin ? `must have at least ${rsaBitsMin} bits` : null;
  } catch {
    return "is not a public key (RFC 7517)";
  }
}
