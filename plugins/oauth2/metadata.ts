/**
 * What a client is: the names of RFC 7591 §2, OpenID Connect Registration §2 and their extensions, and a few of our
 * own. `check_metadata.ts` alone makes one from what a stranger sends.
 */
import type { JWK } from "jose";

export const grantTypes = [
  "authorization_code",
  "refresh_token",
  "client_credentials",
  "urn:ietf:params:oauth:grant-type:device_code",
  "urn:ietf:params:oauth:grant-type:token-exchange",
] as const;
export type GrantType = typeof grantTypes[number];

export const authMethods = [
  "none",
  "client_secret_basic",
  "client_secret_post",
  "client_secret_jwt",
  "private_key_jwt",
] as const;
export type AuthMethod = typeof authMethods[number];

/** What we sign with for clients: ID tokens, and userinfo and introspection where they are asked for signed. */
export const answerAlgorithms = ["RS256", "ES256", "PS256", "EdDSA"] as const;
/** What clients may sign with: assertions, request objects. */
export const clientAlgorithms = ["RS256", "PS256", "ES256", "EdDSA"] as const;
/** FAPI 2.0 Security Profile §5.4.1. */
export const fapi2Algorithms = ["PS256", "ES256", "EdDSA"] as const;

/** Every field is there, with its default; null where there is none. */
export interface ClientMetadata {
  client_name: string;
  /** `client_name#de` and the like (RFC 7591 §2.2), by language. */
  client_name_i18n: Record<string, string>;
  client_uri: string | null;
  logo_uri: string | null;
  policy_uri: string | null;
  tos_uri: string | null;
  contacts: string[];
  application_type: "web" | "native";
  redirect_uris: string[];
  response_types: ("code")[];
  grant_types: GrantType[];
  /** Scopes it may ask for; null: every scope there is. */
  scope: string[] | null;
  token_endpoint_auth_method: AuthMethod;
  token_endpoint_auth_signing_alg: string | null;
  jwks: { keys: JWK[] } | null;
  jwks_uri: string | null;
  subject_type: "public" | "pairwise";
  sector_identifier_uri: string | null;
  id_token_signed_response_alg: "RS256" | "ES256" | "PS256" | "EdDSA";
  userinfo_signed_response_alg: "RS256" | "ES256" | "PS256" | "EdDSA" | null;
  introspection_signed_response_alg: "RS256" | "ES256" | "PS256" | "EdDSA" | null;
  request_object_signing_alg: string | null;
  require_signed_request_object: boolean;
  require_pushed_authorization_requests: boolean;
  /** RFC 9449 §5.2. */
  dpop_bound_access_tokens: boolean;
  default_max_age: number | null;
  require_auth_time: boolean;
  default_acr_values: string[];
  initiate_login_uri: string | null;
  post_logout_redirect_uris: string[];
  backchannel_logout_uri: string | null;
  backchannel_logout_session_required: boolean;
  frontchannel_logout_uri: string | null;
  frontchannel_logout_session_required: boolean;
  software_id: string | null;
  software_version: string | null;
  /** Ours: PKCE is required. Always for public clients; off only for confidential ones (RFC 9700 §2.1.1). */
  require_pkce: boolean;
  /** Ours: `fapi2` switches the FAPI 2.0 Security Profile on as a whole. */
  profile: "fapi2" | null;
  /** Ours: what access tokens look like. */
  access_token_format: "jwt" | "opaque";
  /** Ours, never by registration: people are not asked for consent. */
  first_party: boolean;
  /** Ours, never by registration: what it may do by token exchange (RFC 8693 §1.1). */
  token_exchange: ("impersonation" | "delegation")[];
  /** Ours, never by registration: resources it may ask tokens for (RFC 8707), as absolute URIs; null: any. */
  resources: string[] | null;
}

/** A client without a secret of its own (RFC 6749 §2.1). */
export const isPublic = (metadata: Pick<ClientMetadata, "token_endpoint_auth_method">) =>
  metadata.token_endpoint_auth_method === "none";
