/** What a link to leave carries: sealed, so that it works without signing in, and for whoever holds the mail only. */
import { Buffer } from "node:buffer";
import type { Keys } from "../../../core/keys/keys.ts";
import { SealError } from "../../../core/keys/keys.ts";
import { addressTags } from "../suppression.ts";

export interface Leaver {
  /** Of the address the mail went to; see `addressTags`. */
  address_tag: Uint8Array;
  mail_id: string;
}

const context = "email.unsubscribe";
const [tagBytes, idBytes] = [32, 16];
/** Longer ones are refused before they are read. */
export const tokenLengthMax = 200;

/**
 * It does not expire: whoever finds the mail in a year may still leave. Null: `address` is none that mail goes to.
 *
 * @returns base64url, 108 characters
 */
export function makeToken(
  keys: Keys,
  { address, mail_id }: { address: string; mail_id: string },
): string | null {
  const tag = addressTags(keys, address)?.[0];
  if (!tag) return null;
  const id = Buffer.from(mail_id.replaceAll("-", ""), "hex");
  return Buffer.from(keys.seal(Buffer.concat([tag, id]), context)).toString("base64url");
}

/** Null for anything that is not such a token, whole. */
export function readToken(keys: Pick<Keys, "open">, token: string): Leaver | null {
  if (!/^[\w-]+$/.test(token)) return null;
  try {
    const plain = Buffer.from(keys.open(Buffer.from(token, "base64url"), context));
    if (plain.length !== tagBytes + idBytes) return null;
    const hex = plain.subarray(tagBytes).toString("hex");
    return {
      address_tag: plain.subarray(0, tagBytes),
      mail_id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
    };
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}
