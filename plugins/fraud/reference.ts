/** Codes that people read out: eight letters and digits, none of which is taken for another. */
import { randomBytes } from "node:crypto";

const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ23";
/** "7K3M-Q2XD" */
export function newReference(): string {
  const letters = [...randomBytes(8)].map((byte) => alphabet[byte & 31]).join("");
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** What somebody typed, as a code; null: it is none. */
export function readReference(text: string): string | null {
  const plain = text.toUpperCase().replaceAll(/[\s-]/g, "");
  return /^[2-9A-HJKMNP-TV-Z]{8}$/.test(plain) ? `${plain.slice(0, 4)}-${plain.slice(4)}` : null;
}
