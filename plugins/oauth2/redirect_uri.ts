/** Which addresses a client may have people sent to. Pure. */
import type { ClientMetadata } from "./metadata.ts";

const loopbackHosts = new Set(["127.0.0.1", "[::1]", "localhost"]);

/**
 * RFC 9700 §4.1.3: MUST be compared as strings, without any reading of their parts; the one exception is the port of
 * a native app's loopback address, which the system gives it anew each time (RFC 8252 §7.3).
 */
export function matchesRedirectUri(
  client: Pick<ClientMetadata, "redirect_uris" | "application_type">,
  given: string,
): boolean {
  if (client.redirect_uris.includes(given)) return true;
  if (client.application_type !== "native") return false;
  const loopback = withoutPort(given);
  return loopback !== null && client.redirect_uris.some((one) => withoutPort(one) === loopback);
}

/** A loopback address without its port, letter for letter as it was written; null for any other address. */
function withoutPort(uri: string): string | null {
  const match = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(?::(\d{1,5}))?(\/[^#\\]*|\?[^#\\]*)?$/.exec(uri);
  if (!match || !loopbackHosts.has(match[1])) return null;
  const [, host, port, rest = ""] = match;
  if (port !== undefined && (Number(port) > 65_535 || Number(port) === 0)) return null;
  return `${host}${rest}`;
}
