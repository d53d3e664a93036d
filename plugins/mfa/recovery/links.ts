/**
 * Tokens of links, derived from what they are about: whoever has one was sent it, or has SECRET_KEYS. They live as long as
 * what they are about is open.
 */
import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import type { Keys } from "../../../core/keys/keys.ts";

export type LinkPurpose = "recovery_confirm" | "recovery_cancel" | "not_me";

const macOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");

/** @param id a UUID */
export const linkToken = (keys: Pick<Keys, "hmac">, purpose: LinkPurpose, id: string): string =>
  `${id}.${macOf(keys.hmac(`link/${purpose}`, id))}`;

/** The id that a token is about; null when it was not made by us for this purpose. */
export function readLinkToken(
  keys: Pick<Keys, "hmacAll">,
  purpose: LinkPurpose,
  token: string,
): string | null {
  const match = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([A-Za-z0-9_-]{43})$/.exec(token);
  if (!match) return null;
  const [, id, mac] = match;
  const shown = Buffer.from(mac);
  const right = keys.hmacAll(`link/${purpose}`, id).some((one) =>
    timingSafeEqual(Buffer.from(macOf(one)), shown)
  );
  return right ? id : null;
}
