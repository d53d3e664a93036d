/** The code a person types in (RFC 8628 §6.1). Pure. */
import { randomInt } from "node:crypto";

/** Without vowels, so that no words come up, and without what looks alike: 20^8 are 34 bits. */
const letters = "BCDFGHJKLMNPQRSTVWXZ";
const length = 8;
const shape = new RegExp(`^[${letters}]{${length}}$`);

export function newUserCode(): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
}

/** `BCDFGHJK` → `BCDF-GHJK`. */
export const shownUserCode = (code: string) => `${code.slice(0, length / 2)}-${code.slice(length / 2)}`;

/** As it was made, whatever its case and whatever stands between the letters. Null when it is none. */
export function readUserCode(typed: string): string | null {
  if (typed.length > 64) return null;
  const code = typed.replace(/[^\p{L}\p{N}]/gu, "");
  // Some other letters become one of ours in upper case.
  return /^[A-Za-z]*$/.test(code) && shape.test(code.toUpperCase()) ? code.toUpperCase() : null;
}
