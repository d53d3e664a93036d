/** The errors of OAuth endpoints: a code of the RFCs, and a sentence for the developer of the client. */

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
