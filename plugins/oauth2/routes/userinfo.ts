/** GET and POST /oauth/userinfo: what an app may know of its person (OpenID Connect Core §5.3). */
import { z } from "zod";
import { defineRoute } from "../../../core/plugin.ts";
import type { Answer, Call } from "../../../core/http/route.ts";
import { isAudience, scopeOf } from "../access_token.ts";
import { pickClaims, wantsClaims } from "../claims.ts";
import type { OAuth2Config } from "../config.ts";
import { insufficientScope, invalidToken, shownToken } from "../presented_token.ts";
import { endpointsOf, type OAuth2Ctx, runtimeOf } from "../runtime.ts";
import { claimsOf } from "../standard_claims.ts";

const schema = z.looseObject({ sub: z.string() }).meta({ id: "Userinfo" });

const shared = {
  path: "/oauth/userinfo",
  tags: ["OAuth"],
  access: "own",
  errors: "oauth",
  cors: "any",
  answers: {
    200: { description: "`application/jwt` where the client registered it, else JSON", schema },
    401: { description: "`invalid_token`, with a challenge (RFC 6750 §3)" },
    403: { description: "`insufficient_scope`: the token was not given for `openid`" },
  },
} as const;

export const getUserinfo = defineRoute<OAuth2Config>({
  ...shared,
  answers: { ...shared.answers },
  tags: [...shared.tags],
  method: "GET",
  summary: "Claims about the person behind an access token",
  handle: ({ headers }, ctx) => userinfo(ctx, { headers, body: undefined }, "GET"),
});

const body = z.record(z.string(), z.string()).optional();

export const postUserinfo = defineRoute<OAuth2Config, typeof body>({
  ...shared,
  answers: { ...shared.answers },
  tags: [...shared.tags],
  method: "POST",
  summary: "The same, with the token in the header or in a form (RFC 6750 §2.2)",
  consumes: ["application/x-www-form-urlencoded"],
  body,
  handle: (call, ctx) => userinfo(ctx, call, "POST"),
});

async function userinfo(
  ctx: OAuth2Ctx,
  { headers, body }: Pick<Call<Record<string, string> | undefined>, "headers" | "body">,
  method: "GET" | "POST",
): Promise<Answer> {
  const { issuer, userinfo_endpoint: url } = endpointsOf(ctx.core);
  const { claims, grant } = await shownToken(ctx, { headers, form_token: body?.access_token, method, url });
  // RFC 8707 §2: a token for a resource elsewhere is of no use here, or that resource could ask in its name.
  if (!isAudience({ client_id: issuer, resources: [url] }, claims.aud)) {
    throw invalidToken("The access token is for another resource.");
  }
  const scope = scopeOf(claims);
  if (!grant || !scope.includes("openid")) throw insufficientScope("openid", claims.cnf !== undefined);
  const client = await runtimeOf(ctx).clients.find(claims.client_id);
  if (!client) throw invalidToken("The client of the access token is gone.");
  // What another client asked for by `claims` is not what this one, which exchanged its token, may see.
  const asked = grant.client_id === client.client_id ? grant.claims?.userinfo : undefined;
  const values = wantsClaims(scope, asked) ? await claimsOf(ctx.sql, grant.account_id) : {};
  // Core §5.3.2: sub MUST always be there.
  const said = { ...pickClaims(values, scope, asked), sub: claims.sub };
  const answered = { "cache-control": "no-store" };
  const alg = client.userinfo_signed_response_alg;
  if (alg === null) return { status: 200, body: said, headers: answered };
  // Core §5.3.2: signed, it has iss and aud.
  const signed = { ...said, iss: issuer, aud: client.client_id };
  const text = await ctx.signing_keys.sign(signed, { alg, typ: "JWT" });
  return { status: 200, text, headers: { ...answered, "content-type": "application/jwt" } };
}
