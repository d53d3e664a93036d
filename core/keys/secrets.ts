/** SECRET_KEYS: what every key of ours is derived from. */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import type { CoreConfig } from "../config.ts";
import { rememberedSecret } from "../data_dir.ts";

const bytesMin = 32;

/** base64url of 32 random bytes. */
export function newSecret(): string {
  return randomBytes(bytesMin).toString("base64url");
}

/**
 * SECRET_KEYS, newest first; where none are configured, one that was generated once into `DATA_DIR/secret_keys` (mode
 * 0600). To rotate, put a new one in front and keep the old: it still opens what it sealed.
 *
 * @throws Error naming which of them is too short or not base64url, never what it is.
 */
export function loadSecrets(core: Pick<CoreConfig, "secret_keys" | "data_dir" | "production">): Uint8Array[] {
  if (core.secret_keys && core.secret_keys.length > 0) return core.secret_keys.map(decode);
  // readConfig refuses this too; a key that a container forgets at its end must not be made by another path.
  if (core.production) throw new Error("SECRET_KEYS is required in production");
  const file = join(resolve(core.data_dir), "secret_keys");
  return rememberedSecret(file, newSecret).split(/\s+/).map(decode);
}

function decode(text: string, index: number): Uint8Array {
  const bytes = Buffer.from(text, "base64url");
  const canonical = bytes.toString("base64url") === text.replace(/=+$/, "");
  if (!canonical || bytes.length < bytesMin) {
    throw new Error(`SECRET_KEYS: number ${index + 1} is not base64url of at least ${bytesMin} bytes`);
  }
  return new Uint8Array(bytes);
}
