/** Owns the table `recovery_code`: ten codes of an account, each good once, for the day its other factors are lost. */
import { createHash, randomInt } from "node:crypto";
import type { Sql } from "../../core/db/postgres.ts";

const CODES = 10;
/** Crockford's: no letter looks like a digit. Sixteen of them are 80 bits, so a plain hash gives nothing away. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LETTERS = 16;

/** Such as `7K2M-9QXT-04RB-VYWD`. */
function newCode(): string {
  const letters = Array.from({ length: LETTERS }, () => alphabet[randomInt(alphabet.length)]).join("");
  return letters.replaceAll(/.{4}(?=.)/g, "$&-");
}

/** What somebody typed: capitals, spaces and dashes do not matter, nor O for 0. Null when it cannot be a code. */
export function readRecoveryCode(typed: string): string | null {
  const letters = typed.normalize("NFKC").toUpperCase().replaceAll(/[\s\u2010-\u2015\u2212_-]/g, "")
    .replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  return /^[0-9A-HJKMNP-TV-Z]{16}$/.test(letters) ? letters : null;
}

/** The same code of two accounts has two hashes, so each has to be guessed by itself. */
function hashCode(account_id: string, letters: string): Uint8Array {
  return createHash("sha256").update(`recovery_code\0${account_id}\0${letters}`).digest();
}

/** Ten new ones in place of all there are; they are seen here and never again. The caller holds the account. */
export async function makeRecoveryCodes(tx: Sql, account_id: string): Promise<string[]> {
  const codes = new Set<string>();
  while (codes.size < CODES) codes.add(newCode());
  await forgetRecoveryCodes(tx, account_id);
  await tx`insert into recovery_code ${
    tx([...codes].map((code) => ({ account_id, code_hash: hashCode(account_id, readRecoveryCode(code)!) })))
  }`;
  return [...codes];
}

/** Claims a code, once. False when it is none of the account's, or was used. */
export async function claimRecoveryCode(sql: Sql, account_id: string, letters: string): Promise<boolean> {
  const rows = await sql`
    update recovery_code set used_at = now()
    where account_id = ${account_id} and code_hash = ${hashCode(account_id, letters)} and used_at is null
    returning 1`;
  return rows.length === 1;
}

export interface CodesLeft {
  remaining: number;
  total: number;
  /** When they were made; null when there are none. */
  created_at: Date | null;
}

export async function countLeft(sql: Sql, account_id: string): Promise<CodesLeft> {
  const [row] = await sql<CodesLeft[]>`
    select (count(*) filter (where used_at is null))::int as remaining, count(*)::int as total,
      min(created_at) as created_at
    from recovery_code where account_id = ${account_id}`;
  return row;
}

/** Without a factor that they stand for they are worth nothing, and must not become so later. */
export async function forgetRecoveryCodes(tx: Sql, account_id: string): Promise<void> {
  await tx`delete from recovery_code where account_id = ${account_id}`;
}
