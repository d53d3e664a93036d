/** The errors of the token endpoint that several grants answer (RFC 6749 §5.2). */
import { OAuthError } from "../../../core/http/oauth_error.ts";

export const invalidRequest = (why: string) => new OAuthError(400, "invalid_request", why);
export const invalidGrant = (why: string) => new OAuthError(400, "invalid_grant", why);
export const invalidScope = (why: string) => new OAuthError(400, "invalid_scope", why);
export const invalidTarget = (why: string) => new OAuthError(400, "invalid_target", why);
export const unauthorizedClient = (why: string) => new OAuthError(400, "unauthorized_client", why);
