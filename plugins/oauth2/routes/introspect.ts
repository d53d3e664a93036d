/** POST /oauth/introspect: whether a token is alive, and what it says (RFC 7662, RFC 9701). */
import { z } from "zod";
import { defineRoute } from "../../../core/plugin.ts";
import { isAudience, readAccessToken } from "../access_token.ts";
import type { Client } from "../client.ts";
import { authenticateClient, invalidClient } from "../client_authentication.ts";
import type { OAuth2Config } from "../config.ts";
import { invalidRequest } from "../grants/errors.ts";
import { isPublic } from "../metadata.ts";
import { findRefreshToken, refreshPrefix } from "../refresh_token.ts";
import { endpointsOf, type OAuth2Ctx } from "../runtime.ts";
import { subjectFor } from "../subject.ts";

const schema = z.looseObject({ active: z.boolean() }).meta({ id: "Introspection" });
const body = z.record(z.string(), z.string());

const jwtType = "application/token-introspection+jwt";
const tokenCharactersMax = 8192;

export const introspect = defineRoute<OAuth2Config, typeof body>({
  method: "POST",
  path: "/oauth/introspect",
  summary: "Whether a token is alive, and what it says",
  description:
    "For the client a token was issued to, and for the one it is meant for (`aud`). To others, and of what " +
    "is not alive, it says only `active: false`. Signed (RFC 9701) when the client registered it or accepts it.",
  tags: ["OAuth"],
  access: "own",
  errors: "oauth",
  consumes: ["application/x-www-form-urlencoded"],
  body,
  answers: {
    200: { description: "RFC 7662 §2.2", schema },
    400: { description: "`invalid_request`" },
    401: { description: "`invalid_client`" },
  },
  async handle({ body: form, headers }, ctx) {
    const { introspection_endpoint: endpoint_url, issuer } = endpointsOf(ctx.core);
    const client = await authenticateClient(ctx, { headers, form, endpoint_url });
    // RFC 7662 §2.1: MUST require some form of authorization; a public client shows none.
    if (isPublic(client)) throw invalidClient("Only a client that authenticates may ask about tokens.");
    if (!form.token) throw invalidRequest("token is missing.");
    const said = await introspected(ctx, client, form.token) ?? { active: false };
    const answered = { "cache-control": "no-store" };
    const alg = signedBy(client, headers.get("accept"));
    if (alg === null) return { status: 200, body: said, headers: answered };
    // RFC 9701 §5: the claims about the token stand apart, so that nobody takes the answer for a token.
    const text = await ctx.signing_keys.sign({
      iss: issuer,
      aud: client.client_id,
      iat: Math.floor(Date.now() / 1000),
      token_introspection: said,
    }, { alg, typ: "token-introspection+jwt" });
    return { status: 200, text, headers: { ...answered, "content-type": jwtType } };
  },
});

/** RFC 9701 §4, §6: RS256 unless registered. */
function signedBy(client: Client, accept: string | null): string | null {
  const wanted = (accept ?? "").split(",").some((one) => one.split(";")[0].trim().toLowerCase() === jwtType);
  return client.introspection_signed_response_alg ?? (wanted ? "RS256" : null);
}

/** Null where nothing may be said. The kind of token shows in how it begins, so a hint is not needed (RFC 7662 §2.1). */
async function introspected(
  ctx: OAuth2Ctx,
  client: Client,
  token: string,
): Promise<Record<string, unknown> | null> {
  if (token.length > tokenCharactersMax) return null;
  if (token.startsWith(refreshPrefix)) return await refreshIntrospected(ctx, client, token);
  const live = await readAccessToken(ctx, token);
  // RFC 7662 §2.2: no more than active: false for those whose business it is not.
  if (!live || !(live.claims.client_id === client.client_id || isAudience(client, live.claims.aud))) {
    return null;
  }
  const { grant_id: _ours, may_act: _policy, ...claims } = live.claims;
  return { active: true, ...claims, token_type: claims.cnf ? "DPoP" : "Bearer" };
}

async function refreshIntrospected(
  ctx: OAuth2Ctx,
  client: Client,
  token: string,
): Promise<Record<string, unknown> | null> {
  const live = await findRefreshToken(ctx.sql, client.client_id, token);
  if (!live) return null;
  const { grant, issued_at, expires_at } = live;
  const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
  return {
    active: true,
    iss: endpointsOf(ctx.core).issuer,
    client_id: client.client_id,
    sub: await subjectFor(ctx.sql, client, grant.account_id),
    ...grant.scope.length > 0 ? { scope: grant.scope.join(" ") } : {},
    iat: seconds(issued_at),
    exp: seconds(expires_at),
    ...grant.dpop_jkt === null ? {} : { cnf: { jkt: grant.dpop_jkt } },
  };
}
