/**
 * Where a form that leads to an app may end, as a source of `form-action`. Browsers hold every redirect after a form
 * against it (CSP 3 §6.4.1.2), and apps lead people on from their callback to wherever they came from, which only they
 * know: an origin would stop people there. So it is the scheme; `http:` stands for `https:`, too (§6.7.2.8).
 */
export function wayOut(redirect_uri: string): string {
  const url = URL.parse(redirect_uri);
  if (!url) throw new Error("a redirect_uri that is no address");
  return url.protocol;
}

/** As a source of a page's policy (CSP 3 §2.3.1): an origin, or the scheme of a native app. Null when it is no address. */
export function policySource(uri: string): string | null {
  const url = URL.parse(uri);
  if (!url) return null;
  return url.protocol === "https:" || url.protocol === "http:" ? url.origin : url.protocol;
}
