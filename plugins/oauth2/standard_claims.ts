/** Owns the table `standard_claims`: what a person tells apps beyond name and address (OpenID Connect Core §5.1). */
import { findById } from "../../core/account.ts";
import type { Sql } from "../../core/db/postgres.ts";

/** OpenID Connect Core §5.1.1. */
export interface Address {
  street_address?: string;
  locality?: string;
  region?: string;
  postal_code?: string;
  country?: string;
}

/** As checked by `about_me.ts`; what nobody told is not there. */
export interface StandardClaims {
  middle_name?: string;
  nickname?: string;
  profile?: string;
  picture?: string;
  website?: string;
  gender?: string;
  /** `YYYY-MM-DD`; the year `0000` is a year that is kept back. */
  birthdate?: string;
  /** A name of the tz database. */
  zoneinfo?: string;
  /** E.164. */
  phone_number?: string;
  address?: Address;
}

export async function findStandardClaims(
  sql: Sql,
  account_id: string,
): Promise<{ claims: StandardClaims; updated_at: Date | null }> {
  const [row] = await sql<{ claims: StandardClaims; updated_at: Date }[]>`
    select claims, updated_at from standard_claims where account_id = ${account_id}`;
  return row ?? { claims: {}, updated_at: null };
}

/** Puts them in the place of what was there. */
export async function storeStandardClaims(
  sql: Sql,
  account_id: string,
  claims: StandardClaims,
): Promise<void> {
  const json = sql.json(claims as never) as never;
  await sql`
    insert into standard_claims (account_id, claims) values (${account_id}, ${json})
    on conflict (account_id) do update set claims = ${json}::jsonb, updated_at = now()`;
}

/**
 * Every standard claim of an account that has a value: those of its profile, and those it told beyond (Core §5.1).
 * Without `sub`, which depends on who asks. Empty when there is no such account.
 */
export async function claimsOf(sql: Sql, account_id: string): Promise<Record<string, unknown>> {
  const [account, told] = await Promise.all([findById(sql, account_id), findStandardClaims(sql, account_id)]);
  if (!account) return {};
  const { address, phone_number, ...plain } = told.claims;
  const { first_name, last_name } = account;
  const name = [first_name, plain.middle_name, last_name].filter(Boolean).join(" ");
  const changed = Math.max(account.updated_at.getTime(), told.updated_at?.getTime() ?? 0);
  return {
    ...plain,
    // Core §5.3.2: a claim without a value is left out rather than null or empty.
    ...name ? { name } : {},
    ...first_name ? { given_name: first_name } : {},
    ...last_name ? { family_name: last_name } : {},
    ...account.username ? { preferred_username: account.username } : {},
    email: account.email,
    email_verified: account.email_verified_at !== null,
    // Nobody has proven a number here: whoever relies on it must know.
    ...phone_number ? { phone_number, phone_number_verified: false } : {},
    ...address ? { address: { ...address, formatted: formatted(address) } } : {},
    locale: account.locale,
    updated_at: Math.floor(changed / 1000),
  };
}

/** As on an envelope, a line a line feed (Core §5.1.1). */
function formatted({ street_address, postal_code, locality, region, country }: Address): string {
  const place = [postal_code, locality].filter(Boolean).join(" ");
  return [street_address, place, region, country].filter(Boolean).join("\n");
}
