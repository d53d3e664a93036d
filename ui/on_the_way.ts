/**
 * Where somebody was going when they had to sign in first. It survives the detour through sign-up and the mailbox, in
 * which every page is opened anew, and is asked for at sign-in only. Only who takes the detour leaves such a mark: a site
 * that sends a browser to sign in must not decide where the next sign-in leads.
 */
import type { Cookie } from "../core/http/route.ts";

import { paths } from "./paths.ts";

const name = "fs_next";

/** As long as a request of an app waits. */
export const rememberNext = (next: string): Cookie => ({
  name,
  value: encodeURIComponent(next.slice(0, 1000)),
  max_age_seconds: 1800,
});

export const forgetNext: Cookie = { name, value: "", max_age_seconds: 0 };

/** A set-up link waits by itself, unlike the request of an app. */
export const waitsByItself = (next: string | undefined): boolean =>
  next?.startsWith(`${paths.setup}?`) ?? false;

/** As it was remembered; whoever uses it checks that it leads to a place here. */
export function rememberedNext(cookies: Record<string, string>): string | null {
  try {
    return cookies[name] ? decodeURIComponent(cookies[name]) : null;
  } catch {
    return null;
  }
}
