/** From what a stranger or an operator sends to what a client is: RFC 7591 §2, OpenID Connect Registration §2. Pure. */
import { OAuthError } from "../../core/http/oauth_error.ts";
import {
  answerAlgorithms,
  authMethods,
  clientAlgorithms,
  type ClientMetadata,
  fapi2Algorithms,
  type GrantType,
  grantTypes,
} from "./metadata.ts";
import { type Kind, readAddresses, readWords } from "./metadata_addresses.ts";
import { Fields, invalidMetadata } from "./metadata_fields.ts";
import { checkJwks } from "./metadata_keys.ts";
import { checkResource, checkWebUri } from "./metadata_uri.ts";
import { parseScope } from "./scopes.ts";

export { presentMetadata } from "./present_metadata.ts";

export interface MetadataRules {
  /** Who asks: what concerns people's consent and other apps' tokens is an operator's to give. */
  by: "registration" | "command" | "setting" | "demo";
  production: boolean;
  /** Every scope there is; another is refused. Null: not looked at. */
  scopes?: string[] | null;
}

const tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";
const yearSeconds = 366 * 86_400;

/**
 * Whole metadata, every default written in; members nobody knows are left out (RFC 7591 §2).
 *
 * @throws OAuthError 400 `invalid_redirect_uri`, `invalid_client_metadata` or `unapproved_software_statement`
 *   (RFC 7591 §3.2.2), naming the member
 */
export function checkMetadata(input: unknown, rules: MetadataRules): ClientMetadata {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new OAuthError(400, "invalid_client_metadata", "Send a JSON object.");
  }
  const fields = new Fields(input as Record<string, unknown>);
  refuseUnsupported(fields);
  const kind = readKind(fields, rules);
  const metadata: ClientMetadata = {
    ...readWords(fields, rules.production),
    ...kind,
    ...readAddresses(fields, kind, rules.production),
    ...readAuthentication(fields, kind, rules),
    ...readAnswers(fields, kind),
    ...readOurs(fields, kind, rules),
    scope: readScope(fields, rules),
    default_max_age: fields.integer("default_max_age", yearSeconds),
    require_auth_time: fields.boolean("require_auth_time") ?? false,
    default_acr_values: fields.texts("default_acr_values", 200) ?? [],
    software_id: fields.text("software_id", 200),
    software_version: fields.text("software_version", 200),
  };
  checkKeysThere(metadata);
  checkSubjects(metadata);
  return metadata;
}

/** What would be a promise if it were taken silently. */
function refuseUnsupported(fields: Fields): void {
  if (fields.value("software_statement") !== null) {
    throw new OAuthError(400, "unapproved_software_statement", "software_statement is not supported here");
  }
  for (const name of fields.names()) {
    if (/_encrypted_response_(alg|enc)$|^request_object_encryption_(alg|enc)$/.test(name)) {
      if (fields.value(name) !== null) {
        throw invalidMetadata(name, "is not supported: nothing is encrypted here");
      }
    }
  }
  if (fields.boolean("tls_client_certificate_bound_access_tokens")) {
    throw invalidMetadata("tls_client_certificate_bound_access_tokens", "is not supported: use DPoP");
  }
}

function readKind(fields: Fields, rules: MetadataRules): Kind {
  const profile = fields.choice("profile", ["fapi2"]);
  const grant_types = fields.choices("grant_types", grantTypes) ?? ["authorization_code"];
  const code = grant_types.includes("authorization_code");
  const response_types = fields.choices("response_types", ["code"]) ?? (code ? ["code" as const] : []);
  // RFC 7591 §2.1: the two lists say the same.
  if (code !== response_types.includes("code")) {
    throw invalidMetadata(
      "grant_types",
      code
        ? "contains authorization_code, so response_types must contain code"
        : "must contain authorization_code, as response_types contains code",
    );
  }
  const token_endpoint_auth_method = fields.choice("token_endpoint_auth_method", authMethods) ??
    (profile ? "private_key_jwt" : "client_secret_basic");
  if (profile && token_endpoint_auth_method !== "private_key_jwt") {
    throw invalidMetadata("token_endpoint_auth_method", "must be private_key_jwt (FAPI 2.0 section 5.3.2.1)");
  }
  checkGrantTypes(grant_types, token_endpoint_auth_method === "none", rules);
  return {
    application_type: fields.choice("application_type", ["web", "native"]) ?? "web",
    ...{ grant_types, response_types, token_endpoint_auth_method, profile },
  };
}

function checkGrantTypes(grant_types: GrantType[], isPublic: boolean, { by }: MetadataRules): void {
  if (grant_types.length === 0) throw invalidMetadata("grant_types", "must not be empty");
  if (grant_types.every((one) => one === "refresh_token")) {
    throw invalidMetadata("grant_types", "must contain what gives a refresh token, besides refresh_token");
  }
  // RFC 6749 §4.4: only for confidential clients.
  if (isPublic && grant_types.includes("client_credentials")) {
    throw invalidMetadata("grant_types", "must not contain client_credentials without client authentication");
  }
  if (!grant_types.includes(tokenExchange)) return;
  if (by === "registration") {
    throw invalidMetadata("grant_types", `cannot contain ${tokenExchange} by registration`);
  }
  if (isPublic) {
    throw invalidMetadata("grant_types", "must not contain token exchange without client authentication");
  }
}

function readAuthentication(
  fields: Fields,
  { token_endpoint_auth_method: method, profile }: Kind,
  { production }: MetadataRules,
) {
  const jwks = fields.value("jwks");
  const jwks_uri = fields.text("jwks_uri");
  if (jwks_uri !== null) checkWebUri("jwks_uri", jwks_uri, production);
  // RFC 7591 §2: one or the other.
  if (jwks !== null && jwks_uri !== null) {
    throw invalidMetadata("jwks", "and jwks_uri must not both be there");
  }
  const strong = profile ? fapi2Algorithms : clientAlgorithms;
  const token_endpoint_auth_signing_alg = method === "private_key_jwt"
    ? fields.choice("token_endpoint_auth_signing_alg", strong)
    : method === "client_secret_jwt"
    ? fields.choice("token_endpoint_auth_signing_alg", ["HS256"])
    : null;
  if (token_endpoint_auth_signing_alg === null && fields.value("token_endpoint_auth_signing_alg") !== null) {
    throw invalidMetadata("token_endpoint_auth_signing_alg", `means nothing with ${method}`);
  }
  return {
    token_endpoint_auth_signing_alg,
    jwks: jwks === null ? null : checkJwks(jwks),
    jwks_uri,
    // RFC 9101 §10.5: none is no signature.
    request_object_signing_alg: fields.choice("request_object_signing_alg", strong),
    require_signed_request_object: fields.boolean("require_signed_request_object") ?? false,
  };
}

function readAnswers(fields: Fields, { profile }: Kind) {
  const algorithms = profile ? fapi2Algorithms : answerAlgorithms;
  return {
    subject_type: fields.choice("subject_type", ["public", "pairwise"]) ?? "public",
    // OpenID Connect Registration §2: RS256 unless it asks for another.
    id_token_signed_response_alg: fields.choice("id_token_signed_response_alg", algorithms) ??
      (profile ? "ES256" : "RS256"),
    userinfo_signed_response_alg: fields.choice("userinfo_signed_response_alg", algorithms),
    introspection_signed_response_alg: fields.choice("introspection_signed_response_alg", algorithms),
    access_token_format: fields.choice("access_token_format", ["jwt", "opaque"]) ?? "jwt",
  };
}

function readOurs(
  fields: Fields,
  { profile, grant_types, token_endpoint_auth_method }: Kind,
  { by }: MetadataRules,
) {
  const required = (name: string, why: string) => {
    if (fields.boolean(name) === false) throw invalidMetadata(name, `must be true ${why}`);
    return true;
  };
  const operator = by !== "registration";
  const first_party = fields.boolean("first_party") ?? false;
  const token_exchange = fields.choices("token_exchange", ["impersonation", "delegation"]) ?? [];
  const resources = fields.texts("resources");
  for (const uri of resources ?? []) checkResource("resources", uri);
  if (!operator && (first_party || token_exchange.length > 0 || resources)) {
    const name = first_party ? "first_party" : resources ? "resources" : "token_exchange";
    throw invalidMetadata(name, "is given by an operator only");
  }
  if (grant_types.includes(tokenExchange) !== token_exchange.length > 0) {
    throw invalidMetadata("token_exchange", `says what a client with the grant type ${tokenExchange} may do`);
  }
  return {
    // RFC 9700 §2.1.1: public clients use PKCE; it is off only where a confidential client insists.
    require_pkce: profile
      ? required("require_pkce", "(FAPI 2.0 section 5.3.2.2)")
      : token_endpoint_auth_method === "none"
      ? required("require_pkce", "for a public client (RFC 9700 section 2.1.1)")
      : fields.boolean("require_pkce") ?? true,
    require_pushed_authorization_requests: profile
      ? required("require_pushed_authorization_requests", "(FAPI 2.0 section 5.3.2.2)")
      : fields.boolean("require_pushed_authorization_requests") ?? false,
    dpop_bound_access_tokens: profile
      ? required("dpop_bound_access_tokens", "(FAPI 2.0 section 5.3.2.1)")
      : fields.boolean("dpop_bound_access_tokens") ?? false,
    ...{ first_party, token_exchange, resources },
  };
}

function readScope(fields: Fields, { scopes }: MetadataRules): string[] | null {
  const text = fields.text("scope", 4000);
  if (text === null) return null;
  const names = parseScope(text);
  if (!names) {
    throw invalidMetadata("scope", "must be names with one space between them (RFC 6749 section 3.3)");
  }
  const odd = scopes && names.find((name) => !scopes.includes(name));
  if (odd) throw invalidMetadata("scope", `can only contain ${scopes.join(" ")}`);
  return names;
}

/** RFC 7591 §2: whoever signs lets us know the keys. */
function checkKeysThere(metadata: ClientMetadata): void {
  if (metadata.jwks || metadata.jwks_uri) return;
  if (metadata.token_endpoint_auth_method === "private_key_jwt") {
    throw invalidMetadata("jwks", "or jwks_uri is needed for private_key_jwt");
  }
  if (metadata.request_object_signing_alg || metadata.require_signed_request_object) {
    throw invalidMetadata("jwks", "or jwks_uri is needed for signed request objects");
  }
}

/** OpenID Connect Core §8.1: with several hosts the sector has to be said. */
function checkSubjects(metadata: ClientMetadata): void {
  const { subject_type, sector_identifier_uri, redirect_uris } = metadata;
  if (subject_type !== "pairwise" || sector_identifier_uri) return;
  if (new Set(redirect_uris.map((uri) => new URL(uri).host)).size > 1) {
    throw invalidMetadata("sector_identifier_uri", "is needed for pairwise subjects with several hosts");
  }
}
