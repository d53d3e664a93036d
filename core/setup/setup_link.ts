/** Owns the table `setup_link`: links that make whoever opens one the first operator, once. */
import { randomBytes } from "node:crypto";
import type postgres from "postgres";
import { addRole, operatorRole } from "../account.ts";
import type { Sql } from "../db/postgres.ts";
import { hashSecret } from "../session/session.ts";

export const setupLinkHours = 24;

/** 256 random bits, base64url. */
export const setupTokenShape = /^[A-Za-z0-9_-]{43}$/;

/** Whether anybody runs the service; an account that is closed does not count. */
export async function hasOperator(sql: Sql): Promise<boolean> {
  const rows = await sql`
    select 1 from account where roles @> '{operator}' and status <> 'disabled' limit 1`;
  return rows.length > 0;
}

/** The token of a new link; null while there is an operator. Those made before stay good until they expire. */
export async function makeSetupLink(sql: Sql): Promise<string | null> {
  if (await hasOperator(sql)) return null;
  const token = randomBytes(32).toString("base64url");
  await sql`delete from setup_link where used_at is null and expires_at < now()`;
  await sql`
    insert into setup_link (token_hash, expires_at)
    values (${hashSecret(token)}, now() + make_interval(hours => ${setupLinkHours}))`;
  return token;
}

/** Whether a link could be used now. */
export async function setupLinkIsOpen(sql: Sql, token: string): Promise<boolean> {
  const rows = await sql`
    select 1 from setup_link where token_hash = ${hashSecret(token)} and ${open(sql)}`;
  return rows.length > 0;
}

const open = (sql: Sql) =>
  sql`used_at is null and expires_at > now() and not exists (
    select 1 from account where roles @> '{operator}' and status <> 'disabled')`;

/**
 * Uses a link up and makes the account an operator. False, and nothing changed, when the link is unknown, used, or has
 * expired, or there is an operator. Of many at once, whichever links they hold, one succeeds.
 */
export async function claimSetupLink(
  sql: postgres.Sql,
  { token, account_id }: { token: string; account_id: string },
): Promise<boolean> {
  return await sql.begin(async (tx) => {
    // Two links are two rows: without this, each of two people could find that there is no operator yet.
    await tx`select pg_advisory_xact_lock(hashtext('setup_link'))`;
    const claimed = await tx`
      update setup_link set used_at = now(), used_by = ${account_id}
      where token_hash = ${hashSecret(token)} and ${open(tx)} returning 1`;
    if (claimed.length === 0) return false;
    if (!await addRole(tx, account_id, operatorRole)) {
      throw new Error("the account is gone, or has as many roles as one can have");
    }
    return true;
  });
}
