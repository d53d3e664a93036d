/** Where a visitor may be sent after signing in: a place here, never another site. */

const lengthMax = 2048;
const base = "http://here.invalid";

/**
 * The path, query and fragment of `next` when it is a place on this site, else `fallback`. Refuses what browsers read
 * as another host: `//host`, `/\host`, and both again behind a tab or after dots are resolved.
 */
export function localPath(next: string | null | undefined, fallback = "/"): string {
  if (typeof next !== "string" || next.length > lengthMax || !next.startsWith("/")) return fallback;
  // deno-lint-ignore no-control-regex -- browsers drop tabs and newlines inside an address, which moves what follows
  if (/[\\\x00-\x20\x7f]/.test(next)) return fallback;
  const url = URL.parse(next, base);
  if (!url || url.origin !== base || url.username || url.password) return fallback;
  const path = url.pathname + url.search + url.hash;
  return path.startsWith("//") ? fallback : path;
}
