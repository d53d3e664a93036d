/** The errors of OAuth endpoints: a code of the RFCs, and a sentence for the developer of the client. */
import type { Rendered } from "./exchange.ts";
import { asProblem, problemHeaders } from "./problem_response.ts";

/** Thrown by routes with `errors: "oauth"`; the edge answers it as JSON (RFC 6749 §5.2). */
export class OAuthError extends Error {
  override name = "OAuthError";

  constructor(
    /** 400 unless an RFC says otherwise. */
    readonly status: number,
    /** A code registered for OAuth (RFC 6749 §11.4). */
    readonly error: string,
    /** ASCII without `"` and `\` (RFC 6749 §5.2): says what to change, never a secret. */
    readonly error_description: string,
    readonly extra: {
      headers?: Record<string, string>;
      /** Further members of the answer. */
      members?: Record<string, unknown>;
      cause?: unknown;
    } = {},
  ) {
    super(`${error}: ${error_description}`, { cause: extra.cause });
  }
}

/** What stays as it is; whatever else is wrong with a request is 400 (RFC 6749 §5.2). */
const ownStatus = new Set([404, 405, 413]);

/** Whatever was thrown, as one of OAuth's errors; what the edge refuses has a code there, too. */
export function asOAuthError(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  const problem = asProblem(error);
  const { status, detail } = problem;
  const extra = { headers: problemHeaders(problem), cause: problem.extra.cause };
  if (status === 429 || status === 503) {
    return new OAuthError(status, "temporarily_unavailable", detail, extra);
  }
  if (status >= 500) return new OAuthError(500, "server_error", detail, extra);
  // RFC 6750 §3.1: a token that leads nowhere.
  if (status === 401) return new OAuthError(401, "invalid_token", detail, extra);
  if (status === 403) return new OAuthError(403, "access_denied", detail, extra);
  return new OAuthError(ownStatus.has(status) ? status : 400, "invalid_request", detail, extra);
}

/** RFC 6749 §5.2. */
export function renderOAuthError({ status, error, error_description, extra }: OAuthError): Rendered {
  const body = { error, error_description: printable(error_description), ...extra.members };
  return {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...extra.headers },
    cookies: [],
    body: JSON.stringify(body),
  };
}

/** RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E. */
export function printable(text: string): string {
  return text.replace(/["\\]/g, "'").replace(/[^\x20-\x7e]/g, "?").slice(0, 500);
}
