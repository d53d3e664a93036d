/** The headers that go with every answer. */
import type { CoreConfig } from "../config.ts";
import { isHttps } from "./cookies.ts";
import type { Exchange } from "./exchange.ts";
import type { PageView } from "./route.ts";

const pageDirectives: Record<string, string[]> = {
  "default-src": ["'none'"],
  "script-src": ["'self'"],
  "style-src": ["'self'"],
  "img-src": ["'self'", "data:"],
  "connect-src": ["'self'"],
  // The captured mail, in a frame of its own.
  "frame-src": ["'self'"],
  "form-action": ["'self'"],
  "frame-ancestors": ["'none'"],
  "base-uri": ["'none'"],
};

/**
 * The policy of a page, with what this one may do besides.
 *
 * @throws Error for a source that could end its directive
 */
export function pagePolicy(more: PageView["policy"] = {}): string {
  const additions: Record<string, string[] | undefined> = more;
  return Object.entries(pageDirectives).map(([directive, sources]) => {
    const added = additions[directive] ?? [];
    if (added.some((source) => !/^[\x21-\x2b\x2d-\x3a\x3c-\x7e]{1,500}$/.test(source))) {
      throw new Error(`not a source for ${directive}`);
    }
    return [directive, ...new Set([...sources, ...added])].join(" ");
  }).join("; ");
}

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
    page: { ...common, "content-security-policy": pagePolicy(), "cache-control": "no-store" },
    asset: { ...common, "content-security-policy": dataPolicy },
  };
}
