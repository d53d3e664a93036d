/** Every grant type that the token endpoint knows. */
import type { GrantType } from "../metadata.ts";
import { authorizationCode } from "./authorization_code.ts";
import { clientCredentials } from "./client_credentials.ts";
import { deviceCode } from "./device_code.ts";
import type { GrantHandler } from "./grant_type.ts";
import { refreshToken } from "./refresh_token.ts";
import { tokenExchange } from "./token_exchange.ts";

const handlers: Record<GrantType, GrantHandler> = {
  authorization_code: authorizationCode,
  refresh_token: refreshToken,
  client_credentials: clientCredentials,
  "urn:ietf:params:oauth:grant-type:device_code": deviceCode,
  "urn:ietf:params:oauth:grant-type:token-exchange": tokenExchange,
};

/** Null when there is no such grant type. */
export function grantHandler(grant_type: string): { grant_type: GrantType; handle: GrantHandler } | null {
  if (!Object.hasOwn(handlers, grant_type)) return null;
  const known = grant_type as GrantType;
  return { grant_type: known, handle: handlers[known] };
}
