/** What this provider can do, as it tells clients: OpenID Connect Discovery §3, RFC 8414 §2 and their extensions. Pure. */
import { acrValues } from "../../core/sign_in/acr.ts";
import { dpopAlgorithms } from "../../core/dpop/dpop.ts";
import { locales } from "../../core/i18n/mod.ts";
import { knownScopes } from "./custom_scopes.ts";
import { answerAlgorithms, authMethods, clientAlgorithms, grantTypes } from "./metadata.ts";
import { registrationMode } from "./registration.ts";
import { endpointsOf, type OAuth2Ctx } from "./runtime.ts";
import { claimNames } from "./scopes.ts";

/** Of the sign-in itself, in every ID token (Core §2). */
const signInClaims = ["iss", "aud", "auth_time", "acr", "amr", "nonce", "sid"];

/** Every member holds for every client; what one registered may allow it less. */
export function providerMetadata(ctx: Pick<OAuth2Ctx, "config" | "core">): Record<string, unknown> {
  const { config, core } = ctx;
  const { registration_endpoint, ...endpoints } = endpointsOf(core);
  return {
    ...endpoints,
    // RFC 7591 §3: told only where it answers.
    ...registrationMode(ctx) === "off" ? {} : { registration_endpoint },
    ...coreMembers(config),
    ...clientAuthentication,
    ...extensions,
    service_documentation: `${core.frontend_url}/docs/oauth`,
    ui_locales_supported: locales,
    ...config.policy_uri ? { op_policy_uri: config.policy_uri } : {},
    ...config.tos_uri ? { op_tos_uri: config.tos_uri } : {},
  };
}

/** OpenID Connect Discovery §3. */
const coreMembers = (config: OAuth2Ctx["config"]) => ({
  scopes_supported: knownScopes(config),
  response_types_supported: ["code"],
  response_modes_supported: ["query", "fragment", "form_post"],
  grant_types_supported: grantTypes,
  acr_values_supported: acrValues,
  subject_types_supported: ["public", "pairwise"],
  id_token_signing_alg_values_supported: answerAlgorithms,
  userinfo_signing_alg_values_supported: answerAlgorithms,
  request_object_signing_alg_values_supported: clientAlgorithms,
  display_values_supported: ["page"],
  claim_types_supported: ["normal"],
  claims_supported: [...new Set([...claimNames, ...signInClaims])],
  claims_parameter_supported: true,
  request_parameter_supported: true,
  // By reference only what was pushed here (RFC 9126): we fetch no request objects (RFC 9101 §10.4).
  request_uri_parameter_supported: false,
  require_request_uri_registration: false,
});

const signing = [...clientAlgorithms, "HS256"];

/** RFC 8414 §2: `none` identifies a client at the token and the revocation endpoint, and is no proof for introspection. */
const clientAuthentication = {
  token_endpoint_auth_methods_supported: authMethods,
  token_endpoint_auth_signing_alg_values_supported: signing,
  revocation_endpoint_auth_methods_supported: authMethods,
  revocation_endpoint_auth_signing_alg_values_supported: signing,
  introspection_endpoint_auth_methods_supported: authMethods.filter((method) => method !== "none"),
  introspection_endpoint_auth_signing_alg_values_supported: signing,
};

const extensions = {
  // RFC 7636 §4.2: `plain` protects nothing that S256 does not protect better.
  code_challenge_methods_supported: ["S256"],
  // RFC 9207 §3.
  authorization_response_iss_parameter_supported: true,
  // RFC 9126 §5, RFC 9101 §10.5: required per client, not for everybody.
  require_pushed_authorization_requests: false,
  require_signed_request_object: false,
  // RFC 9449 §5.1.
  dpop_signing_alg_values_supported: dpopAlgorithms,
  // RFC 9701 §7.
  introspection_signing_alg_values_supported: answerAlgorithms,
  // Initiating User Registration §4.
  prompt_values_supported: ["none", "login", "consent", "select_account", "create"],
  // Back-Channel Logout §2.1, Front-Channel Logout §3.
  backchannel_logout_supported: true,
  backchannel_logout_session_supported: true,
  frontchannel_logout_supported: true,
  frontchannel_logout_session_supported: true,
};
