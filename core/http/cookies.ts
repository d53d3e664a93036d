/** Cookies: read from the request, and written with the attributes that all of ours share (RFC 6265bis §4.1). */
import type { CoreConfig } from "../config.ts";
import type { Cookie } from "./route.ts";

type Where = Pick<CoreConfig, "backend_url">;

/** `__Host-` needs `Secure`, which browsers drop over plain http: there the name is plain too. */
export function sessionCookieName(core: Where): string {
  return isHttps(core.backend_url) ? "__Host-fs_session" : "fs_session";
}

/** What a browser is known again by; see core/device.ts. */
export function deviceCookieName(core: Where): string {
  return isHttps(core.backend_url) ? "__Host-fs_device" : "fs_device";
}

export const languageCookie = "fs_lang";
export const themeCookie = "fs_theme";

export function isHttps(url: string): boolean {
  return url.startsWith("https:");
}

const headerCharactersMax = 16_384;
const cookiesMax = 60;

/** Name to value; of two with one name the first counts, as browsers send the more specific one first. */
export function readCookies(header: string | null): Record<string, string> {
  const cookies: Record<string, string> = Object.create(null);
  if (!header || header.length > headerCharactersMax) return cookies;
  for (const pair of header.split(";", cookiesMax)) {
    const at = pair.indexOf("=");
    const name = pair.slice(0, Math.max(0, at)).trim();
    if (name === "") continue;
    const value = pair.slice(at + 1).trim();
    if (!(name in cookies)) cookies[name] = value.replace(/^"(.*)"$/, "$1");
  }
  return cookies;
}

const nameShape = /^[A-Za-z0-9_-]{1,64}$/;
/** cookie-octet of RFC 6265 §4.1.1: nothing that could end the value or the header. */
const valueShape = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{0,4000}$/;

/** @throws Error when name or value could break out of the header. */
export function setCookieHeader(cookie: Cookie, secure: boolean): string {
  if (!nameShape.test(cookie.name) || !valueShape.test(cookie.value)) {
    throw new Error(`cookie ${JSON.stringify(cookie.name.slice(0, 64))} cannot be written as a header`);
  }
  const life = cookie.max_age_seconds === undefined ? "" : `; Max-Age=${Math.floor(cookie.max_age_seconds)}`;
  return `${cookie.name}=${cookie.value}; Path=/${life}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
}
