/** Owns the table `authenticator`: what accounts prove themselves with beside a password. */
import type { Sql } from "../../core/db/postgres.ts";

export type AuthenticatorType = "totp" | "passkey" | "email_code";

export interface Authenticator {
  authenticator_id: string;
  account_id: string;
  type: AuthenticatorType;
  /** What its owner calls it: 1 to 60 characters. */
  name: string;
  created_at: Date;
  /** Null until it was shown once: then it counts. */
  confirmed_at: Date | null;
  last_used_at: Date | null;
}

const columns = [
  "authenticator_id",
  "account_id",
  "type",
  "name",
  "created_at",
  "confirmed_at",
  "last_used_at",
];

/** Of one account, so that no list grows without end. */
export const authenticatorsMax = 20;
/** Begun and not confirmed: the newest of an account stay. */
const unconfirmedMax = 5;

/** Those that count, the oldest first. */
export async function listAuthenticators(sql: Sql, account_id: string): Promise<Authenticator[]> {
  return await sql<Authenticator[]>`
    select ${sql(columns)} from authenticator
    where account_id = ${account_id} and confirmed_at is not null
    order by created_at, authenticator_id limit ${authenticatorsMax + unconfirmedMax}`;
}

/**
 * Whoever calls it holds the account (`lockById`), where a confirmed one must not come twice or exceed
 * `authenticatorsMax`.
 *
 * @param authenticator_id of its own making unless given
 */
export async function insertAuthenticator(
  tx: Sql,
  added: Pick<Authenticator, "account_id" | "type" | "name"> & {
    confirmed: boolean;
    authenticator_id?: string;
  },
): Promise<Authenticator> {
  const { account_id, type, name, confirmed, authenticator_id = crypto.randomUUID() } = added;
  if (!confirmed) await dropUnconfirmed(tx, account_id);
  const [row] = await tx<Authenticator[]>`
    insert into authenticator (authenticator_id, account_id, type, name, confirmed_at, last_used_at)
    values (${authenticator_id}, ${account_id}, ${type}, ${name},
            ${confirmed ? tx`now()` : null}, ${confirmed && type !== "email_code" ? tx`now()` : null})
    returning ${tx(columns)}`;
  return row;
}

/** Makes room for one more that is not confirmed yet. */
async function dropUnconfirmed(tx: Sql, account_id: string): Promise<void> {
  await tx`
    delete from authenticator where authenticator_id in (
      select authenticator_id from authenticator
      where account_id = ${account_id} and confirmed_at is null
      order by created_at desc, authenticator_id offset ${unconfirmedMax - 1} limit 100)`;
}

/** One of the account's, confirmed or not. */
export async function findAuthenticator(
  sql: Sql,
  account_id: string,
  authenticator_id: string,
): Promise<Authenticator | null> {
  const [row] = await sql<Authenticator[]>`
    select ${sql(columns)} from authenticator
    where authenticator_id = ${authenticator_id} and account_id = ${account_id}`;
  return row ?? null;
}

/** It was shown for the first time: from now on it counts. Null unless it waited for that. */
export async function confirmAuthenticator(
  tx: Sql,
  account_id: string,
  authenticator_id: string,
): Promise<Authenticator | null> {
  const [row] = await tx<Authenticator[]>`
    update authenticator set confirmed_at = now(), last_used_at = now()
    where authenticator_id = ${authenticator_id} and account_id = ${account_id} and confirmed_at is null
    returning ${tx(columns)}`;
  return row ?? null;
}

/** Takes away one of an account's, or all that it has, confirmed or not; answers those that counted. */
export async function removeAuthenticators(
  tx: Sql,
  account_id: string,
  which: { authenticator_id?: string } = {},
): Promise<Authenticator[]> {
  const rows = await tx<Authenticator[]>`
    delete from authenticator where account_id = ${account_id}
      ${which.authenticator_id ? tx`and authenticator_id = ${which.authenticator_id}` : tx``}
    returning ${tx(columns)}`;
  return rows.filter(({ confirmed_at }) => confirmed_at !== null);
}

/** Null when the account has no such one that counts. */
export async function renameAuthenticator(
  sql: Sql,
  account_id: string,
  authenticator_id: string,
  name: string,
): Promise<Authenticator | null> {
  const [row] = await sql<Authenticator[]>`
    update authenticator set name = ${name}
    where authenticator_id = ${authenticator_id} and account_id = ${account_id} and confirmed_at is not null
    returning ${sql(columns)}`;
  return row ?? null;
}

/** It was shown just now. */
export async function touchAuthenticator(sql: Sql, authenticator_id: string): Promise<void> {
  await sql`update authenticator set last_used_at = now() where authenticator_id = ${authenticator_id}`;
}

/** How many factors of an account are something held: not a mailbox, which more than its owner may read. */
export async function strongCount(sql: Sql, account_id: string): Promise<number> {
  return (await factorsOf(sql, account_id)).strong;
}

/** What gates go by. `email_code`: switched on, whether or not something stronger is there. */
export async function factorsOf(
  sql: Sql,
  account_id: string,
): Promise<{ strong: number; email_code: boolean }> {
  const [row] = await sql<{ strong: number; email_code: boolean }[]>`
    select (count(*) filter (where type <> 'email_code'))::int as strong,
      coalesce(bool_or(type = 'email_code'), false) as email_code
    from authenticator where account_id = ${account_id} and confirmed_at is not null`;
  return row;
}

/** Takes away what was begun and never shown, in small batches. */
export async function sweepUnconfirmed(sql: Sql): Promise<number> {
  const rows = await sql`
    delete from authenticator where authenticator_id in (
      select authenticator_id from authenticator
      where confirmed_at is null and created_at < now() - interval '1 hour' limit 1000)`;
  return rows.count;
}
