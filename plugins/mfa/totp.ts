/** Rules of time-based codes (RFC 6238): SHA-1, six digits, thirty seconds, which is what every app understands. */
import { Buffer } from "node:buffer";
import { randomBytes, timingSafeEqual } from "node:crypto";
import { HOTP, Secret, TOTP } from "otpauth";

export const STEP_SECONDS = 30;
const DIGITS = 6;
// RFC 4226 §4 R6: the length of a secret is 160 bits at best.
const SECRET_BYTES = 20;
// RFC 6238 §5.2: at most one step is allowed for the way and for clocks that differ.
const STEPS_AROUND = 1;

export const newSecret = (): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(SECRET_BYTES));

const secretOf = (bytes: Uint8Array) => new Secret({ buffer: Uint8Array.from(bytes).buffer });

/** As people type it: base32 (RFC 4648 §6). */
export const toBase32 = (secret: Uint8Array): string => secretOf(secret).base32;

/**
 * What a QR code carries.
 *
 * @param issuer shown by the app beside the code
 * @param label whose it is: an address
 */
export function otpauthUri(
  { secret, issuer, label }: { secret: Uint8Array; issuer: string; label: string },
): string {
  // A colon parts issuer and label, for apps that take the encoded one for it, too.
  const plain = issuer.replaceAll(":", " ");
  return new TOTP({
    issuer: plain,
    label,
    secret: secretOf(secret),
    algorithm: "SHA1",
    digits: DIGITS,
    period: STEP_SECONDS,
  }).toString();
}

/** What somebody typed: spaces and dashes do not matter. Null when it is not six digits. */
export function readDigits(typed: string): string | null {
  const digits = typed.normalize("NFKC").replaceAll(/[\s\u2010-\u2015\u2212-]/g, "");
  return /^[0-9]{6}$/.test(digits) ? digits : null;
}

export const stepAt = (now: Date): number => Math.floor(now.getTime() / 1000 / STEP_SECONDS);

/**
 * The newest time step around now that a code is right for; null when there is none, or it is used.
 *
 * @param digits six of them
 * @param last_step the newest that was accepted before: it and all before it are used
 */
export function matchingStep(
  secret: Uint8Array,
  digits: string,
  now: Date,
  last_step: number,
): number | null {
  const hmac_key = secretOf(secret);
  const shown = Buffer.from(digits);
  const present = stepAt(now);
  let found: number | null = null;
  // All are computed, whichever matches: the time says nothing.
  for (let counter = present - STEPS_AROUND; counter <= present + STEPS_AROUND; counter++) {
    const right = Buffer.from(
      HOTP.generate({ secret: hmac_key, counter, digits: DIGITS, algorithm: "SHA1" }),
    );
    const equal = right.length === shown.length && timingSafeEqual(right, shown);
    // RFC 6238 §5.2: the verifier MUST NOT accept the second attempt of the OTP.
    if (equal && counter > last_step) found = counter;
  }
  return found;
}
