/** The public half of the keys that tokens are signed with (RFC 7517 §5). */
import { z } from "zod";
import { type AnyCtx, defineRoute, type Route } from "../plugin.ts";

export const keyRoutes: Route[] = [
  defineRoute({
    method: "GET",
    path: "/.well-known/jwks.json",
    summary: "Keys that verify our tokens: the next, the current and the previous ones",
    tags: ["Discovery"],
    access: "own",
    cors: "any",
    answers: { 200: { description: "A JWK set", schema: z.object({ keys: z.array(z.looseObject({})) }) } },
    async handle(_call, ctx: AnyCtx) {
      const body = await ctx.signing_keys.jwks();
      // Clients fetch again for a key they do not know; between rotations they need not ask. The next key is in the set
      // long before it signs, so that a copy five minutes old has it.
      return { status: 200, body, headers: { "cache-control": "public, max-age=300" } };
    },
  }),
];
