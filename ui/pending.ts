import type { Cookie } from "../../../core/http/route.ts";

/** Whose mail the next page waits for: kept out of the address bar, and so out of histories and logs. */
export const pendingCookie = (email: string): Cookie => ({
  name: "fs_pending",
  value: encodeURIComponent(email.trim().slice(0, 254)),
  max_age_seconds: 86_400,
});
