/** The headers that go with every answer. */
import type { CoreConfig } from "../config.ts";
import { isHttps } from "./cookies.ts";
import type { Exchange } from "./exchange.ts";

const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  // The captured mail, in a frame of its own.
  "frame-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/** JSON is not for showing; should a browser show it all the same, nothing in it may act. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/**
 * One set of headers for each kind of answer, made once.
 *
 * Referrers: addresses of pages carry tokens, so a referrer must never hold more than our origin. `no-referrer` would
 * say less still, but makes browsers send `Origin: null` with our own forms, and those that send no `Sec-Fetch-Site`
 * (Safari on http://localhost) would then have nothing left to show that a form is ours.
 */
export function securityHeaders(core: Pick<CoreConfig, "backend_url">): Record<
  Exchange["kind"],
  Record<string, string>
> {
  const common: Record<string, string> = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin",
    "permissions-policy":
      "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), interest-cohort=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
  };
  // Not for subdomains: what else an operator runs below this name is not ours to decide.
  if (isHttps(core.backend_url)) common["strict-transport-security"] = "max-age=63072000";
  return {
    api: { ...common, "content-security-policy": dataPolicy, "cache-control": "no-store" },
    page: { ...common, "content-security-policy": pagePolicy, "cache-control": "no-store" },
    asset: { ...common, "content-security-policy": dataPolicy },
  };
}
