/** Whose mail the next page waits for: kept out of the address bar, and so out of histories and logs. */
import type { Cookie } from "../core/http/route.ts";

const name = "fs_pending";

export const pendingCookie = (email: string): Cookie => ({
  name,
  value: encodeURIComponent(email.trim().slice(0, 254)),
  max_age_seconds: 86_400,
});

/** Once there is nothing to wait for. */
export const nobodyPending: Cookie = { name, value: "", max_age_seconds: 0 };

/** Null without such a cookie, and for one that we did not write. */
export function pendingEmail(cookies: Record<string, string>): string | null {
  try {
    return cookies[name] ? decodeURIComponent(cookies[name]) : null;
  } catch {
    return null;
  }
}
