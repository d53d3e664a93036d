/**
 * Asks a service whether a password is known from breaches, by the first five digits of its SHA-1: it answers every one
 * that begins so, and does not learn which was meant (k-anonymity, the API of Pwned Passwords).
 */
import { hash } from "node:crypto";
import { createOutgoing, type Outgoing, OutgoingError } from "../../core/net/outgoing.ts";
import type { PasswordConfig } from "./config.ts";

export type RangeResult = "found" | "clear" | "failed";

export interface RangeLookup {
  /** `failed` is as good as `clear`: people can choose a password while the service is away. Never throws. */
  ask(password: string): Promise<RangeResult>;
}

/** A range has one or two thousand lines of about 45 bytes. */
const bytesMax = 512 * 1024;

type Settings = Pick<PasswordConfig, "breach_range_url" | "breach_range_private" | "breach_range_seconds">;

/** Null while no service is configured. @param failed hears why, without anything of the password */
export function createRangeLookup(config: Settings, failed: (why: string) => void): RangeLookup | null {
  const { breach_range_url } = config;
  if (breach_range_url === null) return null;
  const outgoing = createOutgoing({
    allow_private: config.breach_range_private,
    timeout_seconds: config.breach_range_seconds,
  });
  return {
    async ask(password) {
      const sha1 = hash("sha1", password, "hex").toUpperCase();
      try {
        const suffixes = await fetchRange(outgoing, `${breach_range_url}/${sha1.slice(0, 5)}`);
        return suffixes.has(sha1.slice(5)) ? "found" : "clear";
      } catch (error) {
        // Never the error itself: somewhere in it may be the address, and in that the digits.
        failed(error instanceof OutgoingError ? error.code : "unreadable");
        return "failed";
      }
    },
  };
}

async function fetchRange(outgoing: Pick<Outgoing, "get">, url: string): Promise<Set<string>> {
  // Without padding the length of the answer would tell whoever listens which range it was.
  const headers = { "add-padding": "true" };
  const { status, text } = await outgoing.get(url, { bytes_max: bytesMax, accept: "text/plain", headers });
  if (status !== 200) throw new Error(`status ${status}`);
  const suffixes = new Set<string>();
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const match = /^([0-9A-F]{35}):(\d{1,12})\s*$/i.exec(line);
    if (!match) throw new Error("not a range");
    // Lines that pad are counted 0 times.
    if (Number(match[2]) > 0) suffixes.add(match[1].toUpperCase());
  }
  return suffixes;
}
