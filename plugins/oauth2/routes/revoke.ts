/** POST /oauth/revoke: a client gives a token back (RFC 7009). */
import { z } from "zod";
import { defineRoute } from "../../../core/plugin.ts";
import { revokeAccessToken } from "../access_token.ts";
import { authenticateClient } from "../client_authentication.ts";
import type { OAuth2Config } from "../config.ts";
import { revokeGrants } from "../grant.ts";
import { invalidRequest } from "../grants/errors.ts";
import { grantOfRefreshToken, refreshPrefix } from "../refresh_token.ts";
import { endpointsOf } from "../runtime.ts";

const body = z.record(z.string(), z.string());
const tokenCharactersMax = 8192;

export const revoke = defineRoute<OAuth2Config, typeof body>({
  method: "POST",
  path: "/oauth/revoke",
  summary: "End a token of this client",
  description:
    "A refresh token ends with everything of its grant, access tokens included; an access token alone. " +
    "What is unknown, or another client's, is answered the same way.",
  tags: ["OAuth"],
  access: "own",
  errors: "oauth",
  cors: "any",
  consumes: ["application/x-www-form-urlencoded"],
  body,
  answers: {
    200: { description: "Ended, or there was nothing to end (RFC 7009 §2.2)" },
    400: { description: "`invalid_request`" },
    401: { description: "`invalid_client`" },
  },
  async handle({ body: form, headers }, ctx) {
    const { revocation_endpoint: endpoint_url } = endpointsOf(ctx.core);
    const client = await authenticateClient(ctx, { headers, form, endpoint_url });
    const { token } = form;
    if (!token) throw invalidRequest("token is missing.");
    // The kind of token shows in how it begins; a hint only helps to look it up (RFC 7009 §2.1).
    if (token.length > tokenCharactersMax) {
      // Nothing of ours is that long.
    } else if (token.startsWith(refreshPrefix)) {
      const grant_id = await grantOfRefreshToken(ctx.sql, client.client_id, token);
      // RFC 7009 §2.1: with a refresh token SHOULD also end the access tokens of its grant.
      if (grant_id) await revokeGrants(ctx.sql, { grant_id }, "revoked_by_client");
    } else {
      await revokeAccessToken(ctx, client.client_id, token);
    }
    return { status: 200, headers: { "cache-control": "no-store" } };
  },
});
