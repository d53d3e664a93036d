/** What both endpoints of dynamic registration share (RFC 7591, RFC 7592). */
import type { HeaderFields } from "../../core/http/header_fields.ts";
import { randomBytes } from "node:crypto";
import { OAuthError } from "../../core/http/oauth_error.ts";
import { type Client, openSecret } from "./client.ts";
import type { MetadataRules } from "./check_metadata.ts";
import { knownScopes } from "./custom_scopes.ts";
import { presentMetadata } from "./present_metadata.ts";
import { endpointsOf, type OAuth2Ctx } from "./runtime.ts";

export type RegistrationMode = "open" | "token" | "off";

export function registrationMode({ config, core }: Pick<OAuth2Ctx, "config" | "core">): RegistrationMode {
  if (config.registration !== "auto") return config.registration;
  return core.production ? "off" : "open";
}

export const rulesFor = ({ config, core }: OAuth2Ctx): MetadataRules => ({
  by: "registration",
  production: core.production,
  scopes: knownScopes(config),
});

export const newRegistrationToken = () => `fsr_${randomBytes(32).toString("base64url")}`;

/** RFC 6750 §2.1; null when there is none. */
export function bearerOf(headers: HeaderFields): string | null {
  return /^Bearer +([A-Za-z0-9\-._~+/]{1,512}=*)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? null;
}

/** RFC 6750 §3.1: without a token, no error is named in the challenge. */
export function unauthorized(error_description: string, presented: boolean): OAuthError {
  return new OAuthError(401, "invalid_token", error_description, {
    headers: { "www-authenticate": presented ? 'Bearer error="invalid_token"' : "Bearer" },
  });
}

export const noStore = { "cache-control": "no-store", pragma: "no-cache" };

const seconds = (date: Date) => Math.floor(date.getTime() / 1000);

/** RFC 7591 §3.2.1, RFC 7592 §3. */
export function clientInformation(
  { keys, core }: Pick<OAuth2Ctx, "keys" | "core">,
  client: Client,
  registration_access_token: string,
): Record<string, unknown> {
  const { client_id, client_secret_sealed, client_secret_expires_at, created_at } = client;
  const secret = client_secret_sealed && {
    client_secret: openSecret(keys, client) ?? undefined,
    // RFC 7591 §3.2.1: 0 when it does not expire.
    client_secret_expires_at: client_secret_expires_at ? seconds(client_secret_expires_at) : 0,
  };
  return {
    client_id,
    client_id_issued_at: seconds(created_at),
    ...secret,
    registration_access_token,
    registration_client_uri: `${endpointsOf(core).registration_endpoint}/${encodeURIComponent(client_id)}`,
    ...presentMetadata(client),
  };
}
