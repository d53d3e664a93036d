/** Owns the table `authorization_request`: requests that wait for their browser, or for a person's decision. */
import { randomBytes } from "node:crypto";
import type { Sql } from "../../core/db/postgres.ts";
import { hashSecret } from "../../core/session/session.ts";
import type { ClaimsParameter } from "./grant.ts";

export type ResponseMode = "query" | "fragment" | "form_post";
export type Prompt = "none" | "login" | "consent" | "select_account" | "create";

/** An authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1), checked against its client. */
export interface AuthorizationParameters {
  client_id: string;
  response_type: "code";
  response_mode: ResponseMode;
  /** Where the answer goes: registered, and as the client wrote it. */
  redirect_uri: string;
  /** False when the client left it out because it has only one; then the token request may, too. */
  redirect_uri_given: boolean;
  scope: string[];
  state: string | null;
  nonce: string | null;
  code_challenge: string | null;
  prompt: Prompt[];
  max_age: number | null;
  /** Best first; `essential` when `claims` says that no other will do (Core §5.5.1.1). */
  acr_values: string[];
  acr_essential: boolean;
  login_hint: string | null;
  /** The account an `id_token_hint` names; the token itself is not kept. */
  hint_account_id: string | null;
  ui_locales: string[];
  claims: ClaimsParameter | null;
  resource: string[];
  dpop_jkt: string | null;
}

/** What the person has decided so far, each bound to the session in which it was decided. */
export interface Decision {
  /** The session that consented, and to what. */
  consent?: { session_id: string; scope: string[]; revision: number };
  denied?: { session_id: string };
  /** When a person first came with a pushed request (ISO 8601). */
  seen_at?: string;
  /** When more than the session had shown was asked for (ISO 8601). */
  stepped_up?: { at: string };
  /** The session picked where an account was to be chosen. */
  selected?: { session_id: string };
}

export interface AuthorizationRequest {
  client_id: string;
  origin: "pushed" | "browser";
  parameters: AuthorizationParameters;
  dpop_jkt: string | null;
  decision: Decision;
  created_at: Date;
  expires_at: Date;
}

/** Answers the reference; only its hash is stored. */
export async function holdRequest(
  sql: Sql,
  request: {
    client_id: string;
    origin: AuthorizationRequest["origin"];
    parameters: AuthorizationParameters;
    dpop_jkt: string | null;
    lifetime_seconds: number;
  },
): Promise<string> {
  const reference = randomBytes(32).toString("base64url");
  const { lifetime_seconds, parameters, ...given } = request;
  await sql`insert into authorization_request ${
    sql({
      ...given,
      request_hash: hashSecret(reference),
      parameters: sql.json(parameters as never) as never,
      // By the clock that times sign-ins, too: whether one came after the request is decided by comparing them.
      created_at: new Date(),
      expires_at: new Date(Date.now() + lifetime_seconds * 1000),
    })
  }`;
  return reference;
}

/** Null when it is unknown, expired or used up. */
export async function findRequest(sql: Sql, reference: string): Promise<AuthorizationRequest | null> {
  if (reference.length > 128) return null;
  const [row] = await sql<AuthorizationRequest[]>`
    select client_id, origin, parameters, dpop_jkt, decision, created_at, expires_at from authorization_request
    where request_hash = ${hashSecret(reference)} and used_at is null and expires_at > now()`;
  return row ?? null;
}

/** A person has come, at this time unless before: from now on the request waits for as long as people may take. */
export async function prolongRequest(
  sql: Sql,
  reference: string,
  { seconds, seen_at }: { seconds: number; seen_at: Date },
): Promise<void> {
  await sql`
    update authorization_request set
      expires_at = greatest(expires_at, created_at + make_interval(secs => ${seconds})),
      decision = ${sql.json({ seen_at: seen_at.toISOString() } as never)}::jsonb || decision
    where request_hash = ${hashSecret(reference)} and used_at is null and expires_at > now()`;
}

export async function decide(sql: Sql, reference: string, decision: Decision): Promise<boolean> {
  const rows = await sql`
    update authorization_request set decision = decision || ${sql.json(decision as never)}::jsonb
    where request_hash = ${hashSecret(reference)} and used_at is null and expires_at > now() returning 1`;
  return rows.length === 1;
}

/** Uses it up: of any number at the same time one gets true. */
export async function claimRequest(tx: Sql, reference: string): Promise<boolean> {
  const rows = await tx`
    update authorization_request set used_at = now()
    where request_hash = ${hashSecret(reference)} and used_at is null and expires_at > now() returning 1`;
  return rows.length === 1;
}
