/** A request for tokens may ask for less than was granted, never for more (RFC 6749 §6, RFC 8707 §2.2). Pure. */
import { checkResource } from "../asked.ts";
import type { Client } from "../client.ts";
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

/**
 * What was asked for, and what of it has to have been granted: we ourselves are the default audience, and may be named.
 *
 * @throws OAuthError `invalid_target`
 */
export function askedResource(client: Pick<Client, "resources">, given: string[], issuer: string) {
  const foreign = checkResource(client, given.filter((one) => one !== issuer));
  return { resource: given.includes(issuer) ? [issuer, ...foreign] : foreign, foreign };
}

/** Whether everything in one list is in another. */
export const covers = (granted: readonly string[], asked: readonly string[]): boolean =>
  asked.every((one) => granted.includes(one));
