/** What each grant type is given by the token endpoint, and what it answers (RFC 6749 §4, §5.1). */
import type { Client } from "../client.ts";
import type { OAuth2Ctx } from "../runtime.ts";

export interface TokenCall {
  /** Authenticated, and allowed this grant type. */
  client: Client;
  /** The form, each name once; `resource` and `audience` are in `lists`. */
  form: Record<string, string>;
  lists: { resource: string[]; audience: string[] };
  /** Thumbprint of the key whose proof came with the request (RFC 9449 §5); null without one. */
  dpop_jkt: string | null;
  ip: string | null;
  request_id: string;
}

/** RFC 6749 §5.1, RFC 8693 §2.2.1. */
export interface TokenAnswer {
  access_token: string;
  token_type: "Bearer" | "DPoP" | "N_A";
  expires_in: number;
  scope?: string;
  refresh_token?: string;
  id_token?: string;
  issued_token_type?: string;
}

/** @throws OAuthError with a code of RFC 6749 §5.2 or of the grant's own RFC */
export type GrantHandler = (ctx: OAuth2Ctx, call: TokenCall) => Promise<TokenAnswer>;
