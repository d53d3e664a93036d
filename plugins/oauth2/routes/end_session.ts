/** `/oauth/end_session`: an app, or a link of ours, asks to sign a person out (RP-Initiated Logout §2). */
import { z } from "zod";
import { sessionCookieName } from "../../../core/http/cookies.ts";
import type { BrowserCall, Cookie, CrossingAnswer } from "../../../core/http/route.ts";
import { OAuthError } from "../../../core/http/oauth_error.ts";
import { Problem } from "../../../core/http/problem.ts";
import { type Crossing, defineRoute } from "../../../core/plugin.ts";
import { sidOf } from "../client_session.ts";
import type { OAuth2Config } from "../config.ts";
import { type LogoutRequest, readLogoutRequest } from "../logout/request.ts";
import { locationOf } from "../logout/return_address.ts";
import { signOut } from "../logout/sign_out.ts";
import { confirmLogout, signedOut } from "../pages/end_session.tsx";
import { requestRefused } from "../pages/oauth_error.tsx";
import { endpointsOf, type OAuth2Ctx } from "../runtime.ts";
import { subjectFor } from "../subject.ts";

const endedCookie = (ctx: OAuth2Ctx): Cookie => ({
  name: sessionCookieName(ctx.core),
  value: "",
  max_age_seconds: 0,
});

async function handle(call: BrowserCall, ctx: OAuth2Ctx): Promise<CrossingAnswer> {
  try {
    return await answer(call, await readLogoutRequest(ctx, call.fields), ctx);
  } catch (error) {
    // RP-Initiated Logout §4: what is wrong is told here, and nobody is led anywhere.
    if (error instanceof OAuthError) return requestRefused(call.t, error, null);
    throw error;
  }
}

async function answer(call: BrowserCall, request: LogoutRequest, ctx: OAuth2Ctx): Promise<CrossingAnswer> {
  // A form of another site comes without our cookie (SameSite=Lax); asked for again by GET, it is there.
  if (call.method === "POST" && !call.visitor) return { location: sameByGet(ctx, call) };
  const { visitor, t } = call;
  const location = request.returns && locationOf(request.returns);
  if (!visitor) return location ? { location } : signedOut({ t, frames: [], location: null });
  // RP-Initiated Logout §2: without a proof that the client means this person and session, the person is asked.
  const means = await whomItMeans(ctx, request, visitor);
  if (means !== "this_session") {
    return confirmLogout({ t, ...request, account: await call.account(), other: means === "somebody_else" });
  }
  const { frames } = await signOut(ctx, visitor);
  const cookies = [endedCookie(ctx)];
  if (frames.length === 0 && location) return { location, cookies };
  return { ...signedOut({ t, frames, location }), cookies };
}

function sameByGet(ctx: OAuth2Ctx, { fields }: BrowserCall): string {
  const names = [
    "id_token_hint",
    "logout_hint",
    "client_id",
    "post_logout_redirect_uri",
    "state",
    "ui_locales",
  ];
  const query = names.flatMap((name) => (fields.get(name) ?? []).map((value) => [name, value]));
  return `${endpointsOf(ctx.core).end_session_endpoint}?${new URLSearchParams(query)}`;
}

async function whomItMeans(
  ctx: OAuth2Ctx,
  { client, hint }: LogoutRequest,
  { account_id, session_id }: { account_id: string; session_id: string },
): Promise<"this_session" | "unknown" | "somebody_else"> {
  if (!client || !hint) return "unknown";
  if (await subjectFor(ctx.sql, client, account_id) !== hint.sub) return "somebody_else";
  const sid = await sidOf(ctx.sql, session_id, client.client_id);
  return sid !== null && sid === hint.sid ? "this_session" : "unknown";
}

export const endSession: Crossing = {
  methods: ["GET", "POST"],
  path: "/oauth/end_session",
  limits: [{ pool: "end_session", points: 60, per_seconds: 60, by: "ip" }],
  unreadable: (error, { t }) => requestRefused(t, error, null),
  handle,
};

const body = z.object({
  client_id: z.string().max(200).optional(),
  post_logout_redirect_uri: z.string().max(2000).optional(),
  state: z.string().max(2000).optional(),
});

/** What the page of `confirmLogout` sends on: a person said yes. Everything is checked as if it were new. */
export const confirmEndSession = defineRoute<OAuth2Config, typeof body>({
  method: "POST",
  path: "/oauth/end_session/confirm",
  summary: "Sign out, as an app has asked for",
  description: "Ends this session, and with it what apps were given in it without `offline_access`.",
  tags: ["OAuth"],
  access: "session",
  body,
  answers: {
    200: {
      description: "Signed out",
      schema: z.object({
        location: z.url().nullable().describe("where the app wants the person, registered"),
        continue_uri: z.url().nullable().describe("an address here that leads there"),
        frames: z.array(z.url()).describe("to be loaded in frames (Front-Channel Logout §2)"),
      }).meta({ id: "SignedOut" }),
    },
    400: { description: "Not what its client registered", problem_codes: ["logout_invalid"] },
  },
  async handle({ body, visitor }, ctx) {
    const fields = new Map(Object.entries(body).map(([name, value]) => [name, [value]]));
    const { returns, client } = await readLogoutRequest(ctx, fields).catch(asProblem);
    const { frames } = await signOut(ctx, visitor!);
    const query = returns && client && new URLSearchParams({
      client_id: client.client_id,
      post_logout_redirect_uri: returns.post_logout_redirect_uri,
      ...returns.state === null ? {} : { state: returns.state },
    });
    return {
      status: 200,
      cookies: [endedCookie(ctx)],
      body: {
        frames,
        location: returns && locationOf(returns),
        continue_uri: query && `${endpointsOf(ctx.core).end_session_endpoint}?${query}`,
      },
    };
  },
});

function asProblem(error: unknown): never {
  if (!(error instanceof OAuthError)) throw error;
  throw new Problem(400, "logout_invalid", error.error_description);
}
