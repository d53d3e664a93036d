/** Owns the tables `passkey` and `webauthn_user`: public keys, and what accounts are called towards authenticators. */
import { randomBytes } from "node:crypto";
import type { Sql } from "../../../core/db/postgres.ts";

export interface Passkey {
  authenticator_id: string;
  account_id: string;
  credential_id: Uint8Array;
  /** COSE_Key (RFC 9052 §7). */
  public_key: Uint8Array;
  sign_count: number;
  transports: string[];
  aaguid: string;
  backup_eligible: boolean;
  backup_state: boolean;
}

export type NewPasskey = Omit<Passkey, "account_id">;

const columns = [
  "p.authenticator_id",
  "a.account_id",
  "p.credential_id",
  "p.public_key",
  "p.sign_count::float8 as sign_count",
  "p.transports",
  "p.aaguid",
  "p.backup_eligible",
  "p.backup_state",
].join(", ");

/** False when the credential is registered already, whosever it is. */
export async function insertPasskey(tx: Sql, passkey: NewPasskey): Promise<boolean> {
  const rows = await tx`
    insert into passkey ${tx({ ...passkey })} on conflict (credential_id) do nothing returning 1`;
  return rows.length === 1;
}

export async function findPasskey(sql: Sql, credential_id: Uint8Array): Promise<Passkey | null> {
  const [row] = await sql<Passkey[]>`
    select ${sql.unsafe(columns)} from passkey p join authenticator a using (authenticator_id)
    where p.credential_id = ${credential_id} and a.confirmed_at is not null`;
  return row ?? null;
}

/** At most as many as an account may have factors. */
export async function listPasskeys(sql: Sql, account_id: string): Promise<Passkey[]> {
  return await sql<Passkey[]>`
    select ${sql.unsafe(columns)} from passkey p join authenticator a using (authenticator_id)
    where a.account_id = ${account_id} and a.confirmed_at is not null
    order by a.created_at limit 100`;
}

/**
 * Notes the count of an assertion, if it is above the last; authenticators that do not count stay at 0 (Web
 * Authentication Level 3 §7.2 step 22). False: it is not, as when a key was copied; of two at once one gets true.
 */
export async function countUse(
  sql: Sql,
  { authenticator_id, sign_count, backup_state }: Pick<
    Passkey,
    "authenticator_id" | "sign_count" | "backup_state"
  >,
): Promise<boolean> {
  const rows = await sql`
    with counted as (
      update passkey set sign_count = ${sign_count}, backup_state = ${backup_state}
      where authenticator_id = ${authenticator_id}
        and (sign_count < ${sign_count} or sign_count = 0 and ${sign_count}::bigint = 0)
      returning authenticator_id
    ) update authenticator a set last_used_at = now() from counted
      where a.authenticator_id = counted.authenticator_id returning 1`;
  return rows.length === 1;
}

const HANDLE_BYTES = 32;

/** What the account is called towards authenticators, made the first time: says nothing about whose it is (§14.6.1). */
export async function userHandleOf(tx: Sql, account_id: string): Promise<Uint8Array> {
  const [row] = await tx<{ user_handle: Uint8Array }[]>`
    insert into webauthn_user (account_id, user_handle) values (${account_id}, ${randomBytes(HANDLE_BYTES)})
    on conflict (account_id) do update set account_id = excluded.account_id
    returning user_handle`;
  return row.user_handle;
}
