/** The public key that a proof carries (RFC 9449 §4.2), checked before anything is computed with it. */
import { Buffer } from "node:buffer";
import { createHash, type KeyObject } from "node:crypto";
import { importPublic, type SigningAlgorithm } from "../keys/jws.ts";

/** The values of `dpop_signing_alg_values_supported` (RFC 9449 §5.1); `Ed25519` is EdDSA's exact name (RFC 9864 §2.2). */
export const dpopAlgorithms = ["ES256", "EdDSA", "Ed25519", "PS256", "RS256"] as const;
export type DpopAlgorithm = typeof dpopAlgorithms[number];

export interface ProofKey {
  /** RFC 7638, by SHA-256. */
  jkt: string;
  alg: SigningAlgorithm;
  public: KeyObject;
}

/** The members of a thumbprint in their order (RFC 7638 §3.2, RFC 8037 §2), with their kind of key. */
const kinds: Record<SigningAlgorithm, { kty: string; crv: string | null; members: string[] }> = {
  ES256: { kty: "EC", crv: "P-256", members: ["crv", "kty", "x", "y"] },
  EdDSA: { kty: "OKP", crv: "Ed25519", members: ["crv", "kty", "x"] },
  PS256: { kty: "RSA", crv: null, members: ["e", "kty", "n"] },
  RS256: { kty: "RSA", crv: null, members: ["e", "kty", "n"] },
};

/** RFC 7518 §6.2.2, §6.3.2 and §6.4.1. */
const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
const rsaBits = { min: 2048, max: 4096 };
const base64url = /^[A-Za-z0-9_-]{2,700}$/;

export function isDpopAlgorithm(alg: unknown): alg is DpopAlgorithm {
  return (dpopAlgorithms as readonly unknown[]).includes(alg);
}

/** Imported keys by algorithm and thumbprint: a client proves with the same one again and again. */
export class ProofKeys {
  readonly #known = new Map<string, ProofKey>();

  /** @param max so many keys are kept, the last used ones */
  constructor(readonly max = 2000) {}

  /** Null when `jwk` is no public key for `alg` of a sane size. */
  read(alg: DpopAlgorithm, jwk: unknown): ProofKey | null {
    const kind = alg === "Ed25519" ? "EdDSA" : alg;
    const bare = publicMembers(kind, jwk);
    if (!bare) return null;
    const jkt = createHash("sha256").update(JSON.stringify(bare)).digest("base64url");
    const id = `${kind}/${jkt}`;
    const known = this.#known.get(id);
    if (known) this.#known.delete(id);
    const key = known ?? open(kind, jkt, bare);
    if (!key) return null;
    if (this.#known.size >= this.max) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(id, key);
    return key;
  }
}

function publicMembers(alg: SigningAlgorithm, jwk: unknown): Record<string, string> | null {
  if (typeof jwk !== "object" || jwk === null || Array.isArray(jwk)) return null;
  const given = jwk as Record<string, unknown>;
  // RFC 9449 §4.3 item 7: the jwk header does not contain a private key.
  if (privateMembers.some((member) => member in given)) return null;
  const { kty, crv, members } = kinds[alg];
  if (given.kty !== kty || (crv !== null && given.crv !== crv)) return null;
  if (given.use !== undefined && given.use !== "sig") return null;
  const bare: Record<string, string> = {};
  for (const member of members) {
    const value = given[member];
    if (typeof value !== "string" || !(member === "kty" || member === "crv" || canonical(value))) return null;
    bare[member] = value;
  }
  return kty !== "RSA" || saneRsa(bare) ? bare : null;
}

/** One spelling for one number, or one key would have several thumbprints. */
function canonical(text: string): boolean {
  return base64url.test(text) && Buffer.from(text, "base64url").toString("base64url") === text;
}

/** A large modulus or exponent would make us compute for as long as a stranger likes. */
function saneRsa({ n, e }: Record<string, string>): boolean {
  const modulus = Buffer.from(n, "base64url");
  const exponent = Buffer.from(e, "base64url");
  const bits = modulus.length * 8 - Math.clz32(modulus[0]) + 24;
  return modulus[0] !== 0 && bits >= rsaBits.min && bits <= rsaBits.max &&
    exponent.length <= 4 && exponent[0] !== 0 && exponent.readUIntBE(0, exponent.length) >= 3 &&
    (exponent[exponent.length - 1] & 1) === 1;
}

function open(alg: SigningAlgorithm, jkt: string, bare: Record<string, string>): ProofKey | null {
  try {
    return { jkt, alg, public: importPublic(bare) };
  } catch {
    // A point that is not on the curve.
    return null;
  }
}
