/** Owns the table `totp`: the secrets of authenticator apps, sealed, and which of their codes are used. */
import type { Sql } from "../../core/db/postgres.ts";
import type { Keys } from "../../core/keys/keys.ts";
import { matchingStep, newSecret } from "./totp.ts";

const contextOf = (authenticator_id: string) => `totp/${authenticator_id}`;

interface Row {
  authenticator_id: string;
  secret_sealed: Uint8Array;
  /** A bigint; steps are small enough for a number. */
  last_step: string;
}

/** Answers the secret of an authenticator that was just made. */
export async function insertTotp(tx: Sql, keys: Keys, authenticator_id: string): Promise<Uint8Array> {
  const secret = newSecret();
  await tx`insert into totp (authenticator_id, secret_sealed)
           values (${authenticator_id}, ${keys.seal(secret, contextOf(authenticator_id))})`;
  return secret;
}

/** @throws SealError when its secret key is gone from SECRET_KEYS */
export async function secretOf(sql: Sql, keys: Keys, authenticator_id: string): Promise<Uint8Array | null> {
  const [row] = await sql<Row[]>`select * from totp where authenticator_id = ${authenticator_id}`;
  return row ? keys.open(row.secret_sealed, contextOf(authenticator_id)) : null;
}

/**
 * Claims the time step that a code is right for, once. Answers whose it was; null when it is right for none of them, or
 * was used before. What it opens is sealed anew, so that secret keys can be retired.
 *
 * @param digits six of them
 * @throws SealError when a secret key is gone from SECRET_KEYS
 */
export async function claimTotp(
  sql: Sql,
  keys: Keys,
  authenticator_ids: string[],
  digits: string,
  now: Date = new Date(),
): Promise<string | null> {
  if (authenticator_ids.length === 0) return null;
  const rows = await sql<Row[]>`
    select * from totp where authenticator_id = any(${authenticator_ids}::uuid[])`;
  for (const { authenticator_id, secret_sealed, last_step } of rows) {
    const context = contextOf(authenticator_id);
    const secret = keys.open(secret_sealed, context);
    const step = matchingStep(secret, digits, now, Number(last_step));
    if (step === null) continue;
    // RFC 6238 §5.2: of many who show the same code at once, one is the first.
    const claimed = await sql`
      update totp set last_step = ${step}, secret_sealed = ${keys.seal(secret, context)}
      where authenticator_id = ${authenticator_id} and last_step < ${step} returning 1`;
    if (claimed.length === 1) return authenticator_id;
  }
  return null;
}
