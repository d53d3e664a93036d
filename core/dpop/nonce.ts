/** Nonces that servers hand out for proofs (RFC 9449 §8): computed, not stored, so that every replica knows them. */
import { Buffer } from "node:buffer";
import type { Keys } from "../keys/keys.ts";

/** A nonce is good in its own window and the next: for two and a half to five minutes. */
export const nonceWindowSeconds = 150;

export interface Nonces {
  /** The one to hand out now. */
  current(): string;
  /** True while it is fresh, whichever replica handed it out and under whichever of SECRET_KEYS. */
  fresh(nonce: string): boolean;
}

/** @param now milliseconds */
export function createNonces(keys: Keys, now: () => number): Nonces {
  let cached: { window: number; newest: string; accepted: Set<string> } | null = null;

  const inWindow = (window: number) =>
    keys.hmacAll("dpop_nonce", String(window)).map((mac) =>
      Buffer.from(mac).subarray(0, 18).toString("base64url")
    );

  function known() {
    const window = Math.floor(now() / 1000 / nonceWindowSeconds);
    if (cached?.window !== window) {
      const [newest] = inWindow(window);
      // The next one too: another replica's clock may be a little ahead of ours.
      const accepted = new Set([window - 1, window, window + 1].flatMap(inWindow));
      cached = { window, newest, accepted };
    }
    return cached;
  }

  return { current: () => known().newest, fresh: (nonce) => known().accepted.has(nonce) };
}
