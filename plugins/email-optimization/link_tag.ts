/** What a mail's link carries, to tell by which mail somebody came: the mail's id, and a mark that only we can make. */
import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import type { Keys } from "../../core/keys/keys.ts";

const purpose = "mail_link";
const [idBytes, markBytes] = [16, 8];

/** 32 characters of base64url; the same for the same mail, so that each attempt sends the same message. */
export function linkTagOf(keys: Pick<Keys, "hmac">, mail_id: string): string {
  const id = Buffer.from(mail_id.replaceAll("-", ""), "hex");
  return Buffer.concat([id, keys.hmac(purpose, id).subarray(0, markBytes)]).toString("base64url");
}

/** The mail of a tag; null when it is none of ours. */
export function mailOfTag(keys: Pick<Keys, "hmacAll">, link_tag: string): string | null {
  if (!/^[\w-]{32}$/.test(link_tag)) return null;
  const bytes = Buffer.from(link_tag, "base64url");
  const [id, mark] = [bytes.subarray(0, idBytes), bytes.subarray(idBytes)];
  const ours = keys.hmacAll(purpose, id).some((one) => timingSafeEqual(one.subarray(0, markBytes), mark));
  if (!ours) return null;
  return id.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
