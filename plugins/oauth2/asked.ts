/** What any request for tokens may ask for: scopes and resources, held against the client. */
import { OAuthError } from "../../core/http/oauth_error.ts";
import type { Client } from "./client.ts";
import { knownScopes } from "./custom_scopes.ts";
import type { OAuth2Config } from "./config.ts";
import { parseScope } from "./scopes.ts";

const resourcesMax = 20;
const uriLengthMax = 2000;

/**
 * The scopes that are granted: those it asked for that exist and that it may have. Ones we do not know are left out
 * (OpenID Connect Core §3.1.2.1), ones that are not the client's are refused; without `scope` there are none.
 *
 * @throws OAuthError `invalid_scope`
 */
export function checkScope(
  ctx: { config: Pick<OAuth2Config, "scopes"> },
  client: Pick<Client, "scope" | "grant_types">,
  scope: string | undefined,
): string[] {
  if (scope === undefined || scope === "") return [];
  const asked = parseScope(scope);
  if (asked === null) {
    throw new OAuthError(400, "invalid_scope", "scope is a list of names with one space between them.");
  }
  const foreign = client.scope === null ? undefined : asked.find((name) => !client.scope!.includes(name));
  if (foreign !== undefined) {
    throw new OAuthError(400, "invalid_scope", `The client is not registered for the scope ${foreign}.`);
  }
  const known = asked.filter((name) => knownScopes(ctx.config).includes(name));
  if (known.length === 0) throw new OAuthError(400, "invalid_scope", "None of these scopes exists here.");
  // Core §11: without refresh tokens there is nothing to be offline with.
  return client.grant_types.includes("refresh_token")
    ? known
    : known.filter((name) => name !== "offline_access");
}

/**
 * RFC 8707 §2: absolute URIs without a fragment.
 *
 * @throws OAuthError `invalid_target`
 */
export function checkResource(client: Pick<Client, "resources">, resource: string[]): string[] {
  if (resource.length > resourcesMax) throw target(`At most ${resourcesMax} resources may be asked for.`);
  for (const one of resource) {
    if (one.length > uriLengthMax || one.includes("#") || URL.parse(one) === null) {
      throw target("resource is an absolute URI without a fragment.");
    }
    if (client.resources !== null && !client.resources.includes(one)) {
      throw target("The client may not ask for tokens for this resource.");
    }
  }
  return [...new Set(resource)];
}

const target = (sentence: string) => new OAuthError(400, "invalid_target", sentence);
