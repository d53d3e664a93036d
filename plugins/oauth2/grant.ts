/** Owns the table `oauth_grant`: what a person allowed a client, on which every token of it hangs. */
import type { Sql } from "../../core/db/postgres.ts";

/** The parameter `claims` (OpenID Connect Core §5.5), checked: null asks for the claim without conditions. */
export interface ClaimRequest {
  essential?: boolean;
  value?: unknown;
  values?: unknown[];
}
export type ClaimRequests = Record<string, ClaimRequest | null>;
export interface ClaimsParameter {
  userinfo?: ClaimRequests;
  id_token?: ClaimRequests;
}

export interface Grant {
  grant_id: string;
  client_id: string;
  account_id: string;
  session_id: string | null;
  scope: string[];
  resource: string[];
  claims: ClaimsParameter | null;
  nonce: string | null;
  acr: string;
  amr: string[];
  auth_time: Date;
  offline: boolean;
  dpop_jkt: string | null;
  created_at: Date;
  expires_at: Date;
  revoked_at: Date | null;
}

export interface NewGrant extends Omit<Grant, "created_at" | "expires_at" | "revoked_at"> {
  lifetime_seconds: number;
}

export const grantColumns = [
  "grant_id",
  "client_id",
  "account_id",
  "session_id",
  "scope",
  "resource",
  "claims",
  "nonce",
  "acr",
  "amr",
  "auth_time",
  "offline",
  "dpop_jkt",
  "created_at",
  "expires_at",
  "revoked_at",
];

export async function insertGrant(tx: Sql, grant: NewGrant): Promise<Grant> {
  const { lifetime_seconds, claims, ...given } = grant;
  if (grant.amr.length === 0) throw new Error("a grant without an authentication method must never be");
  const [row] = await tx<Grant[]>`
    insert into oauth_grant ${
    tx({
      ...given,
      claims: claims === null ? null : tx.json(claims as never) as never,
      expires_at: new Date(Date.now() + lifetime_seconds * 1000),
    })
  } returning ${tx(grantColumns)}`;
  return row;
}

/** What "alive" means for a grant, in one place: `g` is its alias. Its account has to be active, too. */
export function grantAlive(sql: Sql) {
  return sql`g.revoked_at is null and g.expires_at > now()
    and exists (select 1 from account a where a.account_id = g.account_id and a.status = 'active')`;
}

/** Null when it is unknown, over, revoked, or its account is not active. */
export async function findGrant(sql: Sql, grant_id: string): Promise<Grant | null> {
  const [row] = await sql<Grant[]>`
    select ${sql(grantColumns.map((name) => `g.${name}`))} from oauth_grant g
    where g.grant_id = ${grant_id} and ${grantAlive(sql)}`;
  return row ?? null;
}

/** As what the grant's client knows its session, or null: `g` is the grant's alias. Spares whoever reads both a look. */
export function grantSid(sql: Sql) {
  return sql`(select s.sid from client_session s where s.session_id = g.session_id and s.client_id = g.client_id)`;
}

/** The newest living one of an account for a client; null when there is none. */
export async function findGrantOf(sql: Sql, account_id: string, client_id: string): Promise<Grant | null> {
  const [row] = await sql<Grant[]>`
    select ${sql(grantColumns.map((name) => `g.${name}`))} from oauth_grant g
    where g.account_id = ${account_id} and g.client_id = ${client_id} and ${grantAlive(sql)}
    order by g.created_at desc limit 1`;
  return row ?? null;
}

/** From now on its refresh tokens are good only with proofs by this key (RFC 9449 §5). */
export async function bindGrant(sql: Sql, grant_id: string, dpop_jkt: string): Promise<void> {
  await sql`update oauth_grant set dpop_jkt = ${dpop_jkt} where grant_id = ${grant_id} and dpop_jkt is null`;
}

/** Ends grants with every token that hangs on them; answers how many. */
export async function revokeGrants(
  tx: Sql,
  which:
    | { grant_id: string }
    | { account_id: string; client_id: string }
    | { account_id: string }
    /** Those that live with a browser's session; `offline_access` outlives it (Back-Channel Logout §2.7). */
    | { session_id: string },
  reason: string,
): Promise<number> {
  const rows = await tx`
    update oauth_grant set revoked_at = now(), revoke_reason = ${reason}
    where revoked_at is null and ${
    "grant_id" in which
      ? tx`grant_id = ${which.grant_id}`
      : "session_id" in which
      ? tx`session_id = ${which.session_id} and not offline`
      : "client_id" in which
      ? tx`account_id = ${which.account_id} and client_id = ${which.client_id}`
      : tx`account_id = ${which.account_id}`
  } returning 1`;
  return rows.length;
}
