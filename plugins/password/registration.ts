/** Owns the table `registration`: the intent "I want an account". */
import type { Account } from "../../core/account.ts";
import type { Sql } from "../../core/db/postgres.ts";
import type { EmailAddress } from "../../core/email_address.ts";

export interface NewRegistration extends EmailAddress {
  flow_id: string;
  verifier: string;
  username: string | null;
  first_name: string | null;
  last_name: string | null;
  locale: string;
  request_id: string;
}

/** One whose state is `open` has everything; a decided one has been emptied. */
export interface Registration extends NewRegistration {
  account_id: string | null;
  mail_flow_id: string | null;
  created_at: Date;
}

const columns = [
  "flow_id",
  "email",
  "email_key",
  "email_skeleton",
  "verifier",
  "username",
  "first_name",
  "last_name",
  "locale",
  "request_id",
] as const;

export type RegistrationState = "open" | "verified" | "superseded" | "expired";

/**
 * Stores an intent, or finds the open one that is equal: same address, same password. `full` when the address has
 * `open_max` others open.
 */
export async function insertOrJoin(
  tx: Sql,
  registration: NewRegistration,
  open_max: number,
): Promise<{ kind: "new" | "joined"; flow_id: string } | { kind: "full" }> {
  // Those of one address come one after another, or several at once would all find room.
  await tx`select pg_advisory_xact_lock(hashtextextended('registration/' || ${registration.email_key}, 0))`;
  const open = await tx<{ flow_id: string; verifier: string }[]>`
    select flow_id, verifier from registration where email_key = ${registration.email_key} and state = 'open'`;
  const equal = open.find((row) => row.verifier === registration.verifier);
  if (equal) return { kind: "joined", flow_id: equal.flow_id };
  if (open.length >= open_max) return { kind: "full" };
  await tx`insert into registration ${tx(registration, ...columns)}`;
  return { kind: "new", flow_id: registration.flow_id };
}

export async function findOpenRegistration(sql: Sql, flow_id: string): Promise<Registration | null> {
  const [row] = await sql<Registration[]>`
    select * from registration where flow_id = ${flow_id} and state = 'open'`;
  return row ?? null;
}

/** What an undecided one says of whoever it is for. */
export async function describeRegistration(sql: Sql, flow_id: string) {
  const [row] = await sql<
    Pick<Registration, "email" | "username" | "first_name" | "last_name" | "account_id">[]
  >`select email, username, first_name, last_name, account_id from registration
    where flow_id = ${flow_id} and state = 'open'`;
  return row ?? null;
}

export interface RegistrationStatus {
  state: RegistrationState;
  mail_flow_id: string | null;
  created_at: Date;
}

export async function registrationStatus(sql: Sql, flow_id: string): Promise<RegistrationStatus | null> {
  const [row] = await sql<RegistrationStatus[]>`
    select state, mail_flow_id, created_at from registration where flow_id = ${flow_id}`;
  return row ?? null;
}

/** The open registration of this address whose password it was, among those that wait for confirmation. */
export async function findByVerifier(sql: Sql, email_key: string, verifier: string): Promise<string | null> {
  const [row] = await sql<{ flow_id: string }[]>`
    select flow_id from registration
    where email_key = ${email_key} and verifier = ${verifier} and state = 'open'`;
  return row?.flow_id ?? null;
}

/** The newest open registration of a pending account. */
export async function newestOf(sql: Sql, account_id: string): Promise<Registration | null> {
  const [row] = await sql<Registration[]>`
    select * from registration where account_id = ${account_id} and state = 'open'
    order by created_at desc limit 1`;
  return row ?? null;
}

export async function attachAccount(tx: Sql, flow_id: string, account_id: string): Promise<void> {
  await tx`
    update registration set account_id = ${account_id}, mail_flow_id = flow_id where flow_id = ${flow_id}`;
}

/**
 * Notes whose mail tells this registration's outcome: its own when it was queued, else that of the registration
 * whose mail was sent already.
 */
export async function noteMail(tx: Sql, registration: Registration, queued: boolean): Promise<void> {
  await tx`
    update registration set mail_flow_id = case when ${queued} then flow_id else (
      select other.mail_flow_id from registration other
      where other.email_key = ${registration.email_key} and other.mail_flow_id is not null
      order by other.created_at desc limit 1) end
    where flow_id = ${registration.flow_id}`;
}

/** Decides an open registration, once, and forgets what was typed. False when it was decided before. */
export async function decide(tx: Sql, flow_id: string, state: "verified" | "expired"): Promise<boolean> {
  const rows = await tx`
    update registration set state = ${state}, ${emptied(tx)}
    where flow_id = ${flow_id} and state = 'open' returning 1`;
  return rows.length === 1;
}

/** Another registration of the account has won, or its owner reset the password. */
export async function supersedeOthers(tx: Sql, account_id: string, flow_id: string): Promise<void> {
  await tx`
    update registration set state = 'superseded', ${emptied(tx)}
    where account_id = ${account_id} and flow_id <> ${flow_id} and state = 'open'`;
}

/** Whether anybody else still waits to confirm this account. The caller holds the account. */
export async function othersWait(
  tx: Sql,
  account: Pick<Account, "account_id">,
  flow_id: string,
): Promise<boolean> {
  const rows = await tx`
    select 1 from registration
    where account_id = ${account.account_id} and flow_id <> ${flow_id} and state = 'open' limit 1`;
  return rows.length > 0;
}

function emptied(tx: Sql) {
  return tx`email = null, email_key = null, email_skeleton = null, verifier = null, username = null,
    first_name = null, last_name = null`;
}
