/** Sealing and keyed hashing with keys derived from SECRET_KEYS. */
import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";

export interface Keys {
  /**
   * Encrypts with the newest secret. `context` says what this is and where it belongs (`mail.data/{mail_id}`): it is
   * authenticated, so that a sealed value copied to another row or column does not open there.
   */
  seal(plain: Uint8Array, context: string): Uint8Array;
  /** @throws SealError when it was altered, belongs to another context, or its secret is not in SECRET_KEYS. */
  open(sealed: Uint8Array, context: string): Uint8Array;
  /** HMAC-SHA-256 with a key of its own for each purpose, of the newest secret. 32 bytes. */
  hmac(purpose: string, data: Uint8Array | string): Uint8Array;
  /** The same for every secret, newest first, to check what an older one made. */
  hmacAll(purpose: string, data: Uint8Array | string): Uint8Array[];
}

export class SealError extends Error {
  constructor(readonly reason: "malformed" | "unknown_secret" | "altered") {
    super(`cannot open a sealed value: ${reason}`);
    this.name = "SealError";
  }
}

interface Secret {
  /** Four bytes of a hash of the secret: finds it, and tells nothing about it. */
  id: Buffer;
  bytes: Uint8Array;
  derived: Map<string, Buffer>;
}

const version = 1;
const idBytes = 4;
const nonceBytes = 12;
const tagBytes = 16;
const headerBytes = 1 + idBytes + nonceBytes;
/** Purposes are words of the code, a few dozen; a bound all the same. */
const derivedMax = 256;

/**
 * AES-256-GCM and HMAC-SHA-256 with keys derived by HKDF-SHA-256 (RFC 5869), one per purpose, so that no key serves
 * two ends. A sealed value is version (1 byte), secret id (4), nonce (12), ciphertext, tag (16).
 *
 * @param secrets newest first, each at least 32 bytes.
 */
export function createKeys(secrets: Uint8Array[]): Keys {
  if (secrets.length === 0 || secrets.some((one) => one.length < 32)) {
    throw new Error("SECRET_KEYS: at least one secret of at least 32 bytes is needed");
  }
  const all = secrets.map((bytes): Secret => ({
    id: createHash("sha256").update("flow-shield secret id\0").update(bytes).digest().subarray(0, idBytes),
    bytes,
    derived: new Map(),
  }));
  return {
    seal: (plain, context) => seal(all[0], plain, context),
    open: (sealed, context) => open(all, sealed, context),
    hmac: (purpose, data) => hmac(all[0], purpose, data),
    hmacAll: (purpose, data) => all.map((secret) => hmac(secret, purpose, data)),
  };
}

function derive(secret: Secret, purpose: string): Buffer {
  const known = secret.derived.get(purpose);
  if (known) return known;
  const key = Buffer.from(hkdfSync("sha256", secret.bytes, "flow-shield", purpose, 32));
  if (secret.derived.size >= derivedMax) secret.derived.clear();
  secret.derived.set(purpose, key);
  return key;
}

function hmac(secret: Secret, purpose: string, data: Uint8Array | string): Uint8Array {
  return new Uint8Array(createHmac("sha256", derive(secret, `hmac ${purpose}`)).update(data).digest());
}

function seal(secret: Secret, plain: Uint8Array, context: string): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const header = Buffer.concat([Buffer.from([version]), secret.id, nonce]);
  const cipher = createCipheriv("aes-256-gcm", derive(secret, "seal"), nonce);
  cipher.setAAD(Buffer.concat([header, Buffer.from(context)]));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return new Uint8Array(Buffer.concat([header, body, cipher.getAuthTag()]));
}

function open(secrets: Secret[], sealed: Uint8Array, context: string): Uint8Array {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < headerBytes + tagBytes || bytes[0] !== version) throw new SealError("malformed");
  const header = bytes.subarray(0, headerBytes);
  const secret = secrets.find((one) => one.id.equals(header.subarray(1, 1 + idBytes)));
  if (!secret) throw new SealError("unknown_secret");
  const cipher = createDecipheriv("aes-256-gcm", derive(secret, "seal"), header.subarray(1 + idBytes), {
    authTagLength: tagBytes,
  });
  cipher.setAAD(Buffer.concat([header, Buffer.from(context)]));
  cipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
  try {
    const body = bytes.subarray(headerBytes, bytes.length - tagBytes);
    return new Uint8Array(Buffer.concat([cipher.update(body), cipher.final()]));
  } catch {
    throw new SealError("altered");
  }
}
