/** POST /oauth/revoke: a client gives a token back (RFC 7009). */
import { z } from "zod";
import { defineRoute } from "../../../core/plugin.ts";
import { revokeAccessToken, type Revoked } from "../access_token.ts";
import { authenticateClient } from "../client_authentication.ts";
import type { OAuth2Config } from "../config.ts";
import { revokeGrants } from "../grant.ts";
import { invalidRequest } from "../grants/errors.ts";
import { ownerOfRefreshToken, refreshPrefix } from "../refresh_token.ts";
import { endpointsOf, type OAuth2Ctx } from "../runtime.ts";

const body = z.record(z.string(), z.string());
const tokenCharactersMax = 8192;

export const revoke = defineRoute<OAuth2Config, typeof body>({
  method: "POST",
  path: "/oauth/revoke",
  summary: "End a token of this client",
  description:
    "A refresh token ends with everything of its grant, access tokens included; an access token alone. " +
    "What is unknown is answered the same way; what is another client's is refused.",
  tags: ["OAuth"],
  access: "own",
  errors: "oauth",
  cors: "any",
  consumes: ["application/x-www-form-urlencoded"],
  body,
  answers: {
    200: { description: "Ended, or there was nothing to end (RFC 7009 §2.2)" },
    400: { description: "`invalid_request`; also for another client's token (RFC 7009 §2.1)" },
    401: { description: "`invalid_client`" },
  },
  async handle({ body: form, headers }, ctx) {
    const { revocation_endpoint: endpoint_url } = endpointsOf(ctx.core);
    const client = await authenticateClient(ctx, { headers, form, endpoint_url });
    const { token } = form;
    if (!token) throw invalidRequest("token is missing.");
    // RFC 7009 §2.1: a token of another client is refused, and the client is told.
    if (await end(ctx, client.client_id, token) === "of_another_client") {
      throw invalidRequest("The token was issued to another client.");
    }
    return { status: 200, headers: { "cache-control": "no-store" } };
  },
});

/** The kind of token shows in how it begins; a hint only helps to look it up (RFC 7009 §2.1). */
async function end(ctx: OAuth2Ctx, client_id: string, token: string): Promise<Revoked> {
  // Nothing of ours is that long.
  if (token.length > tokenCharactersMax) return "unknown";
  if (!token.startsWith(refreshPrefix)) return await revokeAccessToken(ctx, client_id, token);
  const owner = await ownerOfRefreshToken(ctx.sql, token);
  if (owner?.client_id !== client_id) return owner ? "of_another_client" : "unknown";
  // RFC 7009 §2.1: with a refresh token SHOULD also end the access tokens of its grant.
  await revokeGrants(ctx.sql, { grant_id: owner.grant_id }, "revoked_by_client");
  return "revoked";
}
