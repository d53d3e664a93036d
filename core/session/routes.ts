/** Refresh and logout; what else there is about one's own sessions and devices stands beside it. */
import { z } from "zod";
import { provenKey } from "../dpop/proven_key.ts";
import { Problem } from "../http/problem.ts";
import { type AnyCtx, defineRoute, type Route } from "../plugin.ts";
import { expiredCookie } from "./expired_cookie.ts";
import { ownDevices } from "./own_devices.ts";
import { ownSessions } from "./own_sessions.ts";
import { hashSecret } from "./session.ts";

const tokensSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional().describe("absent when the session lives by its cookie"),
  token_type: z.enum(["Bearer", "DPoP"]),
  expires_in: z.int().describe("seconds"),
}).meta({ id: "Tokens" });

const ended = () => new Problem(401, "session_expired", "This session has ended. Sign in again.");

/** Policy has changed since this session began. */
const forbidden = () =>
  new Problem(401, "session_expired", "More is asked of a sign-in than when this one began. Sign in again.");

const refresh: Route = defineRoute({
  method: "POST",
  path: "/auth/refresh",
  summary: "Exchange a refresh token for its successor and a new access token",
  description:
    "The successor is the same for every use within the grace window; a use after it ends the session. " +
    "With an empty object and the browser's session cookie, answers an access token alone. Tokens that are bound to " +
    "a key need a proof by it in the header DPoP (RFC 9449).",
  tags: ["Sessions"],
  access: "public",
  body: z.object({ refresh_token: z.string().min(1).max(200).optional() }),
  limits: [{ pool: "refresh", points: 600, per_seconds: 60, by: "ip" }],
  answers: {
    200: { description: "New tokens", schema: tokensSchema },
    401: {
      description: "Unknown, expired, used or revoked",
      problem_codes: ["session_expired", "token_reused", "invalid_dpop_proof", "use_dpop_nonce"],
    },
  },
  async handle(call, ctx: AnyCtx) {
    const { body, visitor } = call;
    if (!body.refresh_token) {
      // An access token does not renew itself: whoever steals one has it for its short life only.
      if (visitor?.via !== "cookie") throw ended();
      if (!await ctx.sign_in.mayContinue(visitor.session)) throw forbidden();
      return { status: 200, body: await ctx.tokens.issueAccessToken(visitor.session) };
    }
    const refreshed = await ctx.tokens.refresh(
      body.refresh_token,
      await provenKey(call, ctx, "/auth/refresh"),
    );
    if (refreshed.kind === "tokens") {
      if (!await ctx.sign_in.mayContinue(refreshed.session)) throw forbidden();
      return { status: 200, body: refreshed.tokens };
    }
    if (refreshed.kind === "invalid") throw ended();
    // RFC 9700 §4.14.2: shown again after its successor was taken, so one of the two holders is a thief.
    const { account_id, session_id } = refreshed.session;
    await ctx.sql.begin((tx) => ctx.sessions.end(tx, account_id, session_id, "refresh_token_reuse"));
    ctx.log.warn("session.refresh_token_reused", { session_id });
    throw new Problem(
      401,
      "token_reused",
      "This token was used before, so its session was ended. Sign in again.",
    );
  },
});

const logout: Route = defineRoute({
  method: "POST",
  path: "/auth/logout",
  summary: "End this session",
  description: "Known by the access token, the session cookie, or the refresh token in the body. Always 204.",
  tags: ["Sessions"],
  access: "public",
  body: z.object({ refresh_token: z.string().min(1).max(200).optional() }),
  answers: { 204: { description: "Ended, or there was none" } },
  async handle({ body, visitor }, ctx: AnyCtx) {
    const session = visitor?.session ?? await ownerOfToken(ctx, body.refresh_token);
    if (session) {
      await ctx.sql.begin((tx) => ctx.sessions.end(tx, session.account_id, session.session_id, "logout"));
    }
    return { status: 204, cookies: [expiredCookie(ctx.core)] };
  },
});

async function ownerOfToken(ctx: AnyCtx, refresh_token: string | undefined) {
  if (!refresh_token) return null;
  const [row] = await ctx.sql<{ account_id: string; session_id: string }[]>`
    select s.account_id, s.session_id from refresh_token r join session s using (session_id)
    where r.token_hash = ${hashSecret(refresh_token)}`;
  return row ?? null;
}

export const sessionRoutes: Route[] = [refresh, logout, ...ownSessions, ...ownDevices];
