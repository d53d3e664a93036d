/** As a source of a page's policy (CSP 3 §2.3.1): an origin, or the scheme of a native app. Null when it is no address. */
export function policySource(uri: string): string | null {
  const url = URL.parse(uri);
  if (!url) return null;
  return url.protocol === "https:" || url.protocol === "http:" ? url.origin : url.protocol;
}
