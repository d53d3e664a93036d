/** A key of DKIM as it stands in the DNS (RFC 6376 §3.6.1). */
import { Buffer } from "node:buffer";
import { createPublicKey } from "node:crypto";
import { tagList } from "./tag_list.ts";

export interface DkimRecord {
  /** Base64 of a SubjectPublicKeyInfo; "": revoked. */
  p: string;
  /** Bits of the modulus; null: not RSA. */
  bits: number | null;
  /** Receivers are asked to treat mail as unsigned while this stands there (`t=y`). */
  testing: boolean;
}

/** What to publish for a key. @param public_key base64 of its SubjectPublicKeyInfo */
export const dkimRecord = (public_key: string): string => `v=DKIM1; k=rsa; p=${public_key}`;

export const dkimName = (selector: string, domain: string): string => `${selector}._domainkey.${domain}`;

/** @returns a sentence when the record cannot be used */
export function parseDkim(text: string): DkimRecord | string {
  const tags = tagList(text);
  if (tags === null) return "it is not a list of tags";
  // RFC 6376 §3.6.1: v=, where it stands, is the first tag and DKIM1.
  if (tags.has("v") && (tags.get("v") !== "DKIM1" || [...tags.keys()][0] !== "v")) {
    return "its version is not DKIM1";
  }
  if (!tags.has("p")) return "it has no key (p=)";
  if (!["rsa", "ed25519"].includes(tags.get("k") ?? "rsa")) {
    return `its kind of key is ${tags.get("k")!.slice(0, 20)}`;
  }
  const hashes = tags.get("h")?.split(":").map((one) => one.trim());
  if (hashes && !hashes.includes("sha256")) return "it does not allow SHA-256 (h=)";
  const services = tags.get("s")?.split(":").map((one) => one.trim());
  if (services && !services.includes("*") && !services.includes("email")) return "it is not for mail (s=)";
  const p = tags.get("p")!.replace(/\s+/g, "");
  const testing = (tags.get("t") ?? "").split(":").map((one) => one.trim()).includes("y");
  if (p === "" || tags.get("k") === "ed25519") return { p, bits: null, testing };
  try {
    const key = createPublicKey({ key: Buffer.from(p, "base64"), format: "der", type: "spki" });
    return { p, bits: key.asymmetricKeyDetails?.modulusLength ?? null, testing };
  } catch {
    return "its key cannot be read";
  }
}
