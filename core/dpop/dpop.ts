/** Proofs that whoever sends a token holds the key it is bound to (RFC 9449). */
import { createHash } from "node:crypto";
import type { CoreConfig } from "../config.ts";
import type { Sql } from "../db/postgres.ts";
import { OAuthError } from "../http/oauth_error.ts";
import { type Compact, splitCompact, verifySignature } from "../keys/jws.ts";
import type { Keys } from "../keys/keys.ts";
import { createNonces } from "./nonce.ts";
import { dpopAlgorithms, isDpopAlgorithm, type ProofKey, ProofKeys } from "./proof_key.ts";
import { claimOnce } from "./replay.ts";

export { type DpopAlgorithm, dpopAlgorithms } from "./proof_key.ts";

export interface DpopCheck {
  /** The `DPoP` header as it came; two of them are one text with a comma, and refused. Null: there was none. */
  proof: string | null;
  method: string;
  /** Our own address of this endpoint: `core.backend_url` and the path, never what `Host` says. */
  url: string;
  /** What the proof goes with; its hash must be in it (`ath`). */
  access_token?: string;
  /** The thumbprint that the token or grant is bound to. */
  expected_jkt?: string;
  /** `required`: without a fresh nonce of ours it is refused; `optional`: one that is there must be fresh. */
  nonce: "required" | "optional";
  /** Fewer than `dpopAlgorithms`, where a profile allows fewer. */
  algorithms?: readonly string[];
}

export interface Dpop {
  /**
   * Checks a proof and uses it up: shown again, here or at another replica, it is refused.
   *
   * @returns the thumbprint of its key (RFC 7638), what `cnf.jkt` of a bound token says (RFC 9449 §6.1)
   * @throws OAuthError 400 `invalid_dpop_proof`, or `use_dpop_nonce` with the header `dpop-nonce` (§8); a resource
   *   answers 401 instead (§7.1, §9)
   */
  check(input: DpopCheck): Promise<{ jkt: string }>;
  /** The nonce to send in `DPoP-Nonce` (RFC 9449 §8.2). */
  nonce(): string;
}

export interface DpopParts {
  sql: Sql;
  keys: Keys;
  core: Pick<CoreConfig, "backend_url">;
  /** Milliseconds; for tests. */
  now?: () => number;
}

const proofCharactersMax = 4096;
const jtiCharactersMax = 256;
/** How far a client's clock may be ahead, and how old a proof may be: one that is 60 s old is refused on any clock. */
const aheadSeconds = 10;
const oldSeconds = 50;

export function createDpop({ sql, keys, now = Date.now }: DpopParts): Dpop {
  const nonces = createNonces(keys, now);
  const proofKeys = new ProofKeys();

  async function check(input: DpopCheck): Promise<{ jkt: string }> {
    const proof = readProof(input.proof);
    const key = readKey(proof, proofKeys, input.algorithms ?? dpopAlgorithms);
    // RFC 9449 §4.3 item 6: the signature verifies with the public key in the jwk header.
    if (!await verifySignature(key.alg, key.public, proof.input, proof.signature)) {
      throw refused("The signature of the proof does not hold.");
    }
    const claims = checkClaims(proof.payload, input, now() / 1000);
    checkNonce(proof.payload.nonce, input.nonce);
    if (input.expected_jkt !== undefined && input.expected_jkt !== key.jkt) {
      throw refused("The proof is not by the key that the token is bound to.");
    }
    // RFC 9449 §11.1: last, so that only what would be accepted takes a row.
    const expires_at = new Date((claims.iat + oldSeconds + aheadSeconds) * 1000);
    if (!await claimOnce(sql, "dpop", `${key.jkt}/${claims.jti}`, expires_at)) {
      throw refused("The proof was used before. Make a new one for each request.");
    }
    return { jkt: key.jkt };
  }

  function checkNonce(nonce: unknown, wanted: DpopCheck["nonce"]): void {
    // RFC 9449 §4.3 item 10: if the server provided a nonce, the claim matches it.
    if (nonce === undefined && wanted === "optional") return;
    if (typeof nonce === "string" && nonces.fresh(nonce)) return;
    throw new OAuthError(400, "use_dpop_nonce", "Use the nonce of the DPoP-Nonce header in the proof.", {
      headers: { "dpop-nonce": nonces.current() },
    });
  }

  return { check, nonce: nonces.current };
}

const refused = (why: string) => new OAuthError(400, "invalid_dpop_proof", why);

/** RFC 9449 §4.3 items 1 and 2: exactly one header, which is one well-formed JWT. */
function readProof(text: string | null): Compact {
  if (text === null) throw refused("The DPoP header with a proof is missing.");
  const proof = text.length <= proofCharactersMax ? splitCompact(text) : null;
  if (!proof) throw refused("The DPoP header must be one well-formed JWT.");
  return proof;
}

function readKey({ header }: Compact, known: ProofKeys, algorithms: readonly string[]): ProofKey {
  // RFC 9449 §4.3 item 4: the typ header is dpop+jwt.
  if (typeof header.typ !== "string" || header.typ.toLowerCase() !== "dpop+jwt") {
    throw refused("The type (typ) of the proof must be dpop+jwt.");
  }
  // RFC 9449 §4.3 item 5: an asymmetric algorithm that we know, not none, and acceptable by policy.
  if (!isDpopAlgorithm(header.alg) || !algorithms.includes(header.alg)) {
    throw refused(`The algorithm (alg) of the proof must be one of ${algorithms.join(", ")}.`);
  }
  const key = known.read(header.alg, header.jwk);
  if (!key) throw refused("The key (jwk) of the proof must be a public key for its algorithm.");
  return key;
}

function checkClaims(
  claims: Record<string, unknown>,
  { method, url, access_token }: DpopCheck,
  now: number,
): { jti: string; iat: number } {
  const { jti, htm, htu, iat, ath } = claims;
  // RFC 9449 §4.3 item 3: all required claims are there.
  if (typeof jti !== "string" || jti === "" || jti.length > jtiCharactersMax) {
    throw refused(`The proof needs an identifier (jti) of at most ${jtiCharactersMax} characters.`);
  }
  // RFC 9449 §4.3 item 8.
  if (htm !== method) throw refused("The method (htm) of the proof is not that of the request.");
  // RFC 9449 §4.3 item 9.
  if (typeof htu !== "string" || canonicalUrl(htu) === null || canonicalUrl(htu) !== canonicalUrl(url)) {
    throw refused("The address (htu) of the proof is not that of the request.");
  }
  // RFC 9449 §4.3 item 11.
  if (typeof iat !== "number" || !(iat <= now + aheadSeconds) || !(iat >= now - oldSeconds)) {
    throw refused("The time (iat) of the proof is too far from now. Check the clock.");
  }
  // RFC 9449 §4.3 item 12.
  if (access_token !== undefined && ath !== createHash("sha256").update(access_token).digest("base64url")) {
    throw refused("The hash (ath) in the proof is not that of the access token.");
  }
  return { jti, iat };
}

/**
 * One text for what is one address (RFC 3986 §6.2.2 and §6.2.3), without query and fragment (RFC 9449 §4.3). Null when
 * it is no http address, or names a user.
 */
function canonicalUrl(text: string): string | null {
  const url = text.length <= 2048 ? URL.parse(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") return null;
  const path = url.pathname.replace(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(parseInt(escape.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : escape.toUpperCase();
  });
  return `${url.origin}${path}`;
}
