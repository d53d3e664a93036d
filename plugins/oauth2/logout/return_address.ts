/** Where a person goes after signing out (RP-Initiated Logout §2, §3). Pure. */

export interface ReturnAddress {
  /** Registered, letter for letter. */
  post_logout_redirect_uri: string;
  state: string | null;
}

/** The registered address with `state`, and nothing else changed in it. */
export function locationOf({ post_logout_redirect_uri: uri, state }: ReturnAddress): string {
  if (state === null) return uri;
  const at = uri.indexOf("#");
  const [address, fragment] = at < 0 ? [uri, ""] : [uri.slice(0, at), uri.slice(at)];
  return `${address}${address.includes("?") ? "&" : "?"}state=${encodeURIComponent(state)}${fragment}`;
}
