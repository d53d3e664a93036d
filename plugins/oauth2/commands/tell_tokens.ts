/** What a token endpoint answered, for people: taken apart, checked, and with times in words. */
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from "jose";
import { formatsFor } from "../../../core/i18n/format.ts";

type Say = (line: string) => void;

const { duration } = formatsFor("en-GB");
const timeClaims = new Set(["exp", "iat", "nbf", "auth_time"]);

export const pretty = (value: unknown, indent = "    "): string =>
  JSON.stringify(value, null, 2).split("\n").map((line) => indent + line).join("\n");

/** `in 30 minutes`, `2 minutes ago`. */
export function inWords(at_seconds: number, now = Date.now()): string {
  const seconds = Math.round(at_seconds - now / 1000);
  if (Math.abs(seconds) < 1) return "now";
  return seconds > 0 ? `in ${duration(seconds)}` : `${duration(-seconds)} ago`;
}

/** Every member as it came, then each token taken apart. */
export async function tellAnswer(
  say: Say,
  answer: Record<string, unknown>,
  jwks: JSONWebKeySet,
): Promise<void> {
  say(pretty(answer));
  for (const name of ["id_token", "access_token"]) {
    const token = answer[name];
    if (typeof token === "string") await tellToken(say, name, token, jwks);
  }
}

export async function tellToken(say: Say, name: string, token: string, jwks: JSONWebKeySet): Promise<void> {
  const parts = token.split(".").map(decode);
  const [header, payload] = parts;
  if (parts.length !== 3 || !header || !payload) {
    return say(`\n  ${name}: opaque; introspection tells what it is`);
  }
  say(`\n  ${name}: ${await signatureOf(token, jwks)}`);
  say(pretty(header));
  say(pretty(payload));
  for (const [claim, at] of Object.entries(payload)) {
    if (timeClaims.has(claim) && typeof at === "number") say(`    ${claim.padEnd(10)}${inWords(at)}`);
  }
}

async function signatureOf(token: string, jwks: JSONWebKeySet): Promise<string> {
  try {
    const { protectedHeader } = await compactVerify(token, createLocalJWKSet(jwks));
    return `signed ${protectedHeader.alg}, and the signature is good`;
  } catch (error) {
    return `THE SIGNATURE IS NOT GOOD: ${(error as Error).message}`;
  }
}

function decode(part: string): Record<string, unknown> | null {
  try {
    const bytes = Uint8Array.from(
      atob(part.replace(/-/g, "+").replace(/_/g, "/")),
      (one) => one.charCodeAt(0),
    );
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : null;
  } catch {
    return null;
  }
}
