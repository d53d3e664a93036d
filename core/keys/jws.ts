/**
 * Compact JWS (RFC 7515). The algorithm comes from the key, never from the token (RFC 8725 §3.1). EdDSA by
 * `node:crypto`, nine times faster than WebCrypto here; the others by native code where it is there, else by WebCrypto.
 * Neither is in the way of other requests while it computes.
 */
import { Buffer } from "node:buffer";
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { promisify } from "node:util";
import { calculateJwkThumbprint, type JWK } from "jose";
import { signNatively } from "./native_jws.ts";

export const signingAlgorithms = ["EdDSA", "ES256", "RS256", "PS256"] as const;
export type SigningAlgorithm = typeof signingAlgorithms[number];

export function isSigningAlgorithm(alg: string): alg is SigningAlgorithm {
  return (signingAlgorithms as readonly string[]).includes(alg);
}

/** A key's public part, ready to check with. */
export interface VerificationKey {
  kid: string;
  alg: SigningAlgorithm;
  public: KeyObject;
}

export interface SignatureKey {
  kid: string;
  alg: SigningAlgorithm;
  private: KeyObject;
}

export interface GeneratedKey {
  kid: string;
  public_jwk: JWK;
  private_jwk: JWK;
}

/** Beside the event loop: an RSA key takes a second. */
const generatePair = promisify(generateKeyPair);

/** Ed25519 (RFC 8037), P-256, or RSA of 2048 bits (RFC 7518 §3.3). The `kid` is the key's thumbprint (RFC 7638). */
export async function generateSigningKey(alg: SigningAlgorithm): Promise<GeneratedKey> {
  const pair = alg === "EdDSA"
    ? await generatePair("ed25519")
    : alg === "ES256"
    ? await generatePair("ec", { namedCurve: "P-256" })
    : await generatePair("rsa", { modulusLength: 2048, publicExponent: 0x10001 });
  const bare = pair.publicKey.export({ format: "jwk" }) as JWK;
  const kid = await calculateJwkThumbprint(bare);
  return {
    kid,
    public_jwk: { ...bare, kid, alg, use: "sig" },
    private_jwk: pair.privateKey.export({ format: "jwk" }) as JWK,
  };
}

export function importPublic(jwk: JWK): KeyObject {
  return createPublicKey({ key: jwk as Record<string, unknown>, format: "jwk" });
}

export function importPrivate(jwk: JWK): KeyObject {
  return createPrivateKey({ key: jwk as Record<string, unknown>, format: "jwk" });
}

export async function signCompact(
  claims: Record<string, unknown>,
  key: SignatureKey,
  typ: string,
): Promise<string> {
  const signed = signNatively(claims, key, typ);
  if (signed) return await signed;
  const header = encode({ alg: key.alg, kid: key.kid, typ });
  const input = `${header}.${encode(claims)}`;
  return `${input}.${(await signatureOf(input, key)).toString("base64url")}`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

async function signatureOf(input: string, { alg, private: key }: SignatureKey): Promise<Buffer> {
  const data = Buffer.from(input);
  if (alg === "EdDSA") return sign(null, data, key);
  return Buffer.from(await crypto.subtle.sign(webAlgorithms[alg], webKey(alg, key), data));
}

/** RFC 7518 §3.3 to §3.5; PSS with a salt as long as its hash. */
const webAlgorithms = {
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  PS256: { name: "RSA-PSS", hash: "SHA-256", saltLength: 32 },
} as const;

type WebAlgorithm = keyof typeof webAlgorithms;

const webKeys: Record<WebAlgorithm, WeakMap<KeyObject, CryptoKey>> = {
  ES256: new WeakMap(),
  RS256: new WeakMap(),
  PS256: new WeakMap(),
};

/** The same key as WebCrypto knows it; made once. */
function webKey(alg: WebAlgorithm, key: KeyObject): CryptoKey {
  const known = webKeys[alg].get(key);
  if (known) return known;
  const made = key.toCryptoKey(webAlgorithms[alg], false, [
    key.type === "private" ? "sign" : "verify",
  ]) as CryptoKey;
  webKeys[alg].set(key, made);
  return made;
}

export interface Compact {
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
  /** What was signed. */
  input: string;
  signature: Buffer<ArrayBuffer>;
}

export interface Unverified extends Compact {
  header: { alg: string; kid: string; typ: string };
}

const tokenLengthMax = 8192;

/**
 * Takes a token apart; nothing in it is to be believed yet. Null when it is not exactly three canonical base64url parts
 * with a JSON object in the first two, or asks for an extension (`crit`), none of which we know (RFC 7515 §4.1.11).
 */
export function splitCompact(token: string): Compact | null {
  if (token.length > tokenLengthMax) return null;
  const parts = token.split(".", 4);
  if (parts.length !== 3) return null;
  const [header, payload, signature] = parts.map(decode);
  if (!header || !payload || !signature) return null;
  const head = object(header);
  const body = object(payload);
  if (!head || !body || "crit" in head || "b64" in head) return null;
  return { header: head, payload: body, input: `${parts[0]}.${parts[1]}`, signature };
}

/** The same of a token that names its key, as all of ours do. */
export function parseCompact(token: string): Unverified | null {
  const parts = splitCompact(token);
  if (!parts) return null;
  const { alg, kid, typ } = parts.header;
  if (typeof alg !== "string" || typeof kid !== "string" || typeof typ !== "string") return null;
  return { ...parts, header: { alg, kid, typ } };
}

/** One text for one value: padding, other alphabets and spare bits are refused, so that a token has one spelling. */
function decode(text: string): Buffer<ArrayBuffer> | null {
  const bytes = Buffer.from(text, "base64url");
  return bytes.length > 0 && bytes.toString("base64url") === text ? bytes : null;
}

function object(bytes: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : null;
  } catch {
    return null;
  }
}

export async function signatureHolds(
  { input, signature, header }: Unverified,
  key: VerificationKey,
): Promise<boolean> {
  return header.alg === key.alg && await verifySignature(key.alg, key.public, input, signature);
}

/** False for a signature of another length too, and for a key that does not fit the algorithm. */
export async function verifySignature(
  alg: SigningAlgorithm,
  key: KeyObject,
  input: string,
  signature: Buffer<ArrayBuffer>,
): Promise<boolean> {
  const data = Buffer.from(input);
  try {
    if (signature.length !== signatureBytes(alg, key)) return false;
    if (alg === "EdDSA") return verify(null, data, key, signature);
    return await crypto.subtle.verify(webAlgorithms[alg], webKey(alg, key), signature, data);
  } catch {
    return false;
  }
}

function signatureBytes(alg: SigningAlgorithm, key: KeyObject): number {
  if (alg === "EdDSA" || alg === "ES256") return 64;
  return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}
