/** Owns the table `authorization_code`: shown once, for a minute, to the client it was issued to (RFC 6749 §4.1.2). */
import { randomBytes } from "node:crypto";
import type { Sql } from "../../core/db/postgres.ts";
import { hashSecret } from "../../core/session/session.ts";
import { type Grant, grantAlive, grantColumns, grantSid } from "./grant.ts";

export interface AuthorizationCode {
  grant_id: string;
  client_id: string;
  /** As the request gave it; null when it gave none. */
  redirect_uri: string | null;
  /** S256 (RFC 7636 §4.2). */
  code_challenge: string | null;
  dpop_jkt: string | null;
}

/** Answers the code; only its hash is stored. */
export async function insertCode(
  tx: Sql,
  code: AuthorizationCode & { lifetime_seconds: number },
): Promise<string> {
  const secret = `fsc_${randomBytes(32).toString("base64url")}`;
  const { lifetime_seconds, ...given } = code;
  await tx`insert into authorization_code ${
    tx({
      ...given,
      code_hash: hashSecret(secret),
      expires_at: new Date(Date.now() + lifetime_seconds * 1000),
    })
  }`;
  return secret;
}

export type CodeClaim =
  /** `sid`: as what the client knows the session, where that is known already. */
  | { kind: "claimed"; code: AuthorizationCode; grant: Grant; sid: string | null }
  /** Shown before: whoever shows it now may have stolen it, so what it gave is revoked (RFC 6749 §4.1.2). */
  | { kind: "reused"; grant_id: string; client_id: string }
  | { kind: "unknown" };

/**
 * Claims a code, once: of any number at the same time one gets it. Only its own client can: another's attempt changes
 * nothing, so that a stranger cannot use up a code.
 */
export async function claimCode(sql: Sql, code: string, client_id: string): Promise<CodeClaim> {
  const code_hash = hashSecret(code);
  const [row] = await sql<
    (Grant & AuthorizationCode & { code_dpop_jkt: string | null; sid: string | null })[]
  >`
    with claimed as (
      update authorization_code set used_at = now()
      where code_hash = ${code_hash} and client_id = ${client_id} and used_at is null and expires_at > now()
      returning grant_id, redirect_uri, code_challenge, dpop_jkt
    )
    select ${sql(grantColumns.map((name) => `g.${name}`))}, c.redirect_uri, c.code_challenge,
           c.dpop_jkt as code_dpop_jkt, ${grantSid(sql)} as sid
    from claimed c join oauth_grant g using (grant_id) where ${grantAlive(sql)}`;
  if (row) {
    const { redirect_uri, code_challenge, code_dpop_jkt, sid, ...grant } = row;
    const { grant_id } = grant;
    return {
      kind: "claimed",
      code: { grant_id, client_id, redirect_uri, code_challenge, dpop_jkt: code_dpop_jkt },
      grant,
      sid,
    };
  }
  const [used] = await sql<{ grant_id: string }[]>`
    select grant_id from authorization_code
    where code_hash = ${code_hash} and client_id = ${client_id} and used_at is not null`;
  return used ? { kind: "reused", grant_id: used.grant_id, client_id } : { kind: "unknown" };
}
