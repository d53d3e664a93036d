/** A request for tokens may ask for less than was granted, never for more (RFC 6749 §6, RFC 8707 §2.2). Pure. */
import { parseScope } from "../scopes.ts";
import { invalidScope } from "./errors.ts";

/**
 * Null when nothing was asked for, which means all of it.
 *
 * @throws OAuthError `invalid_scope` when it is malformed
 */
export function askedScope(scope: string | undefined): string[] | null {
  if (scope === undefined) return null;
  const names = parseScope(scope);
  if (names === null) throw invalidScope("scope is a list of names with one space between them.");
  return names;
}

/** What is left to be granted of the resources asked for: ourselves, the default audience, always are. */
export const foreignResources = (resource: string[], issuer: string): string[] =>
  resource.filter((one) => one !== issuer);

/** Whether everything in one list is in another. */
export const covers = (granted: readonly string[], asked: readonly string[]): boolean =>
  asked.every((one) => granted.includes(one));
