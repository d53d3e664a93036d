/** Which addresses a client may register, and why not. Pure. */
import { isLoopback } from "../../core/config.ts";
import { OAuthError } from "../../core/http/oauth_error.ts";
import { invalidMetadata } from "./metadata_fields.ts";

export interface UriRules {
  production: boolean;
  application_type: "web" | "native";
  /** FAPI 2.0 Security Profile §5.3.2.2: https, whatever else would do. */
  https_only: boolean;
}

/** Every character of RFC 3986 §2, and no other: parsers are of two minds about the rest. */
const characters = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/;
/** Schemes that act in the browser, or in the system, when something leads to them. */
const dangerous = new Set([
  "javascript:",
  "data:",
  "file:",
  "blob:",
  "about:",
  "vbscript:",
  "view-source:",
  "filesystem:",
  "ws:",
  "wss:",
  "ftp:",
  "mailto:",
  "intent:",
]);

/** Null when it is absolute and whole; else what is wrong with it, to be read after its name. */
function plainUri(value: string): { url: URL } | { wrong: string } {
  if (!characters.test(value)) return { wrong: "must be a URI (RFC 3986) without other characters" };
  const url = URL.parse(value);
  if (!url) return { wrong: "must be an absolute URI" };
  // RFC 6749 §3.1.2: an empty fragment is one, too, and the parser drops it.
  if (value.includes("#")) return { wrong: "must not have a fragment" };
  const authority = /^[^:]+:\/\/([^/?]*)/.exec(value)?.[1] ?? "";
  if (authority.includes("@")) return { wrong: "must not contain a user or a password" };
  if (dangerous.has(url.protocol)) return { wrong: `must not use the scheme ${url.protocol}` };
  if (/^https?:$/.test(url.protocol)) {
    // `https:host` and `https:/host` are read as absolute by browsers and as something else by others.
    if (!/^https?:\/\/[^/?]/i.test(value)) return { wrong: "must be an absolute URI with a host" };
    if (url.hostname.includes("*")) return { wrong: "must name one host, without wildcards" };
  }
  return { url };
}

/** Where answers go (RFC 6749 §3.1.2, OpenID Connect Registration §2, RFC 8252 §7); null when it may be registered. */
export function whyNotRedirectUri(value: string, rules: UriRules): string | null {
  const read = plainUri(value);
  if ("wrong" in read) return read.wrong;
  const { protocol, hostname } = read.url;
  const loopback = isLoopback(hostname);
  if (protocol === "https:") {
    // RFC 8252 §7.2: a claimed address is one that the app's maker owns.
    return rules.application_type === "native" && loopback
      ? "of a native app must not use https on this device"
      : null;
  }
  if (protocol === "http:") {
    if (!loopback) return "must use https";
    if (rules.application_type === "native") return null;
    if (rules.https_only) return "must use https (FAPI 2.0)";
    return rules.production
      ? "must use https; http on this device is for native apps (application_type native)"
      : null;
  }
  if (rules.application_type === "web") return "of a web app must use https";
  if (rules.https_only) return "must use https (FAPI 2.0)";
  // RFC 8252 §7.1: a scheme is based on a domain name under its maker's control, so it has a dot.
  return protocol.includes(".")
    ? null
    : "must use a scheme that is a reversed domain name, as com.example.app:";
}

export function checkRedirectUri(value: string, rules: UriRules): void {
  const wrong = whyNotRedirectUri(value, rules);
  // RFC 7591 §3.2.2.
  if (wrong) throw new OAuthError(400, "invalid_redirect_uri", `redirect_uris: ${shown(value)} ${wrong}`);
}

/** A page or an endpoint of the client's: https, or http on this machine in development. */
export function checkWebUri(name: string, value: string, production: boolean): URL {
  const read = plainUri(value);
  if ("wrong" in read) throw invalidMetadata(name, read.wrong);
  const { protocol, hostname } = read.url;
  if (protocol !== "https:" && !(protocol === "http:" && !production && isLoopback(hostname))) {
    throw invalidMetadata(name, "must use https");
  }
  return read.url;
}

/** RFC 8707 §2: absolute, without a fragment. */
export function checkResource(name: string, value: string): void {
  const read = plainUri(value);
  if ("wrong" in read) throw invalidMetadata(name, read.wrong);
}

/** Enough of it to be found again. */
const shown = (value: string) => value.length > 100 ? `${value.slice(0, 100)}...` : value;
