/**
 * An error has three parts that never mix: a stable code, a text for the caller, and a cause for the log.
 * Rendered as problem+json (RFC 9457) with `type` = `${issuer}/docs/problems#${code}`.
 */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly extra: {
      /** Field name → what is wrong with it. */
      fields?: Record<string, string>;
      retry_after_seconds?: number;
      /** Further members of the problem object; plain data. */
      members?: Record<string, unknown>;
      headers?: Record<string, string>;
      cause?: unknown;
    } = {},
  ) {
    super(`${code}: ${detail}`, { cause: extra.cause });
    this.name = "Problem";
  }
}
