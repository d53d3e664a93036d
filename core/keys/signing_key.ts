/** The table of signing keys: the only file that names it. */
import { Buffer } from "node:buffer";
import type { JWK } from "jose";
import type { Pool, Sql } from "../db/postgres.ts";
import { generateSigningKey, type SigningAlgorithm } from "./jws.ts";
import type { Keys } from "./keys.ts";

export interface VerifyOptions {
  typ: string;
  audience?: string;
  /** An ID token that says who somebody was may have ended (OpenID Connect RP-Initiated Logout §4). */
  allow_expired?: boolean;
}

export interface SigningKeys {
  /** What tokens can be signed with. */
  readonly algorithms: readonly SigningAlgorithm[];
  /** Compact JWS (RFC 7515) with `alg`, `kid` and `typ`, by the current key of `alg`; JWT_ALGORITHM unless given. */
  sign(claims: Record<string, unknown>, options: { alg?: string; typ: string }): Promise<string>;
  /** The claims. Null when malformed, unknown, altered, expired, not yet valid, of another type, issuer or audience. */
  verify(token: string, options: VerifyOptions): Promise<Record<string, unknown> | null>;
  /** The public parts of the keys next, current and previous (RFC 7517 §5); a few seconds old at most. */
  jwks(): Promise<{ keys: JWK[] }>;
  /** next → current → previous, and a new next; what is previous longer than a token lives is retired. */
  rotate(alg: string): Promise<void>;
  /**
   * Rotates every algorithm whose current key has signed for so long, in the caller's transaction; safe to call at every
   * replica at once. Answers which, and when the next will be due; null when there is no key.
   */
  rotateDue(tx: Sql, after_days: number): Promise<{ rotated: string[]; next_due: Date | null }>;
  /** Every published key and since when it is what it is, for operators. */
  describe(): Promise<SigningKeyDescription[]>;
  /** Makes what is missing of an algorithm, JWT_ALGORITHM unless given: a current key and a next one. */
  ensure(alg?: string): Promise<void>;
}

export interface SigningKeyDescription {
  kid: string;
  alg: SigningAlgorithm;
  state: SigningKeyState;
  created_at: Date;
  state_changed_at: Date;
}

/** `next` is published before it signs, so that whoever caches the set knows it; `previous` only verifies. */
export type SigningKeyState = "next" | "current" | "previous";

export interface SigningKeyRow {
  kid: string;
  alg: SigningAlgorithm;
  state: SigningKeyState;
  public_jwk: JWK;
  private_jwk_sealed: Buffer;
}

/** Every key that is published, newest role first. Retired ones are history and never leave the table. */
export async function publishedKeys(sql: Sql): Promise<SigningKeyRow[]> {
  return await sql<SigningKeyRow[]>`
    select kid, alg, state, public_jwk, private_jwk_sealed from signing_key
    where state in ('next', 'current', 'previous')
    order by alg, array_position(array['next', 'current', 'previous'], state), created_at desc, kid`;
}

export async function describeKeys(sql: Sql): Promise<SigningKeyDescription[]> {
  return await sql<SigningKeyDescription[]>`
    select kid, alg, state, created_at, state_changed_at from signing_key
    where state in ('next', 'current', 'previous')
    order by alg, array_position(array['next', 'current', 'previous'], state), created_at desc, kid`;
}

/** Makes a current and a next key where there is none; whoever comes at the same time waits, and finds them. */
export async function ensureKeys(sql: Pool, keys: Keys, alg: SigningAlgorithm): Promise<void> {
  await sql.begin(async (tx) => {
    await lockAlgorithm(tx, alg);
    const rows = await tx<{ state: SigningKeyState }[]>`
      select state from signing_key where alg = ${alg} and state in ('next', 'current')`;
    for (const state of ["current", "next"] as const) {
      if (!rows.some((row) => row.state === state)) await insertKey(tx, keys, alg, state);
    }
  });
}

/** Rotates what is due, once: whoever comes at the same time waits, and finds it done. */
export async function rotateDueKeys(
  tx: Sql,
  keys: Keys,
  { after_days, token_seconds }: { after_days: number; token_seconds: number },
): Promise<{ rotated: SigningAlgorithm[]; next_due: Date | null }> {
  const due = () =>
    tx<{ alg: SigningAlgorithm; due_at: Date; is_due: boolean }[]>`
      select alg, state_changed_at + make_interval(days => ${after_days}) as due_at,
             state_changed_at + make_interval(days => ${after_days}) <= clock_timestamp() as is_due
      from signing_key where state = 'current' order by alg`;
  const rotated: SigningAlgorithm[] = [];
  for (const { alg } of (await due()).filter(({ is_due }) => is_due)) {
    await lockAlgorithm(tx, alg);
    if (!(await due()).some((one) => one.alg === alg && one.is_due)) continue;
    await rotateKeys(tx, keys, alg, token_seconds);
    rotated.push(alg);
  }
  const [next] = (await due()).toSorted((a, b) => a.due_at.getTime() - b.due_at.getTime());
  return { rotated, next_due: next?.due_at ?? null };
}

/**
 * In the caller's transaction, which holds the keys of this algorithm until it ends.
 *
 * @param token_seconds the longest life of anything these keys sign
 */
export async function rotateKeys(
  tx: Sql,
  keys: Keys,
  alg: SigningAlgorithm,
  token_seconds: number,
): Promise<void> {
  await lockAlgorithm(tx, alg);
  // Two rotations in one hour must not end tokens that were signed in it: such a key stays a while.
  await tx`
    update signing_key set state = 'retired', state_changed_at = now(), private_jwk_sealed = ''
    where alg = ${alg} and state = 'previous'
      and state_changed_at < now() - make_interval(secs => ${token_seconds})`;
  await tx`
    update signing_key set state = 'previous', state_changed_at = now()
    where alg = ${alg} and state = 'current'`;
  const promoted = await tx`
    update signing_key set state = 'current', state_changed_at = now()
    where alg = ${alg} and state = 'next' returning kid`;
  if (promoted.length === 0) await insertKey(tx, keys, alg, "current");
  await insertKey(tx, keys, alg, "next");
}

async function lockAlgorithm(tx: Sql, alg: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${`signing_key/${alg}`}, 0))`;
}

async function insertKey(tx: Sql, keys: Keys, alg: SigningAlgorithm, state: SigningKeyState): Promise<void> {
  const { kid, public_jwk, private_jwk } = await generateSigningKey(alg);
  const sealed = keys.seal(Buffer.from(JSON.stringify(private_jwk)), sealContext(kid));
  await tx`
    insert into signing_key (kid, alg, state, public_jwk, private_jwk_sealed)
    values (${kid}, ${alg}, ${state}, ${tx.json(public_jwk as Record<string, string>)}, ${sealed})`;
}

/** Which row a sealed key belongs to, so that it opens in no other. */
export function sealContext(kid: string): string {
  return `signing_key.private_jwk/${kid}`;
}
