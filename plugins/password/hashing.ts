/**
 * From a password to its verifier and back to a yes or no. A password is NFKC → HMAC-SHA-256 with a key from the
 * key store → base64 (44 characters) → bcrypt: so 72 bytes is no limit, NUL is no trap, and a stolen table is
 * worth nothing without the key.
 *
 * A verifier is `fs1:{key_id}:{bcrypt}`. The key id finds the secret among SECRET_KEYS after a rotation, and tells
 * nothing about it.
 */
import { Buffer } from "node:buffer";
import * as nodeBcrypt from "@node-rs/bcrypt";
import type { Keys } from "../../core/keys/keys.ts";
import type { HashQueue } from "./hash_queue.ts";
import { normalise } from "./policy.ts";

export interface Checked {
  right: boolean;
  /** Right, but made with an older key or another cost: worth storing anew. */
  outdated: boolean;
  /** The secret that made it is not in SECRET_KEYS any more: nobody can sign in with it. */
  key_missing: boolean;
}

export interface Hasher {
  /** A new verifier with the newest key and a salt of its own. */
  hash(password: string, signal?: AbortSignal): Promise<string>;
  /**
   * The verifier of a registration. Its salt is a keyed hash of the address, so that the same person sending the
   * same registration again makes the same verifier, and equal registrations become one without a further
   * fingerprint being stored. Safe: salts keep two accounts with one password from sharing a verifier, and stop
   * tables made beforehand; this one is unique to the address, and unknown without the key.
   * @param like a verifier whose key and cost are used, to compare with it; default: the newest and the current
   */
  hashRegistration(
    password: string,
    email_key: string,
    like: string | null,
    signal?: AbortSignal,
  ): Promise<string>;
  /**
   * Compares. Whatever it finds, and also when there is no verifier (null: no such account), a wrong answer takes
   * the work of one hash at the current cost.
   */
  verify(password: string, verifier: string | null, signal?: AbortSignal): Promise<Checked>;
}

interface Verifier {
  key_id: string;
  bcrypt: string;
  cost: number;
}

const SHAPE = /^fs1:([0-9a-f]{8}):(\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53})$/;
const SALT_BYTES = 16;

/** The parts of a stored verifier; null when it is not one of ours. */
export function parseVerifier(text: string): Verifier | null {
  const found = SHAPE.exec(text);
  return found && { key_id: found[1], bcrypt: found[2], cost: Number(found[3]) };
}

/** The slow function, run in the library's own threads. */
export type Bcrypt = Pick<typeof nodeBcrypt, "hash" | "verify">;

export function createHasher(
  { keys, queue, cost, bcrypt = nodeBcrypt }: { keys: Keys; queue: HashQueue; cost: number; bcrypt?: Bcrypt },
): Hasher {
  const keyIds = () =>
    keys.hmacAll("password_pepper_id", "").map((mac) => Buffer.from(mac).toString("hex", 0, 4));
  const pepper = (password: string) =>
    keys.hmacAll("password_pepper", normalise(password)).map((mac) => Buffer.from(mac).toString("base64"));
  const registrationSalts = (email_key: string) =>
    keys.hmacAll("registration_salt", email_key).map((mac) => mac.slice(0, SALT_BYTES));

  async function work(
    password: string,
    at: { key: number; cost: number; salt: Uint8Array },
  ): Promise<string> {
    const made = await bcrypt.hash(pepper(password)[at.key], at.cost, at.salt);
    return `fs1:${keyIds()[at.key]}:${made}`;
  }

  /** Work whose result nobody needs: it takes the time that the other answer takes. */
  const spend = (at_cost: number) => bcrypt.hash("", at_cost, new Uint8Array(SALT_BYTES));

  async function compare(password: string, verifier: string | null): Promise<Checked> {
    const parsed = verifier === null ? null : parseVerifier(verifier);
    const key = parsed ? keyIds().indexOf(parsed.key_id) : -1;
    if (!parsed || key < 0) {
      await spend(cost);
      return { right: false, outdated: false, key_missing: parsed !== null };
    }
    if (await bcrypt.verify(pepper(password)[key], parsed.bcrypt)) {
      return { right: true, outdated: key > 0 || parsed.cost !== cost, key_missing: false };
    }
    // 2^c + (2^c + 2^(c+1) + … + 2^(cost-1)) = 2^cost: an old, cheaper verifier is not told from a new one.
    for (let extra = parsed.cost; extra < cost; extra++) await spend(extra);
    return { right: false, outdated: false, key_missing: false };
  }

  return {
    hash: (password, signal) => {
      const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
      return queue.run(() => work(password, { key: 0, cost, salt }), signal);
    },
    hashRegistration: (password, email_key, like, signal) => {
      const parsed = like === null ? null : parseVerifier(like);
      const key = parsed ? Math.max(0, keyIds().indexOf(parsed.key_id)) : 0;
      const salt = registrationSalts(email_key)[key];
      return queue.run(() => work(password, { key, cost: parsed?.cost ?? cost, salt }), signal);
    },
    verify: (password, verifier, signal) => queue.run(() => compare(password, verifier), signal),
  };
}
