/** The list of one's own sessions, and the end of one or all others. */
import { z } from "zod";
import { forgetRemembered } from "../device.ts";
import { Problem } from "../http/problem.ts";
import type { Call } from "../http/route.ts";
import { type AnyCtx, defineRoute, type Route } from "../plugin.ts";
import { expiredCookie } from "./expired_cookie.ts";
import { placeField } from "./place_schema.ts";
import { findAlive, type Session } from "./session.ts";

const sessionSchema = z.object({
  session_id: z.uuid(),
  current: z.boolean(),
  device_id: z.uuid().nullable().describe("sessions of one browser or app have the same"),
  ip: z.string().nullable().describe("address of last use"),
  place: placeField,
  user_agent: z.string().nullable(),
  created_at: z.iso.datetime(),
  last_used_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
  auth_time: z.iso.datetime().describe("when its owner last showed who they are"),
  amr: z.array(z.string()),
  acr: z.string(),
}).meta({ id: "Session" });

const me = (call: Call) => call.visitor!;

function shown(session: Session, call: Call, { geo }: AnyCtx) {
  const ip = session.last_used_ip ?? session.ip;
  return {
    session_id: session.session_id,
    current: session.session_id === me(call).session_id,
    device_id: session.device_id,
    ip,
    place: geo.place(ip, call.locale),
    user_agent: session.user_agent,
    created_at: session.created_at.toISOString(),
    last_used_at: session.last_used_at.toISOString(),
    expires_at: session.expires_at.toISOString(),
    auth_time: session.auth_time.toISOString(),
    amr: session.amr,
    acr: session.acr,
  };
}

const listSessions: Route = defineRoute({
  method: "GET",
  path: "/users/me/sessions",
  summary: "My live sessions, last used first",
  tags: ["Sessions"],
  access: "session",
  answers: { 200: { description: "At most 100", schema: z.object({ sessions: z.array(sessionSchema) }) } },
  async handle(call, ctx: AnyCtx) {
    const sessions = await ctx.sessions.list(ctx.sql, me(call).account_id);
    return { status: 200, body: { sessions: sessions.map((session) => shown(session, call, ctx)) } };
  },
});

const endOthers: Route = defineRoute({
  method: "DELETE",
  path: "/users/me/sessions",
  summary: "End all my sessions but this one",
  description: "No other device is remembered any more: each asks for a second factor again.",
  tags: ["Sessions"],
  access: "session",
  answers: { 200: { description: "How many ended", schema: z.object({ ended: z.int() }) } },
  async handle(call, ctx: AnyCtx) {
    const { account_id, session_id, session } = me(call);
    const count = await ctx.sql.begin(async (tx) => {
      await forgetRemembered(tx, account_id, { except: session.device_id ?? undefined });
      return await ctx.sessions.endAll(tx, account_id, { reason: "revoked", except: session_id });
    });
    return { status: 200, body: { ended: count } };
  },
});

const endOne: Route = defineRoute({
  method: "DELETE",
  path: "/users/me/sessions/{session_id}",
  summary: "End one of my sessions",
  description: "Where it is another device's, that device is not remembered any more.",
  tags: ["Sessions"],
  access: "session",
  params: z.object({ session_id: z.uuid() }),
  answers: {
    204: { description: "Ended" },
    404: { description: "No such live session of mine", problem_codes: ["not_found"] },
  },
  async handle(call, ctx: AnyCtx) {
    const { account_id, session_id: current, session } = me(call);
    const { session_id } = call.params;
    const found = await ctx.sql.begin(async (tx) => {
      const ending = await findAlive(tx, { session_id });
      const device_id = ending?.account_id === account_id ? ending.device_id : null;
      // Whoever is sent away from a device must not be let in there with the password alone.
      if (device_id && device_id !== session.device_id) await forgetRemembered(tx, account_id, { device_id });
      return await ctx.sessions.end(tx, account_id, session_id, "revoked");
    });
    if (!found) throw new Problem(404, "not_found", "You have no such session; it may have ended already.");
    return { status: 204, cookies: session_id === current ? [expiredCookie(ctx.core)] : undefined };
  },
});

export const ownSessions: Route[] = [listSessions, endOthers, endOne];
