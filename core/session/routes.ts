/** Refresh, logout, and the list of one's own sessions. */
import { z } from "zod";
import type { CoreConfig } from "../config.ts";
import { provenKey } from "../dpop/proven_key.ts";
import { sessionCookieName } from "../http/cookies.ts";
import { Problem } from "../http/problem.ts";
import type { Call, Cookie } from "../http/route.ts";
import { type AnyCtx, defineRoute, type Route } from "../plugin.ts";
import { hashSecret, type Session } from "./session.ts";

const expiredCookie = (core: CoreConfig): Cookie => ({
  name: sessionCookieName(core),
  value: "",
  max_age_seconds: 0,
});

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

const sessionSchema = z.object({
  session_id: z.uuid(),
  current: z.boolean(),
  ip: z.string().nullable().describe("address of last use"),
  user_agent: z.string().nullable(),
  created_at: z.iso.datetime(),
  last_used_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
  amr: z.array(z.string()),
  acr: z.string(),
}).meta({ id: "Session" });

const shown = (session: Session, current: string) => ({
  session_id: session.session_id,
  current: session.session_id === current,
  ip: session.last_used_ip ?? session.ip,
  user_agent: session.user_agent,
  created_at: session.created_at.toISOString(),
  last_used_at: session.last_used_at.toISOString(),
  expires_at: session.expires_at.toISOString(),
  amr: session.amr,
  acr: session.acr,
});

const me = (call: Call) => call.visitor!;

const listSessions: Route = defineRoute({
  method: "GET",
  path: "/users/me/sessions",
  summary: "My live sessions, last used first",
  tags: ["Sessions"],
  access: "session",
  answers: { 200: { description: "At most 100", schema: z.object({ sessions: z.array(sessionSchema) }) } },
  async handle(call, ctx: AnyCtx) {
    const sessions = await ctx.sessions.list(ctx.sql, me(call).account_id);
    return {
      status: 200,
      body: { sessions: sessions.map((session) => shown(session, me(call).session_id)) },
    };
  },
});

const endOthers: Route = defineRoute({
  method: "DELETE",
  path: "/users/me/sessions",
  summary: "End all my sessions but this one",
  tags: ["Sessions"],
  access: "session",
  answers: { 200: { description: "How many ended", schema: z.object({ ended: z.int() }) } },
  async handle(call, ctx: AnyCtx) {
    const { account_id, session_id } = me(call);
    const count = await ctx.sql.begin((tx) =>
      ctx.sessions.endAll(tx, account_id, { reason: "revoked", except: session_id })
    );
    return { status: 200, body: { ended: count } };
  },
});

const endOne: Route = defineRoute({
  method: "DELETE",
  path: "/users/me/sessions/{session_id}",
  summary: "End one of my sessions",
  tags: ["Sessions"],
  access: "session",
  params: z.object({ session_id: z.uuid() }),
  answers: {
    204: { description: "Ended" },
    404: { description: "No such live session of mine", problem_codes: ["not_found"] },
  },
  async handle(call, ctx: AnyCtx) {
    const { account_id, session_id: current } = me(call);
    const { session_id } = call.params;
    const found = await ctx.sql.begin((tx) => ctx.sessions.end(tx, account_id, session_id, "revoked"));
    if (!found) throw new Problem(404, "not_found", "You have no such session; it may have ended already.");
    return { status: 204, cookies: session_id === current ? [expiredCookie(ctx.core)] : undefined };
  },
});

export const sessionRoutes: Route[] = [refresh, logout, listSessions, endOthers, endOne];
