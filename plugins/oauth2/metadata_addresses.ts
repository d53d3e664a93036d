/** Members of a registration that people are shown or sent to; every one throws OAuthError. Pure. */
import { OAuthError } from "../../core/http/oauth_error.ts";
import type { ClientMetadata } from "./metadata.ts";
import { type Fields, invalidMetadata } from "./metadata_fields.ts";
import { checkRedirectUri, checkWebUri, type UriRules, whyNotRedirectUri } from "./metadata_uri.ts";

/** What the other members are judged by. */
export type Kind = Pick<
  ClientMetadata,
  "application_type" | "grant_types" | "response_types" | "token_endpoint_auth_method" | "profile"
>;

const nameLengthMax = 100;
const languagesMax = 30;

/** What people are shown. */
export function readWords(fields: Fields, production: boolean) {
  const client_name_i18n: Record<string, string> = {};
  // RFC 7591 §2.2, RFC 5646.
  for (const name of fields.names()) {
    const language = /^client_name#([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)$/.exec(name)?.[1];
    const text = language && fields.text(name, nameLengthMax);
    if (text) client_name_i18n[language] = text;
  }
  if (Object.keys(client_name_i18n).length > languagesMax) {
    throw invalidMetadata("client_name", `must have at most ${languagesMax} languages`);
  }
  const page = (name: string) => webUri(fields, name, production);
  return {
    client_name: fields.text("client_name", nameLengthMax) ?? "",
    client_name_i18n,
    client_uri: page("client_uri"),
    logo_uri: page("logo_uri"),
    policy_uri: page("policy_uri"),
    tos_uri: page("tos_uri"),
    contacts: fields.texts("contacts", 320) ?? [],
  };
}

function webUri(fields: Fields, name: string, production: boolean): string | null {
  const value = fields.text(name);
  if (value !== null) checkWebUri(name, value, production);
  return value;
}

/** Where people and logouts are sent. */
export function readAddresses(fields: Fields, kind: Kind, production: boolean) {
  const { application_type } = kind;
  const uris: UriRules = { production, application_type, https_only: kind.profile === "fapi2" };
  const redirect_uris = readRedirectUris(fields, kind, uris);
  const post_logout_redirect_uris = fields.texts("post_logout_redirect_uris") ?? [];
  for (const uri of post_logout_redirect_uris) {
    const wrong = whyNotRedirectUri(uri, uris);
    if (wrong) throw invalidMetadata("post_logout_redirect_uris", wrong);
  }
  const frontchannel_logout_uri = webUri(fields, "frontchannel_logout_uri", production);
  // Front-Channel Logout §2: scheme, domain and port are those of a redirect URI.
  const origin = frontchannel_logout_uri && new URL(frontchannel_logout_uri).origin;
  if (origin && !redirect_uris.some((uri) => new URL(uri).origin === origin)) {
    throw invalidMetadata(
      "frontchannel_logout_uri",
      "must have scheme, host and port of one of redirect_uris",
    );
  }
  return {
    redirect_uris,
    post_logout_redirect_uris,
    frontchannel_logout_uri,
    frontchannel_logout_session_required: fields.boolean("frontchannel_logout_session_required") ?? false,
    backchannel_logout_uri: webUri(fields, "backchannel_logout_uri", production),
    backchannel_logout_session_required: fields.boolean("backchannel_logout_session_required") ?? false,
    initiate_login_uri: webUri(fields, "initiate_login_uri", production),
    sector_identifier_uri: webUri(fields, "sector_identifier_uri", production),
  };
}

function readRedirectUris(fields: Fields, kind: Kind, uris: UriRules): string[] {
  let redirect_uris: string[] | null;
  try {
    redirect_uris = fields.texts("redirect_uris");
  } catch (error) {
    // RFC 7591 §3.2.2 has a code of its own for these.
    throw new OAuthError(400, "invalid_redirect_uri", (error as OAuthError).error_description);
  }
  // OpenID Connect Registration §2; RFC 7591 §2: for every flow that redirects.
  if (kind.response_types.length > 0 && !redirect_uris?.length) {
    throw new OAuthError(400, "invalid_redirect_uri", "redirect_uris must have at least one entry");
  }
  for (const uri of redirect_uris ?? []) checkRedirectUri(uri, uris);
  return redirect_uris ?? [];
}
