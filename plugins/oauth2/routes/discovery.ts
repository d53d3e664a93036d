/** Where clients read what we are: OpenID Connect Discovery §4, RFC 8414 §3. */
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import type { OAuth2Config } from "../config.ts";
import { providerMetadata } from "../provider_metadata.ts";
import type { OAuth2Ctx } from "../runtime.ts";

const schema = z.looseObject({ issuer: z.string(), jwks_uri: z.string() });

const answer = (ctx: OAuth2Ctx) => ({
  status: 200,
  body: providerMetadata(ctx),
  // Short: after a change of settings clients learn of it within minutes.
  headers: { "cache-control": "public, max-age=300" },
});

const common = {
  method: "GET" as const,
  tags: ["Discovery"],
  access: "own" as const,
  cors: "any" as const,
  answers: { 200: { description: "The provider's metadata", schema } },
};

const wellKnown = "/.well-known/oauth-authorization-server";

const atRoot = [
  ["/.well-known/openid-configuration", "What this provider can do (OpenID Connect Discovery)"],
  [wellKnown, "What this authorization server can do (RFC 8414)"],
].map(([path, summary]) =>
  defineRoute<OAuth2Config>({
    ...common,
    ...{ path, summary },
    handle: (_call, ctx) => Promise.resolve(answer(ctx)),
  })
);

/** RFC 8414 §3.1: for an issuer with a path, the well-known part stands between host and path. */
function withIssuerPath<P extends z.ZodType<Record<string, string>>>(names: string[], params: P): Route {
  return defineRoute<OAuth2Config, z.ZodUndefined, z.ZodUndefined, P>({
    ...common,
    path: [wellKnown, ...names.map((name) => `{${name}}`)].join("/"),
    summary: "The same, where BACKEND_URL has a path (RFC 8414 section 3.1)",
    params,
    answers: {
      ...common.answers,
      404: { description: "Not the issuer's path", problem_codes: ["not_found"] },
    },
    handle(call, ctx) {
      const path = names.map((name) => `/${(call.params as Record<string, string>)[name]}`).join("");
      if (path !== new URL(ctx.core.backend_url).pathname) {
        throw new Problem(404, "not_found", "There is no issuer of this path here.");
      }
      return Promise.resolve(answer(ctx));
    },
  });
}

const part = z.string();

export const discovery: Route[] = [
  ...atRoot,
  withIssuerPath(["first"], z.object({ first: part })),
  withIssuerPath(["first", "second"], z.object({ first: part, second: part })),
];
