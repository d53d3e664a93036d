/** A client's metadata as its owner reads it (RFC 7591 §3.2.1): all of it, in the form in which it is sent. Pure. */
import type { ClientMetadata } from "./metadata.ts";

/** Lists and texts that say nothing are left out; nothing secret is in it. */
export function presentMetadata(client: ClientMetadata): Record<string, unknown> {
  const {
    client_name,
    client_name_i18n,
    scope,
    redirect_uris,
    response_types,
    first_party,
    token_exchange,
    resources,
  } = client;
  const always = { redirect_uris, response_types };
  const named = Object.entries(client_name_i18n).map(([language, text]) => [`client_name#${language}`, text]);
  const told = Object.fromEntries(
    members.map((name) => [name, client[name]] as const).filter(([, value]) =>
      value !== null && !(Array.isArray(value) && value.length === 0)
    ),
  );
  return {
    ...client_name ? { client_name } : {},
    ...Object.fromEntries(named),
    ...always,
    ...told,
    ...scope ? { scope: scope.join(" ") } : {},
    // An operator's, and only where there is something to tell.
    ...first_party ? { first_party } : {},
    ...token_exchange.length > 0 ? { token_exchange } : {},
    ...resources ? { resources } : {},
  };
}

const members = [
  "grant_types",
  "application_type",
  "token_endpoint_auth_method",
  "token_endpoint_auth_signing_alg",
  "client_uri",
  "logo_uri",
  "policy_uri",
  "tos_uri",
  "contacts",
  "jwks",
  "jwks_uri",
  "subject_type",
  "sector_identifier_uri",
  "id_token_signed_response_alg",
  "userinfo_signed_response_alg",
  "introspection_signed_response_alg",
  "request_object_signing_alg",
  "require_signed_request_object",
  "require_pushed_authorization_requests",
  "dpop_bound_access_tokens",
  "default_max_age",
  "require_auth_time",
  "default_acr_values",
  "initiate_login_uri",
  "post_logout_redirect_uris",
  "backchannel_logout_uri",
  "backchannel_logout_session_required",
  "frontchannel_logout_uri",
  "frontchannel_logout_session_required",
  "software_id",
  "software_version",
  "require_pkce",
  "profile",
  "access_token_format",
] as const satisfies (keyof ClientMetadata)[];
