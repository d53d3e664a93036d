/** A refresh token for new tokens (RFC 6749 §6, RFC 9700 §4.14). */
import { revokeGrants } from "../grant.ts";
import { issueTokens } from "../issue.ts";
import { type Redeemed, redeemRefreshToken } from "../refresh_token.ts";
import { endpointsOf } from "../runtime.ts";
import { invalidGrant, invalidRequest, invalidScope, invalidTarget } from "./errors.ts";
import type { GrantHandler } from "./grant_type.ts";
import { askedResource, askedScope } from "./narrow.ts";

const refusals: Record<Exclude<Redeemed["kind"], "redeemed">, () => Error> = {
  unknown: () =>
    invalidGrant("The refresh token is unknown, has expired or was revoked, or is another client's."),
  reused: () => invalidGrant("The refresh token was used before, so everything of its grant was revoked."),
  other_key: () => invalidGrant("The refresh token is bound to another DPoP key."),
  wider_scope: () => invalidScope("scope may only be what was granted."),
  other_resource: () => invalidTarget("resource may only be what was granted."),
};

/** A narrower scope holds for the new access token only: the grant stays what it is (RFC 6749 §6). */
export const refreshToken: GrantHandler = async (ctx, { client, form, lists, dpop_jkt }) => {
  const { refresh_token } = form;
  if (refresh_token === undefined) throw invalidRequest("refresh_token is missing.");
  const scope = askedScope(form.scope);
  const { resource, foreign } = askedResource(client, lists.resource, endpointsOf(ctx.core).issuer);
  const redeemed = await redeemRefreshToken(ctx, {
    ...{ client, refresh_token, dpop_jkt, scope },
    resource: resource.length === 0 ? null : foreign,
  });
  if (redeemed.kind !== "redeemed") {
    if (redeemed.kind === "reused") {
      const { grant_id } = redeemed;
      await revokeGrants(ctx.sql, { grant_id }, "refresh_token_reuse");
      ctx.log.warn("oauth_refresh_token.reused", { client_id: client.client_id, grant_id });
    }
    throw refusals[redeemed.kind]();
  }
  const { grant, sid } = redeemed;
  const granted = scope ?? grant.scope;
  return await issueTokens(ctx, {
    ...{ client, grant, sid, dpop_jkt },
    scope: granted,
    resource: resource.length > 0 ? resource : grant.resource,
    refresh_token: redeemed.refresh_token,
    id_token: granted.includes("openid"),
  });
};
