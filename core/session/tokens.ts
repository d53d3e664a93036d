/** The one door to signed access tokens and to rotating refresh tokens. */
import { Buffer } from "node:buffer";
import { randomBytes, randomUUID } from "node:crypto";
import type postgres from "postgres";
import type { CoreConfig } from "../config.ts";
import type { Sql } from "../db/postgres.ts";
import type { Keys } from "../keys/keys.ts";
import type { SigningKeys } from "../keys/signing_key.ts";
import { hashSecret, insertRefreshToken, redeemRefreshToken, type Session } from "./session.ts";

export type TokenType = "Bearer" | "DPoP";

export interface IssuedAccessToken {
  access_token: string;
  token_type: TokenType;
  /** Seconds until it ends. */
  expires_in: number;
}

export interface TokenPair {
  access_token: string;
  refresh_token: string;
  /** `DPoP`: the tokens work only with proofs by the session's key (RFC 9449 §5). */
  token_type: TokenType;
  /** Seconds until the access token ends. */
  expires_in: number;
}

/** What a valid first-party access token says. */
export interface AccessTokenClaims {
  sid: string;
  sub: string;
  /** Of the key it is bound to (RFC 9449 §6.1); null: a bearer token. */
  jkt: string | null;
}

/** RFC 9068 §2.2 wants a client; our own pages and JSON clients are this one. No OAuth client can have the name. */
export const firstPartyClientId = "first-party";

export type Refreshed =
  | { kind: "tokens"; tokens: TokenPair; session: Session }
  | { kind: "invalid" }
  /** Shown again after the grace window: stolen, or a broken client. The caller ends the session. */
  | { kind: "reused"; session: Session };

export interface Tokens {
  /** A JWT access token for one session (RFC 9068 §2.2). */
  issueAccessToken(session: Session): Promise<IssuedAccessToken>;
  /** The first pair of a session's family, in the transaction that made the session. */
  issue(tx: Sql, session: Session): Promise<TokenPair>;
  /**
   * Rotates: every use answers the successor; the same one within the grace window.
   *
   * @param dpop_jkt of the key that was proven; a bound token without it, or with another's, is invalid
   */
  refresh(refresh_token: string, dpop_jkt?: string | null): Promise<Refreshed>;
  /** What a valid first-party access token says; null for everything else, an OAuth client's token included. */
  verify(access_token: string): Promise<AccessTokenClaims | null>;
}

export function createTokens(
  { sql, core, keys, signing_keys }: {
    sql: postgres.Sql;
    core: CoreConfig;
    keys: Keys;
    signing_keys: SigningKeys;
  },
): Tokens {
  const expires_in = core.jwt_access_token_expire_minutes * 60;
  const lifetime_seconds = core.jwt_refresh_token_expire_days * 86_400;

  async function issueAccessToken(session: Session): Promise<IssuedAccessToken> {
    const now = Math.floor(Date.now() / 1000);
    const access_token = await signing_keys.sign({
      iss: core.backend_url,
      aud: core.backend_url,
      sub: session.account_id,
      client_id: firstPartyClientId,
      sid: session.session_id,
      iat: now,
      exp: now + expires_in,
      jti: randomUUID(),
      auth_time: Math.floor(session.auth_time.getTime() / 1000),
      acr: session.acr,
      amr: session.amr,
      // RFC 9449 §6.1.
      ...(session.dpop_jkt === null ? {} : { cnf: { jkt: session.dpop_jkt } }),
    }, { typ: "at+jwt" });
    return { access_token, token_type: session.dpop_jkt === null ? "Bearer" : "DPoP", expires_in };
  }

  /**
   * Successors are derived, not stored: whoever refreshes the same token in parallel, on whatever replica, is
   * given the same next one, and the database keeps hashes only. One per secret, the newest first.
   */
  const successorsOf = (token: string) =>
    keys.hmacAll("refresh_token_successor", token).map((mac) =>
      `fsr_${Buffer.from(mac).toString("base64url")}`
    );

  return {
    issueAccessToken,
    async issue(tx, session) {
      const refresh_token = `fsr_${randomBytes(32).toString("base64url")}`;
      await insertRefreshToken(tx, {
        token_hash: hashSecret(refresh_token),
        session_id: session.session_id,
        generation: 0,
        lifetime_seconds,
      });
      return { ...await issueAccessToken(session), refresh_token };
    },
    async refresh(token, dpop_jkt = null) {
      const [newest, ...older] = successorsOf(token);
      const redeemed = await redeemRefreshToken(sql, {
        token_hash: hashSecret(token),
        successor_hash: hashSecret(newest),
        lifetime_seconds,
        dpop_jkt,
      });
      if (!redeemed) return { kind: "invalid" };
      const { session, used_seconds_ago } = redeemed;
      if (used_seconds_ago !== null && used_seconds_ago > core.refresh_grace_seconds) {
        return { kind: "reused", session };
      }
      // A secret may have been added since the first use; then the stored successor is an older key's.
      const refresh_token = used_seconds_ago === null || older.length === 0
        ? newest
        : await storedAmong(sql, [newest, ...older]) ?? newest;
      return {
        kind: "tokens",
        session,
        tokens: { ...await issueAccessToken(session), refresh_token },
      };
    },
    async verify(access_token) {
      const claims = await signing_keys.verify(access_token, { typ: "at+jwt", audience: core.backend_url });
      // OAuth clients' tokens have the same issuer and keys, and may have our audience: none of them is a session.
      if (!claims || claims.client_id !== firstPartyClientId) return null;
      const { sid, sub, cnf } = claims;
      if (typeof sid !== "string" || !uuid.test(sid) || typeof sub !== "string") return null;
      if (cnf === undefined) return { sid, sub, jkt: null };
      // Bound in a way that we cannot check is not unbound (RFC 7800 §3.1).
      const jkt = (cnf as { jkt?: unknown } | null)?.jkt;
      return typeof jkt === "string" ? { sid, sub, jkt } : null;
    },
  };
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function storedAmong(sql: Sql, tokens: string[]): Promise<string | null> {
  for (const token of tokens) {
    const [row] = await sql`select 1 from refresh_token where token_hash = ${hashSecret(token)}`;
    if (row) return token;
  }
  return null;
}
