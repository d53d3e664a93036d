/** Owns the table `account`: who somebody is here, and where mail reaches them. */
import type { EmailAddress } from "./email_address.ts";
import type { Sql } from "./db/postgres.ts";

export interface Account {
  account_id: string;
  email: string;
  email_key: string;
  email_verified_at: Date | null;
  status: "pending_verification" | "active" | "disabled";
  username: string | null;
  first_name: string | null;
  last_name: string | null;
  locale: string;
  roles: string[];
  created_at: Date;
  updated_at: Date;
}

export interface Profile {
  username?: string | null;
  first_name?: string | null;
  last_name?: string | null;
  locale?: string;
}

export type NewAccount = EmailAddress & Required<Profile>;

/** `email`: the address has an account; `similar`: one that looks the same has (UTS 39). */
export type Inserted = { account_id: string; conflict?: undefined } | {
  conflict: "email" | "similar";
  account_id: string;
};

const columns = [
  "account_id",
  "email",
  "email_key",
  "email_verified_at",
  "status",
  "username",
  "first_name",
  "last_name",
  "locale",
  "roles",
  "created_at",
  "updated_at",
];

/** Stores a pending account, or says which one stands in its way. Two at once: one is stored, one is told. */
export async function insertPending(tx: Sql, account: NewAccount): Promise<Inserted> {
  const [inserted] = await tx<{ account_id: string }[]>`
    insert into account (email, email_key, email_skeleton, username, first_name, last_name, locale)
    values (${account.email}, ${account.email_key}, ${account.email_skeleton}, ${account.username},
            ${account.first_name}, ${account.last_name}, ${account.locale})
    on conflict do nothing returning account_id`;
  if (inserted) return inserted;
  const [standing] = await tx<{ account_id: string; same: boolean }[]>`
    select account_id, email_key = ${account.email_key} as same from account
    where email_key = ${account.email_key} or email_skeleton = ${account.email_skeleton}
    order by same desc limit 1`;
  if (!standing) throw new Error("the account in the way is gone; the step is tried again");
  return { conflict: standing.same ? "email" : "similar", account_id: standing.account_id };
}

export async function findByEmailKey(sql: Sql, email_key: string): Promise<Account | null> {
  const [row] = await sql<Account[]>`select ${sql(columns)} from account where email_key = ${email_key}`;
  return row ?? null;
}

export async function findById(sql: Sql, account_id: string): Promise<Account | null> {
  const [row] = await sql<Account[]>`select ${sql(columns)} from account where account_id = ${account_id}`;
  return row ?? null;
}

/** Those that there are, in no order. */
export async function findMany(sql: Sql, account_ids: string[]): Promise<Account[]> {
  return await sql<Account[]>`
    select ${sql(columns)} from account where account_id = any(${account_ids}::uuid[])`;
}

/** The account, held until the transaction ends: whoever decides about it comes one after another. */
export async function lockById(tx: Sql, account_id: string): Promise<Account | null> {
  const [row] = await tx<Account[]>`
    select ${tx(columns)} from account where account_id = ${account_id} for no key update`;
  return row ?? null;
}

/** Opens a pending account whose address is proven. True when this call did it; a disabled one stays so. */
export async function activate(tx: Sql, account_id: string): Promise<boolean> {
  const rows = await tx`
    update account set status = 'active', email_verified_at = coalesce(email_verified_at, now()), updated_at = now()
    where account_id = ${account_id} and status = 'pending_verification' returning 1`;
  return rows.length === 1;
}

/** Another account that has this address, or one that looks the same; the same one first. */
export async function findStanding(sql: Sql, email: EmailAddress, except: string): Promise<Account | null> {
  const [row] = await sql<Account[]>`
    select ${sql(columns)} from account
    where (email_key = ${email.email_key} or email_skeleton = ${email.email_skeleton}) and account_id <> ${except}
    order by email_key = ${email.email_key} desc limit 1`;
  return row ?? null;
}

/** Moves an account to a proven address; the conflict when another account has come to hold it meanwhile. */
export async function changeEmail(
  tx: Sql,
  account_id: string,
  to: EmailAddress,
): Promise<"changed" | "email" | "similar"> {
  const standing = await findStanding(tx, to, account_id);
  if (standing) return standing.email_key === to.email_key ? "email" : "similar";
  await tx`
    update account set email = ${to.email}, email_key = ${to.email_key}, email_skeleton = ${to.email_skeleton},
      email_verified_at = now(), updated_at = now()
    where account_id = ${account_id}`;
  return "changed";
}

/** Changes the fields that are given; null empties one. */
export async function updateProfile(sql: Sql, account_id: string, profile: Profile): Promise<Account | null> {
  const given = Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== undefined));
  if (Object.keys(given).length === 0) return await findById(sql, account_id);
  const [row] = await sql<Account[]>`
    update account set ${sql(given)}, updated_at = now()
    where account_id = ${account_id} returning ${sql(columns)}`;
  return row ?? null;
}

/** Deletes an account that was never verified, which frees its address. False when it is not pending any more. */
export async function removePending(tx: Sql, account_id: string): Promise<boolean> {
  const rows = await tx`
    delete from account where account_id = ${account_id} and status = 'pending_verification' returning 1`;
  return rows.length === 1;
}

/** What policies go by, such as `operator`; empty for an account that is not there. */
export async function rolesOf(sql: Sql, account_id: string): Promise<string[]> {
  const [row] = await sql<{ roles: string[] }[]>`select roles from account where account_id = ${account_id}`;
  return row?.roles ?? [];
}

/** Whoever runs the service by its pages and its API. */
export const operatorRole = "operator";

export const isOperator = (account: Pick<Account, "roles"> | null): boolean =>
  account?.roles.includes(operatorRole) ?? false;

export const roleShape = /^[a-z][a-z0-9_-]{0,39}$/;
const rolesMax = 50;

/** Answers all its roles then; null when there is no such account, or no room for one more. */
export async function addRole(tx: Sql, account_id: string, role: string): Promise<string[] | null> {
  const [row] = await tx<{ roles: string[] }[]>`
    update account set roles = array(select distinct unnest(roles || ${[role]}::text[]) order by 1),
      proofs_version = proofs_version + 1, updated_at = now()
    where account_id = ${account_id} and (cardinality(roles) < ${rolesMax} or ${role} = any(roles))
    returning roles`;
  return row?.roles ?? null;
}

/** Answers the roles that are left; null when there is no such account. */
export async function removeRole(tx: Sql, account_id: string, role: string): Promise<string[] | null> {
  const [row] = await tx<{ roles: string[] }[]>`
    update account set roles = array_remove(roles, ${role}), updated_at = now()
    where account_id = ${account_id} returning roles`;
  return row?.roles ?? null;
}

/**
 * What a sign-in of this account has to show is another from the end of this transaction on. One that was decided before
 * and is not stored yet is decided anew.
 */
export async function proofsChanged(tx: Sql, account_id: string): Promise<void> {
  await tx`update account set proofs_version = proofs_version + 1 where account_id = ${account_id}`;
}

/** Read before a sign-in is decided; -1 when there is no such account. */
export async function proofsVersion(sql: Sql, account_id: string): Promise<number> {
  const [row] = await sql<{ proofs_version: number }[]>`
    select proofs_version from account where account_id = ${account_id}`;
  return row?.proofs_version ?? -1;
}

/** Holds it as it was, until the transaction that stores the session ends. False when it has changed since. */
export async function holdProofs(tx: Sql, account_id: string, version: number): Promise<boolean> {
  const rows = await tx`
    select 1 from account where account_id = ${account_id} and proofs_version = ${version} for share`;
  return rows.length === 1;
}
