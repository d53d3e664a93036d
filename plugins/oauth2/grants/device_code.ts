/** The device asks whether its person has answered (RFC 8628 §3.4, §3.5). */
import { OAuthError } from "../../../core/http/oauth_error.ts";
import { pollDevice } from "../device_code.ts";
import { findGrant, revokeGrants } from "../grant.ts";
import { issueTokens } from "../issue.ts";
import type { OAuth2Ctx } from "../runtime.ts";
import type { GrantHandler } from "./grant_type.ts";

/** RFC 8628 §3.5, and RFC 6749 §5.2 for what can never become tokens. */
const refusals = {
  pending: ["authorization_pending", "The person has not answered yet; ask again after the interval."],
  slow_down: ["slow_down", "Asked too soon: the interval is 5 seconds longer from now on."],
  denied: ["access_denied", "The person said no."],
  expired: ["expired_token", "The device code has expired; begin anew."],
  unknown: ["invalid_grant", "The device code is unknown, or another client's."],
  other_key: ["invalid_grant", "The device code belongs to another DPoP key."],
  used: ["invalid_grant", "The device code was used before."],
} as const;

function refuse(why: keyof typeof refusals): OAuthError {
  const [error, error_description] = refusals[why];
  return new OAuthError(400, error, error_description);
}

export const deviceCode: GrantHandler = async (ctx, { client, form, dpop_jkt }) => {
  const { device_code } = form;
  if (!device_code) throw new OAuthError(400, "invalid_request", "device_code is missing.");
  if (device_code.length > 200) throw refuse("unknown");
  const poll = await pollDevice(ctx.sql, { device_code, client_id: client.client_id, dpop_jkt });
  if (poll.kind === "used") {
    // Shown again long after its tokens were given: somebody else may hold it, as with a code (RFC 6749 §4.1.2).
    if (poll.late) await revokeReplayed(ctx, poll.grant_id, client.client_id);
    throw refuse("used");
  }
  if (poll.kind !== "allowed") throw refuse(poll.kind);
  const grant = await findGrant(ctx.sql, poll.grant_id);
  // Taken back by its person, or the account was closed, before the device came for it.
  if (!grant) throw refuse("denied");
  return await issueTokens(ctx, {
    ...{ client, grant, dpop_jkt },
    scope: grant.scope,
    resource: grant.resource,
    refresh_token: client.grant_types.includes("refresh_token"),
    id_token: grant.scope.includes("openid"),
  });
};

async function revokeReplayed(ctx: OAuth2Ctx, grant_id: string, client_id: string): Promise<void> {
  const count = await revokeGrants(ctx.sql, { grant_id }, "device_code_reuse");
  if (count > 0) ctx.log.warn("device_code.reused", { client_id, grant_id });
}
