/**
 * Whether a mail led somebody here. Its link carries a tag (`?m=`), which the browser keeps for an hour; it counts when
 * a form is sent, so programs that only fetch links count for nothing. Nobody is followed anywhere else.
 */
import type { Cookie } from "./route.ts";

const cookieName = "fs_mail";
const keptSeconds = 3_600;
const shape = /^[\w-]{16,64}$/;

/** The cookie to keep of a page that was opened by a mail's link. */
export function keepMailLink(query: Record<string, string>, cookies: Record<string, string>): Cookie[] {
  const { m } = query;
  return m === undefined || !shape.test(m) || cookies[cookieName] === m
    ? []
    : [{ name: cookieName, value: m, max_age_seconds: keptSeconds }];
}

/** The tag that led here, and the cookie that forgets it; null when none did. */
export function takeMailLink(cookies: Record<string, string>): { link_tag: string; forget: Cookie } | null {
  const link_tag = cookies[cookieName];
  return link_tag === undefined || !shape.test(link_tag)
    ? null
    : { link_tag, forget: { name: cookieName, value: "", max_age_seconds: 0 } };
}
