/** Owns the table `oauth_refresh_token`: how a client stays connected (RFC 6749 §6, RFC 9700 §4.14). */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import type { Sql } from "../../core/db/postgres.ts";
import type { Keys } from "../../core/keys/keys.ts";
import { hashSecret } from "../../core/session/session.ts";
import type { Client } from "./client.ts";
import { type Grant, grantAlive, grantColumns, grantSid } from "./grant.ts";
import { isPublic } from "./metadata.ts";
import type { OAuth2Ctx } from "./runtime.ts";

export const refreshPrefix = "fsr2_";
const lengthMax = 100;
/** A token that is kept is prolonged no more often than this. */
const prolongSeconds = 3600;

/**
 * Whether every use gives a successor (RFC 9700 §4.14.2). Not where a thief could not use a token anyway: FAPI 2.0
 * forbids rotation (§5.3.2.1), and a confidential client that binds its tokens has shown who it is and holds a key.
 */
export const rotates = (
  client: Pick<Client, "token_endpoint_auth_method" | "profile" | "dpop_bound_access_tokens">,
) => isPublic(client) || !(client.profile === "fapi2" || client.dpop_bound_access_tokens);

/** The first one of a grant; only its hash is stored. */
export async function issueRefreshToken(ctx: OAuth2Ctx, grant: Pick<Grant, "grant_id">): Promise<string> {
  const secret = `${refreshPrefix}${randomBytes(32).toString("base64url")}`;
  await ctx.sql`
    insert into oauth_refresh_token (token_hash, grant_id, expires_at)
    select ${hashSecret(secret)}, grant_id, least(now() + make_interval(secs => ${
    idleSeconds(ctx)
  }), expires_at)
    from oauth_grant where grant_id = ${grant.grant_id}`;
  return secret;
}

const idleSeconds = (ctx: OAuth2Ctx) => ctx.config.refresh_token_days * 86_400;

export interface RefreshCall {
  client: Client;
  refresh_token: string;
  dpop_jkt: string | null;
  /** Null: all that was granted. */
  scope: string[] | null;
  resource: string[] | null;
}

export type Redeemed =
  | { kind: "redeemed"; grant: Grant; sid: string | null; refresh_token: string }
  /** Shown again after the grace window: stolen, or a broken client. The caller revokes the grant. */
  | { kind: "reused"; grant_id: string }
  /** Unknown, expired, another client's, or its grant is over. */
  | { kind: "unknown" }
  /** None of these uses it up. */
  | { kind: "other_key" | "wider_scope" | "other_resource" };

interface Row extends Grant {
  sid: string | null;
  used_seconds_ago: number | null;
  key_fits: boolean;
  scope_fits: boolean;
  resource_fits: boolean;
}

/** Redeems one, in one statement: of any number at the same time all are given the same successor. */
export async function redeemRefreshToken(ctx: OAuth2Ctx, call: RefreshCall): Promise<Redeemed> {
  const { refresh_token, client } = call;
  if (!refresh_token.startsWith(refreshPrefix) || refresh_token.length > lengthMax) {
    return { kind: "unknown" };
  }
  const [newest, ...older] = rotates(client) ? successorsOf(ctx.keys, refresh_token) : [refresh_token];
  const row = await redeem(ctx, call, rotates(client) ? newest : null);
  if (!row) return { kind: "unknown" };
  const { sid, used_seconds_ago, key_fits, scope_fits, resource_fits, ...grant } = row;
  // RFC 9700 §4.14.2: one of the two holders is a thief, whatever else is wrong with the request.
  if (
    used_seconds_ago !== null && (!rotates(client) || used_seconds_ago > ctx.config.refresh_grace_seconds)
  ) {
    return { kind: "reused", grant_id: grant.grant_id };
  }
  if (!key_fits) return { kind: "other_key" };
  if (!scope_fits) return { kind: "wider_scope" };
  if (!resource_fits) return { kind: "other_resource" };
  // A secret may have been added since the first use; then the stored successor is an older key's.
  const successor = used_seconds_ago === null || older.length === 0
    ? newest
    : await storedAmong(ctx.sql, [newest, ...older]) ?? newest;
  return { kind: "redeemed", grant, sid, refresh_token: successor };
}

/** Derived, not stored: every replica gives the same one, and the database keeps hashes only. */
function successorsOf(keys: Keys, token: string): string[] {
  return keys.hmacAll("oauth_refresh_token_successor", token)
    .map((mac) => `${refreshPrefix}${Buffer.from(mac).toString("base64url")}`);
}

async function storedAmong(sql: Sql, tokens: string[]): Promise<string | null> {
  for (const token of tokens) {
    const [row] = await sql`select 1 from oauth_refresh_token where token_hash = ${hashSecret(token)}`;
    if (row) return token;
  }
  return null;
}

const grantNames = grantColumns.map((name) => `g.${name}`);

/** The row says what fits; only where all does anything is changed. Null when there is nothing alive. */
async function redeem(ctx: OAuth2Ctx, call: RefreshCall, successor: string | null): Promise<Row | null> {
  const { sql } = ctx;
  const { client, dpop_jkt, scope, resource } = call;
  const token_hash = hashSecret(call.refresh_token);
  const life = sql`make_interval(secs => ${idleSeconds(ctx)})`;
  const fits = sql`key_fits and scope_fits and resource_fits`;
  // The driver guesses what a list of names is for by the words before it, of which there are many here.
  const columns = (names: string[]) => sql.unsafe(names.join(", "));
  // Only rotation has to wait for others that show the same token.
  const changes = successor === null
    ? sql`kept as (
        update oauth_refresh_token r set expires_at = least(now() + ${life}, l.expires_at) from live l
        where r.token_hash = ${token_hash} and r.used_at is null and ${fits}
          and r.expires_at < least(now() + ${life}, l.expires_at) - make_interval(secs => ${prolongSeconds})
      )`
    : sql`used as (
        update oauth_refresh_token set used_at = now()
        where token_hash = ${token_hash} and used_at is null and exists (select 1 from live where ${fits})
      ), successor as (
        insert into oauth_refresh_token (token_hash, grant_id, generation, expires_at)
        select ${hashSecret(successor)}, grant_id, generation + 1, least(now() + ${life}, expires_at)
        from live where used_at is null and ${fits}
        on conflict (token_hash) do nothing
      )`;
  const [row] = await sql<Row[]>`
    with presented as (
      select r.grant_id, r.generation, r.used_at from oauth_refresh_token r
      where r.token_hash = ${token_hash} and r.expires_at > now() ${
    successor === null ? sql`` : sql`for update`
  }
    ), live as (
      select p.generation, p.used_at, ${columns(grantNames)}, ${grantSid(sql)} as sid,
        g.dpop_jkt is null or g.dpop_jkt is not distinct from ${dpop_jkt}::text as key_fits,
        ${scope}::text[] is null or g.scope @> ${scope}::text[] as scope_fits,
        ${resource}::text[] is null or g.resource @> ${resource}::text[] as resource_fits
      from presented p join oauth_grant g on g.grant_id = p.grant_id
      where g.client_id = ${client.client_id} and ${grantAlive(sql)}
    ), ${changes}
    select ${columns(grantColumns)}, sid, key_fits, scope_fits, resource_fits,
      extract(epoch from now() - used_at)::float8 as used_seconds_ago from live`;
  return row ?? null;
}

export interface LiveRefreshToken {
  grant: Grant;
  issued_at: Date;
  expires_at: Date;
}

/** For introspection: null when it is unknown, used, over, or another client's. */
export async function findRefreshToken(
  sql: Sql,
  client_id: string,
  refresh_token: string,
): Promise<LiveRefreshToken | null> {
  const [row] = await sql<(Grant & { issued_at: Date; token_expires_at: Date })[]>`
    select ${sql(grantNames)}, r.issued_at, r.expires_at as token_expires_at
    from oauth_refresh_token r join oauth_grant g using (grant_id)
    where r.token_hash = ${hashSecret(refresh_token)} and r.used_at is null and r.expires_at > now()
      and g.client_id = ${client_id} and ${grantAlive(sql)}`;
  if (!row) return null;
  const { issued_at, token_expires_at: expires_at, ...grant } = row;
  return { grant, issued_at, expires_at };
}

/** What a token hangs on, and whose it is, used and expired ones included; null when it was never given out. */
export async function ownerOfRefreshToken(
  sql: Sql,
  refresh_token: string,
): Promise<{ grant_id: string; client_id: string } | null> {
  const [row] = await sql<{ grant_id: string; client_id: string }[]>`
    select g.grant_id, g.client_id from oauth_refresh_token r join oauth_grant g using (grant_id)
    where r.token_hash = ${hashSecret(refresh_token)}`;
  return row ?? null;
}
