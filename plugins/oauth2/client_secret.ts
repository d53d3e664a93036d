/** Checks what a client says its secret is, opened once for as long as it is the same. */
import { Buffer } from "node:buffer";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Keys } from "../../core/keys/keys.ts";
import { type Client, openSecret } from "./client.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest();

/** Compared with where there is no secret, so that it takes the same time. */
const nobody = sha256("nobody");
const openedMax = 5000;
/** Hashes by the sealed bytes: a new secret has new ones, wherever it was changed. */
const opened = new WeakMap<Keys, Map<string, Buffer>>();

/**
 * False also for a client without a secret, or whose secret has expired (RFC 7591 §3.2.1). Takes as long for an unknown
 * client (null) as for a wrong secret.
 */
export function secretHolds(keys: Keys, client: Client | null, given: string): boolean {
  const expected = client && secretHash(keys, client);
  const same = timingSafeEqual(sha256(given), expected ?? nobody);
  return same && expected !== null;
}

function secretHash(keys: Keys, client: Client): Buffer | null {
  const { client_secret_sealed: sealed, client_secret_expires_at: end } = client;
  if (!sealed || end && end.getTime() <= Date.now()) return null;
  const known = opened.get(keys) ?? new Map<string, Buffer>();
  opened.set(keys, known);
  const id = `${client.client_id}/${Buffer.from(sealed).toString("latin1")}`;
  let hash = known.get(id);
  if (!hash) {
    const secret = openSecret(keys, client);
    if (secret === null) return null;
    hash = sha256(secret);
    if (known.size >= openedMax) known.delete(known.keys().next().value!);
    known.set(id, hash);
  }
  return hash;
}

/** HS256 by the client's secret (RFC 7518 §3.2). */
export function secretSigned(keys: Keys, client: Client, input: string, signature: Uint8Array): boolean {
  const secret = openSecret(keys, client);
  if (secret === null) return false;
  const expected = createHmac("sha256", secret).update(input).digest();
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}
