/** Keys that clients sign with: registered (`jwks`), or fetched from an address of theirs (`jwks_uri`). */
import { Buffer } from "node:buffer";
import type { KeyObject } from "node:crypto";
import type { JWK } from "jose";
import { importPublic } from "../../core/keys/jws.ts";
import { type Outgoing, OutgoingError } from "../../core/net/outgoing.ts";
import type { Client } from "./client.ts";
import { type OAuth2Ctx, runtimeOf } from "./runtime.ts";

type ClientWithKeys = Pick<Client, "client_id" | "jwks" | "jwks_uri">;

export interface WantedKey {
  /** As the token says; the word of a stranger that only picks among the client's own keys. */
  kid?: string;
  alg: string;
}

/**
 * The client's key for an algorithm. A `kid` picks one; without it there must be only one that fits (OpenID Connect
 * Core §10.1). When none fits, `jwks_uri` is asked again, since keys may have been rotated (§10.1.1).
 *
 * @returns null when there is none, or more than one, or they cannot be fetched
 */
export async function clientKey(
  ctx: OAuth2Ctx,
  client: ClientWithKeys,
  wanted: WantedKey,
): Promise<KeyObject | null> {
  if (client.jwks) return pick(client.jwks.keys, wanted);
  if (!client.jwks_uri) return null;
  const fetched = fetchedBy(ctx);
  const found = pick(await fetched.keys(client), wanted);
  return found ?? pick(await fetched.keysAgain(client), wanted);
}

const kinds: Record<string, { kty: string; crv?: string }> = {
  ES256: { kty: "EC", crv: "P-256" },
  EdDSA: { kty: "OKP", crv: "Ed25519" },
  PS256: { kty: "RSA" },
  RS256: { kty: "RSA" },
};

/** A key that says what it is for is for nothing else (RFC 7517 §4.2 to §4.4). */
function fits(key: JWK, { kid, alg }: WantedKey): boolean {
  const kind = Object.hasOwn(kinds, alg) ? kinds[alg] : null;
  return kind !== null && key.kty === kind.kty && (kind.crv === undefined || key.crv === kind.crv) &&
    (key.use === undefined || key.use === "sig") && (key.alg === undefined || key.alg === alg) &&
    (key.key_ops === undefined || Array.isArray(key.key_ops) && key.key_ops.includes("verify")) &&
    (kid === undefined || key.kid === kid);
}

function pick(keys: JWK[], wanted: WantedKey): KeyObject | null {
  const fitting = keys.filter((key) => fits(key, wanted));
  return fitting.length === 1 ? open(fitting[0]) : null;
}

const opened = new WeakMap<JWK, KeyObject | "unusable">();

function open(jwk: JWK): KeyObject | null {
  let key = opened.get(jwk);
  if (!key) {
    try {
      key = saneRsa(jwk) ? importPublic(publicPart(jwk)) : "unusable";
    } catch {
      // A point that is not on its curve, and the like.
      key = "unusable";
    }
    opened.set(jwk, key);
  }
  return key === "unusable" ? null : key;
}

/** Only what makes it a public key: a private one that was published by mistake verifies all the same. */
const publicPart = ({ kty, crv, x, y, n, e }: JWK): JWK =>
  JSON.parse(JSON.stringify({ kty, crv, x, y, n, e }));

/** RFC 7518 §3.3, and no larger than what we can check in good time. */
function saneRsa({ kty, n, e }: JWK): boolean {
  if (kty !== "RSA") return true;
  if (typeof n !== "string" || typeof e !== "string") return false;
  const bits = Buffer.from(n, "base64url").length * 8;
  return bits >= 2048 && bits <= 8192 && Buffer.from(e, "base64url").length <= 4;
}

const bytesMax = 65_536;
const keysMax = 100;
const setsMax = 1000;
const freshMilliseconds = 300_000;
/** While an address does not answer, its keys serve on for so long, and no longer: one of them may be revoked. */
const staleMilliseconds = 3_600_000;
/**
 * So many looks in so long: a client that has just changed its keys is known at once, and strangers' tokens with a made-up
 * `kid` must not make us ask for each of them.
 */
const looksMax = 3;
const looksMilliseconds = 15_000;

interface KeySet {
  keys: JWK[];
  /** When they came; -Infinity: never. */
  at: number;
  /** When the last ones were asked for, at most `looksMax`. */
  looks: number[];
  loading: Promise<void> | null;
}

export interface FetchedKeys {
  keys(client: ClientWithKeys): Promise<JWK[]>;
  /** Asks once more, unless that was done a few times within seconds. */
  keysAgain(client: ClientWithKeys): Promise<JWK[]>;
}

/** @param failed told of each look that led to nothing */
export function createFetchedKeys(
  outgoing: Pick<Outgoing, "get">,
  failed: (client_id: string, error: unknown) => void,
  now: () => number = Date.now,
): FetchedKeys {
  const sets = new Map<string, KeySet>();

  function setOf({ client_id, jwks_uri }: ClientWithKeys): KeySet {
    // One client's look must not use up another's that names the same address.
    const id = JSON.stringify([client_id, jwks_uri]);
    const set = sets.get(id) ?? { keys: [], at: -Infinity, looks: [], loading: null };
    sets.delete(id);
    if (sets.size >= setsMax) sets.delete(sets.keys().next().value!);
    sets.set(id, set);
    return set;
  }

  async function load(client: ClientWithKeys, set: KeySet): Promise<void> {
    set.looks = [...set.looks, now()].slice(-looksMax);
    try {
      set.keys = await fetchKeys(outgoing, client.jwks_uri!);
      set.at = now();
    } catch (error) {
      failed(client.client_id, error);
      if (now() - set.at > staleMilliseconds) set.keys = [];
    }
  }

  async function refresh(client: ClientWithKeys, set: KeySet): Promise<JWK[]> {
    const may = set.looks.length < looksMax || now() - set.looks[0] >= looksMilliseconds;
    if (set.loading || may) {
      await (set.loading ??= load(client, set).finally(() => set.loading = null));
    }
    return set.keys;
  }

  return {
    async keys(client) {
      const set = setOf(client);
      return now() - set.at < freshMilliseconds ? set.keys : await refresh(client, set);
    },
    keysAgain: (client) => refresh(client, setOf(client)),
  };
}

/** @throws OutgoingError, or Error when what came is no set of keys (RFC 7517 §5) */
async function fetchKeys(outgoing: Pick<Outgoing, "get">, url: string): Promise<JWK[]> {
  const accept = "application/jwk-set+json, application/json";
  const { status, text } = await outgoing.get(url, { bytes_max: bytesMax, accept });
  if (status !== 200) throw new Error(`the key set was answered with ${status}`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Error("the key set is no JSON");
  }
  const keys = typeof body === "object" && body !== null && (body as { keys?: unknown }).keys;
  if (!Array.isArray(keys)) throw new Error("the key set has no list of keys");
  if (keys.length > keysMax) throw new Error(`the key set has more than ${keysMax} keys`);
  return keys.filter((key) => typeof key === "object" && key !== null && !Array.isArray(key));
}

const fetchers = new WeakMap<Outgoing, FetchedKeys>();

function fetchedBy(ctx: OAuth2Ctx): FetchedKeys {
  const { outgoing } = runtimeOf(ctx);
  const known = fetchers.get(outgoing);
  if (known) return known;
  const made = createFetchedKeys(outgoing, (client_id, error) => {
    ctx.log.warn("client_keys.fetch_failed", {
      client_id,
      reason: error instanceof OutgoingError ? error.code : "malformed",
    });
  });
  fetchers.set(outgoing, made);
  return made;
}
