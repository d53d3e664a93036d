import type { CoreConfig } from "../config.ts";
import { sessionCookieName } from "../http/cookies.ts";
import type { Cookie } from "../http/route.ts";

/** The browser forgets its session. */
export const expiredCookie = (core: Pick<CoreConfig, "backend_url">): Cookie => ({
  name: sessionCookieName(core),
  value: "",
  max_age_seconds: 0,
});
