/**
 * Access tokens: JWTs (RFC 9068), or opaque ones kept hashed in the table `oauth_access_token`, which this file owns
 * together with `revoked_access_token`.
 */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Sql } from "../../core/db/postgres.ts";
import type { Keys } from "../../core/keys/keys.ts";
import { firstPartyClientId } from "../../core/session/tokens.ts";
import { hashSecret } from "../../core/session/session.ts";
import type { Client } from "./client.ts";
import { type Grant, grantAlive, grantColumns } from "./grant.ts";
import { endpointsOf, type OAuth2Ctx } from "./runtime.ts";

/** Who acts for the subject, and for whom that one acted before (RFC 8693 §4.1). */
export interface Actor {
  sub: string;
  client_id?: string;
  act?: Actor;
}

/** RFC 9068 §2.2; there is never a `sid`, by which our own pages' tokens are known. */
export interface AccessTokenClaims {
  iss: string;
  aud: string | string[];
  sub: string;
  client_id: string;
  iat: number;
  exp: number;
  jti: string;
  scope?: string;
  auth_time?: number;
  acr?: string;
  amr?: string[];
  cnf?: { jkt: string };
  act?: Actor;
  may_act?: unknown;
  /** Ours: what it hangs on. Absent where no person is behind it. */
  grant_id?: string;
}

export interface NewAccessToken {
  client: Client;
  /** As whom the client knows the person; a machine's own `client_id`. */
  sub: string;
  grant: Grant | null;
  scope: string[];
  /** Empty: ourselves. */
  resource: string[];
  dpop_jkt: string | null;
  act?: Actor;
  /** Seconds since 1970; not longer than what it was exchanged for. */
  exp_max?: number;
}

export interface IssuedAccessToken {
  access_token: string;
  token_type: "Bearer" | "DPoP";
  expires_in: number;
}

const opaquePrefix = "fsa_";

/** Signs or stores one, as the client wants them. */
export async function issueAccessToken(ctx: OAuth2Ctx, token: NewAccessToken): Promise<IssuedAccessToken> {
  if (token.client.client_id === firstPartyClientId) throw new Error("no client may pass for our own pages");
  const claims = claimsOfToken(ctx, token);
  const access_token = token.client.access_token_format === "opaque"
    ? await storeOpaque(ctx.sql, claims)
    : await ctx.signing_keys.sign({ ...claims }, { typ: "at+jwt" });
  return {
    access_token,
    token_type: token.dpop_jkt === null ? "Bearer" : "DPoP",
    expires_in: claims.exp - claims.iat,
  };
}

function claimsOfToken(ctx: OAuth2Ctx, token: NewAccessToken): AccessTokenClaims {
  const { client, grant, resource, scope, dpop_jkt, act } = token;
  const iat = Math.floor(Date.now() / 1000);
  const ends = [iat + ctx.core.jwt_access_token_expire_minutes * 60];
  if (grant) ends.push(seconds(grant.expires_at));
  if (token.exp_max !== undefined) ends.push(token.exp_max);
  return {
    iss: endpointsOf(ctx.core).issuer,
    // RFC 9068 §3: the resources asked for, or a default.
    aud: resource.length === 0
      ? endpointsOf(ctx.core).issuer
      : resource.length === 1
      ? resource[0]
      : resource,
    sub: token.sub,
    client_id: client.client_id,
    iat,
    exp: Math.max(iat, Math.min(...ends)),
    jti: randomUUID(),
    ...scope.length > 0 ? { scope: scope.join(" ") } : {},
    ...grant
      ? { auth_time: seconds(grant.auth_time), acr: grant.acr, amr: grant.amr, grant_id: grant.grant_id }
      : {},
    // RFC 9449 §6.1.
    ...dpop_jkt === null ? {} : { cnf: { jkt: dpop_jkt } },
    ...act ? { act } : {},
  };
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1000);

async function storeOpaque(sql: Sql, claims: AccessTokenClaims): Promise<string> {
  const secret = `${opaquePrefix}${randomBytes(32).toString("base64url")}`;
  await sql`
    insert into oauth_access_token (token_hash, grant_id, client_id, claims, expires_at)
    values (${hashSecret(secret)}, ${claims.grant_id ?? null}, ${claims.client_id},
            ${sql.json(claims as never)}, ${new Date(claims.exp * 1000)})`;
  return secret;
}

export interface LiveAccessToken {
  claims: AccessTokenClaims;
  /** Alive; null where no person is behind the token. */
  grant: Grant | null;
}

/**
 * What a token of a client says, and what it hangs on. Null when it is unknown, altered, expired or revoked, when its
 * grant or its account is over, or its client is gone; and for our own pages' tokens, which are no client's.
 */
export async function readAccessToken(ctx: OAuth2Ctx, token: string): Promise<LiveAccessToken | null> {
  if (token.startsWith(opaquePrefix)) return token.length > 100 ? null : await readOpaque(ctx.sql, token);
  const claims = await verified(ctx, token);
  return claims && await readJwt(ctx.sql, claims);
}

const grantNames = grantColumns.map((name) => `g.${name}`);

async function readOpaque(sql: Sql, token: string): Promise<LiveAccessToken | null> {
  const [row] = await sql<(Grant & { token_claims: AccessTokenClaims })[]>`
    select t.claims as token_claims, ${sql(grantNames)}
    from oauth_access_token t left join oauth_grant g on g.grant_id = t.grant_id
    where t.token_hash = ${hashSecret(token)} and t.expires_at > now()
      and (t.grant_id is null or ${grantAlive(sql)})`;
  if (!row) return null;
  const { token_claims: claims, ...grant } = row;
  return { claims, grant: claims.grant_id === undefined ? null : grant };
}

async function readJwt(sql: Sql, claims: AccessTokenClaims): Promise<LiveAccessToken | null> {
  const { client_id, jti, grant_id } = claims;
  const still = sql`exists (select 1 from oauth_client where client_id = ${client_id})
    and not exists (select 1 from revoked_access_token where jti = ${jti})`;
  const [row] = grant_id === undefined ? await sql`select 1 where ${still}` : await sql<Grant[]>`
    select ${sql(grantNames)} from oauth_grant g
    where g.grant_id = ${grant_id} and ${grantAlive(sql)} and ${still}`;
  return row ? { claims, grant: grant_id === undefined ? null : row as Grant } : null;
}

/** A resource shows us the same token again and again; whether it is alive is asked each time. */
const verifiedMax = 5000;
/** So soon a retired key counts for nothing any more. */
const verifiedMilliseconds = 60_000;
const seen = new WeakMap<Keys, Map<string, { claims: AccessTokenClaims; at: number }>>();

/** The claims of a JWT of ours for a client; null when anything about it does not hold. */
async function verified(ctx: OAuth2Ctx, token: string): Promise<AccessTokenClaims | null> {
  const known = seen.get(ctx.keys) ?? new Map();
  seen.set(ctx.keys, known);
  const id = createHash("sha256").update(token).digest("base64");
  const now = Date.now();
  const before = known.get(id);
  if (before && now - before.at < verifiedMilliseconds) {
    return before.claims.exp > now / 1000 ? before.claims : null;
  }
  const claims = await ctx.signing_keys.verify(token, { typ: "at+jwt" });
  if (!claims || !isClientToken(claims)) return null;
  known.delete(id);
  if (known.size >= verifiedMax) known.delete(known.keys().next().value);
  known.set(id, { claims, at: now });
  return claims;
}

/** Our own pages' tokens have the same keys and issuer; none of them is a client's. */
function isClientToken(
  claims: Record<string, unknown>,
): claims is Record<string, unknown> & AccessTokenClaims {
  const { client_id, sub, jti, iat, exp, grant_id, sid } = claims;
  return typeof client_id === "string" && client_id !== firstPartyClientId && sid === undefined &&
    typeof sub === "string" && typeof jti === "string" && typeof iat === "number" &&
    typeof exp === "number" &&
    (grant_id === undefined || typeof grant_id === "string");
}

/** Whether a resource of this client is meant by a token (RFC 9068 §4); resources are an operator's word. */
export function isAudience(
  { client_id, resources }: Pick<Client, "client_id" | "resources">,
  aud: unknown,
): boolean {
  const audience = Array.isArray(aud) ? aud : [aud];
  return audience.some((one) => one === client_id || resources?.includes(one));
}

export const scopeOf = ({ scope }: AccessTokenClaims): string[] =>
  scope === undefined ? [] : scope.split(" ");

export type Revoked = "revoked" | "unknown" | "of_another_client";

/** Ends one token of this client (RFC 7009 §2.1). */
export async function revokeAccessToken(
  ctx: OAuth2Ctx,
  client_id: string,
  token: string,
): Promise<Revoked> {
  if (token.startsWith(opaquePrefix)) {
    const [row] = await ctx.sql<{ client_id: string }[]>`
      select client_id from oauth_access_token where token_hash = ${hashSecret(token)}`;
    if (row?.client_id !== client_id) return row ? "of_another_client" : "unknown";
    await ctx.sql`delete from oauth_access_token where token_hash = ${hashSecret(token)}`;
    return "revoked";
  }
  const claims = await verified(ctx, token);
  if (claims?.client_id !== client_id) return claims ? "of_another_client" : "unknown";
  await ctx.sql`
    insert into revoked_access_token (jti, expires_at) values (${claims.jti}, ${new Date(claims.exp * 1000)})
    on conflict (jti) do nothing`;
  return "revoked";
}
