/** A token for the client itself (RFC 6749 §4.4): nobody's account is behind it, and there is no refresh token. */
import { issueAccessToken } from "../access_token.ts";
import { checkResource, checkScope } from "../asked.ts";
import { noteUsed } from "../issue.ts";
import { isPublic } from "../metadata.ts";
import { standardScopes } from "../scopes.ts";
import { invalidScope, unauthorizedClient } from "./errors.ts";
import type { GrantHandler } from "./grant_type.ts";

export const clientCredentials: GrantHandler = async (ctx, { client, form, lists, dpop_jkt }) => {
  // RFC 6749 §4.4: MUST only be used by confidential clients.
  if (isPublic(client)) throw unauthorizedClient("Only a client that authenticates may ask for itself.");
  const scope = checkScope(ctx, client, form.scope);
  const personal = scope.find((name) => standardScopes.includes(name));
  if (personal !== undefined) {
    throw invalidScope(`The scope ${personal} is about a person, and there is none here.`);
  }
  const resource = checkResource(client, lists.resource);
  noteUsed(ctx, client.client_id);
  // RFC 9068 §2.2: sub is the client's own identifier.
  const sub = client.client_id;
  const access = await issueAccessToken(ctx, { client, sub, grant: null, scope, resource, dpop_jkt });
  return { ...access, ...scope.length > 0 ? { scope: scope.join(" ") } : {} };
};
