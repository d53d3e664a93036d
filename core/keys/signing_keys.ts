/** Signs tokens and checks them, with keys that live in Postgres and rotate. */
import type { JWK } from "jose";
import type { CoreConfig } from "../config.ts";
import type { Pool, Sql } from "../db/postgres.ts";
import type { Log } from "../observe/log.ts";
import {
  importPrivate,
  importPublic,
  isSigningAlgorithm,
  parseCompact,
  signatureHolds,
  type SignatureKey,
  signCompact,
  type SigningAlgorithm,
  signingAlgorithms,
  type VerificationKey,
} from "./jws.ts";
import { type Keys, SealError } from "./keys.ts";
import {
  describeKeys,
  ensureKeys,
  publishedKeys,
  rotateDueKeys,
  rotateKeys,
  sealContext,
  type SigningKeyDescription,
  type SigningKeyRow,
  type SigningKeys,
  type VerifyOptions,
} from "./signing_key.ts";

export interface SigningKeysParts {
  sql: Pool;
  core: Pick<CoreConfig, "backend_url" | "jwt_access_token_expire_minutes"> & {
    jwt_algorithm: SigningAlgorithm;
  };
  keys: Keys;
  log: Log;
  /** Milliseconds; for tests. */
  now?: () => number;
}

/** What another replica changed is seen after so long; also the least time between two looks for an unknown `kid`. */
const freshMilliseconds = 5000;
/** From this age on it is waited for. */
const staleMilliseconds = 30_000;
const unknownKidMilliseconds = 1000;
/** Clocks of ours and others differ a little: for `nbf` and `iat`. An `exp` is an end. */
const toleranceSeconds = 5;
/** ID tokens and clients' own access tokens live no longer than this, nor than ours. */
const tokenSecondsMin = 86_400;

interface Ring {
  loadedAt: number;
  jwks: JWK[];
  byKid: Map<string, VerificationKey>;
  current: Map<SigningAlgorithm, SigningKeyRow>;
}

export function createSigningKeys(parts: SigningKeysParts): SigningKeys {
  return new PostgresSigningKeys(parts);
}

class PostgresSigningKeys implements SigningKeys {
  readonly algorithms = signingAlgorithms;
  readonly #parts: SigningKeysParts;
  readonly #now: () => number;
  #ring: Ring | null = null;
  #loading: Promise<Ring> | null = null;
  #lookedAt = -Infinity;
  /** Opened once: unsealing and importing cost more than a signature. */
  readonly #opened = new Map<string, SignatureKey>();

  constructor(parts: SigningKeysParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
  }

  async sign(claims: Record<string, unknown>, options: { alg?: string; typ: string }): Promise<string> {
    const alg = algorithm(options.alg ?? this.#parts.core.jwt_algorithm);
    let row = (await this.#fresh()).current.get(alg);
    if (!row) {
      await this.ensure(alg);
      row = (await this.#fresh()).current.get(alg);
    }
    if (!row) throw new Error(`there is no current signing key for ${alg}`);
    return await signCompact(claims, this.#open(row), options.typ);
  }

  async verify(token: string, options: VerifyOptions): Promise<Record<string, unknown> | null> {
    const parsed = parseCompact(token);
    if (!parsed || !sameType(parsed.header.typ, options.typ)) return null;
    const key = await this.#keyOf(parsed.header.kid);
    if (!key || !await signatureHolds(parsed, key)) return null;
    return this.#claimsHold(parsed.payload, options) ? parsed.payload : null;
  }

  async jwks(): Promise<{ keys: JWK[] }> {
    return { keys: (await this.#fresh()).jwks };
  }

  async rotate(alg: string): Promise<void> {
    const { sql, keys, log } = this.#parts;
    await sql.begin((tx) => rotateKeys(tx, keys, algorithm(alg), this.#tokenSeconds()));
    await this.#reload();
    log.info("signing_key.rotated", { alg });
  }

  async rotateDue(tx: Sql, after_days: number): Promise<{ rotated: string[]; next_due: Date | null }> {
    const token_seconds = this.#tokenSeconds();
    const done = await rotateDueKeys(tx, this.#parts.keys, { after_days, token_seconds });
    for (const alg of done.rotated) this.#parts.log.info("signing_key.rotated", { alg });
    return done;
  }

  async describe(): Promise<SigningKeyDescription[]> {
    return await describeKeys(this.#parts.sql);
  }

  #tokenSeconds(): number {
    return Math.max(tokenSecondsMin, this.#parts.core.jwt_access_token_expire_minutes * 60) + 60;
  }

  async ensure(alg: string = this.#parts.core.jwt_algorithm): Promise<void> {
    await ensureKeys(this.#parts.sql, this.#parts.keys, algorithm(alg));
    const row = (await this.#reload()).current.get(algorithm(alg));
    // Better found out when the service starts than by the first person who signs in.
    if (row) this.#open(row);
  }

  async #keyOf(kid: string): Promise<VerificationKey | null> {
    if (kid.length > 128) return null;
    const known = (await this.#fresh()).byKid.get(kid);
    if (known) return known;
    // Another replica may have rotated just now; strangers' tokens must not make us ask for each of them.
    if (this.#now() - this.#lookedAt < unknownKidMilliseconds) return null;
    this.#lookedAt = this.#now();
    return (await this.#load().catch(() => this.#ring))?.byKid.get(kid) ?? null;
  }

  #claimsHold(claims: Record<string, unknown>, { audience, allow_expired }: VerifyOptions): boolean {
    const now = Math.floor(this.#now() / 1000);
    const { iss, aud, exp, nbf, iat } = claims;
    if (iss !== this.#parts.core.backend_url) return false;
    if (audience !== undefined && !(Array.isArray(aud) ? aud : [aud]).includes(audience)) return false;
    if (typeof exp !== "number" || !(exp > now || allow_expired)) return false;
    for (const start of [nbf, iat]) {
      if (start !== undefined && (typeof start !== "number" || !(start <= now + toleranceSeconds))) {
        return false;
      }
    }
    return true;
  }

  #open(row: SigningKeyRow): SignatureKey {
    const opened = this.#opened.get(row.kid);
    if (opened) return opened;
    try {
      const bytes = this.#parts.keys.open(row.private_jwk_sealed, sealContext(row.kid));
      const key = {
        kid: row.kid,
        alg: row.alg,
        private: importPrivate(JSON.parse(new TextDecoder().decode(bytes))),
      };
      this.#opened.set(row.kid, key);
      return key;
    } catch (cause) {
      if (!(cause instanceof SealError)) throw cause;
      throw new Error(
        "SECRET_KEYS does not open the current signing key: put the secret that sealed it back into the list, " +
          "behind the newer ones",
        { cause },
      );
    }
  }

  /**
   * The ring: looked at again in the background after a few seconds, at once after a longer rest. While Postgres is
   * away the one we have serves on.
   */
  async #fresh(): Promise<Ring> {
    const ring = this.#ring;
    if (!ring) return await this.#load();
    const age = this.#now() - ring.loadedAt;
    if (age < freshMilliseconds) return ring;
    const loading = this.#load().catch((error) => {
      this.#parts.log.warn("signing_key.load_failed", { error });
      ring.loadedAt = Math.max(ring.loadedAt, this.#now() - staleMilliseconds);
      return ring;
    });
    return age < staleMilliseconds ? ring : await loading;
  }

  #load(): Promise<Ring> {
    return this.#loading ??= this.#read().finally(() => this.#loading = null);
  }

  /** Reads what is true now: a read that began before may have missed it. */
  async #reload(): Promise<Ring> {
    await this.#loading?.catch(() => undefined);
    return await this.#load();
  }

  async #read(): Promise<Ring> {
    const rows = await publishedKeys(this.#parts.sql);
    const current = rows.filter((row) => row.state === "current");
    for (const kid of this.#opened.keys()) {
      if (!current.some((row) => row.kid === kid)) this.#opened.delete(kid);
    }
    return this.#ring = {
      loadedAt: this.#now(),
      jwks: rows.map((row) => row.public_jwk),
      byKid: new Map(rows.map((row) => [row.kid, this.#verificationKey(row)])),
      current: new Map(current.map((row) => [row.alg, row])),
    };
  }

  #verificationKey(row: SigningKeyRow): VerificationKey {
    // A key never changes, so an imported one is kept.
    return this.#ring?.byKid.get(row.kid) ??
      { kid: row.kid, alg: row.alg, public: importPublic(row.public_jwk) };
  }
}

function algorithm(alg: string): SigningAlgorithm {
  if (!isSigningAlgorithm(alg)) throw new Error(`unknown signing algorithm ${alg.slice(0, 32)}`);
  return alg;
}

/** `at+jwt` and `application/at+jwt` are one type, in any case (RFC 9068 §4, RFC 7515 §4.1.9). */
function sameType(seen: string, wanted: string): boolean {
  return seen.toLowerCase().replace(/^application\//, "") === wanted.toLowerCase();
}
