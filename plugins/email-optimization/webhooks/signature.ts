/** What every webhook's check shares. A request that cannot show who sent it is refused before its body is looked at. */
import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import type { HeaderFields } from "../../../core/http/header_fields.ts";
import { Problem } from "../../../core/http/problem.ts";

/** A request as it came. */
export interface Signed {
  raw: Uint8Array;
  headers: Pick<HeaderFields, "get">;
  now_ms: number;
}

/**
 * One answer for every reason, so that nobody learns how near a guess came.
 *
 * @param cause for whoever sets a webhook up
 * @param challenge RFC 9110 §11.6.1: a 401 MUST say how one could show who one is
 */
export const badSignature = (cause: string, challenge = "Webhook") =>
  new Problem(401, "webhook_signature_invalid", "The signature is missing, wrong or too old.", {
    cause,
    headers: { "www-authenticate": challenge },
  });

/** In one time, whatever the lengths. */
export function sameSecret(given: string | Uint8Array, expected: string | Uint8Array): boolean {
  const digest = (of: string | Uint8Array) => createHash("sha256").update(of).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

const ahead_ms = 5 * 60_000;

/** @param seconds_back how long after it was signed a request may still come */
export function isFresh(signed_ms: number, now_ms: number, seconds_back: number): boolean {
  const age = now_ms - signed_ms;
  return Number.isFinite(age) && age <= seconds_back * 1000 && age >= -ahead_ms;
}

/** Seconds since 1970 in decimal, as milliseconds; NaN for anything else. */
export const unixMilliseconds = (text: string | null): number =>
  text !== null && /^\d{9,11}$/.test(text) ? Number(text) * 1000 : NaN;

/** Services send what was not taken again for about a day, some with the first attempt's time. */
export const retrySeconds = 26 * 3600;

export const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
