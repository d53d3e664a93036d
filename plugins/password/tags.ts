/** Keyed marks by which equal things are seen to be equal, and nothing else is. */
import { Buffer } from "node:buffer";
import type { Keys } from "../../core/keys/keys.ts";

const bytes = (hash: Uint8Array, length: number) =>
  Buffer.from(hash.subarray(0, length)).toString("base64url");

/** Of what was typed as a name: 64 bits, so that two of a million names hardly ever share one. */
export const identifierTag = (
  keys: Pick<Keys, "hmac">,
  email_key: string,
): string => bytes(keys.hmac("identifier_tag", email_key), 8);

/**
 * Of a password: 24 bits, few enough that thousands of likely passwords share one, so that a stolen table and its key
 * still do not say which it is.
 */
export const passwordTag = (
  keys: Pick<Keys, "hmac">,
  password: string,
): string => bytes(keys.hmac("password_tag", password), 3);
