/** What the page for a device's code asks: which app waits, and the person's answer (RFC 8628 §3.3). */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import type { Call, Visitor } from "../../../core/http/route.ts";
import { defineRoute } from "../../../core/plugin.ts";
import { demandFresh, freshAnswer } from "../../../core/sign_in/fresh.ts";
import type { OAuth2Config } from "../config.ts";
import { answerDevice, type DeviceCode, findWaiting } from "../device_code.ts";
import { insertGrant } from "../grant.ts";
import { type OAuth2Ctx, runtimeOf } from "../runtime.ts";
import { asksForPower } from "../scopes.ts";
import { usableSession } from "../usable_session.ts";
import { readUserCode, shownUserCode } from "../user_code.ts";
import { appSchema, presentApp, presentScopes, scopesSchema } from "../words.ts";

/** RFC 8628 §5.1: of 2^34 codes few are open, and few may be tried, by account and by address. */
const guesses = {
  account: { pool: "device_user_code_account", points: 10, per_seconds: 900 },
  ip: { pool: "device_user_code_ip", points: 30, per_seconds: 900 },
};

const unknown = () =>
  new Problem(404, "user_code_unknown", "No device waits with this code; it may have expired.");

/** @throws {Problem} 404 for a code nobody waits with, 429 after too many of those */
async function waitingFor(
  ctx: OAuth2Ctx,
  typed: string,
  { visitor, ip }: Pick<Call, "visitor" | "ip">,
): Promise<{ user_code: string; waiting: DeviceCode }> {
  const pools = [
    [guesses.account, visitor!.account_id] as const,
    ...ip === null ? [] : [[guesses.ip, ip] as const],
  ];
  for (const [pool, key] of pools) refuseOver(await ctx.limiter.check(pool, key));
  const user_code = readUserCode(typed);
  const waiting = user_code && await findWaiting(ctx.sql, ctx.keys, user_code);
  if (waiting) return { user_code, waiting };
  // Only wrong ones count: whoever has many devices is no guesser.
  for (const [pool, key] of pools) refuseOver(await ctx.limiter.consume(pool, key));
  throw unknown();
}

function refuseOver({ allowed, reset_seconds }: { allowed: boolean; reset_seconds: number }): void {
  if (allowed) return;
  throw new Problem(429, "too_many_requests", "Too many wrong codes. Wait, then look at the device again.", {
    retry_after_seconds: reset_seconds,
  });
}

const problems = {
  401: freshAnswer,
  404: { description: "No device waits with this code", problem_codes: ["user_code_unknown"] },
  429: { description: "Too many wrong codes", problem_codes: ["too_many_requests"] },
};

const query = z.object({ user_code: z.string().min(1).max(64) });

export const getDevice = defineRoute<OAuth2Config, z.ZodUndefined, typeof query>({
  method: "GET",
  path: "/oauth/device",
  summary: "Which app waits with this code",
  tags: ["OAuth"],
  access: "session",
  query,
  answers: {
    200: {
      description: "It waits for an answer",
      schema: z.object({
        user_code: z.string(),
        client: appSchema,
        scopes: scopesSchema,
        resource: z.array(z.url()),
        expires_at: z.iso.datetime(),
      }).meta({ id: "WaitingDevice" }),
    },
    ...problems,
  },
  async handle(call, ctx) {
    const { user_code, waiting } = await waitingFor(ctx, call.query.user_code, call);
    const client = await runtimeOf(ctx).clients.find(waiting.client_id);
    if (!client) throw unknown();
    return {
      status: 200,
      headers: { "cache-control": "no-store" },
      body: {
        user_code: shownUserCode(user_code),
        client: presentApp(client, call.locale),
        scopes: presentScopes(ctx, waiting.scope, call.locale),
        resource: waiting.resource,
        expires_at: waiting.expires_at.toISOString(),
      },
    };
  },
});

const body = z.object({ user_code: z.string().min(1).max(64), decision: z.enum(["allow", "deny"]) });

export const decideDevice = defineRoute<OAuth2Config, typeof body>({
  method: "POST",
  path: "/oauth/device/decision",
  summary: "Allow or deny what a device asks for",
  tags: ["OAuth"],
  access: "session",
  body,
  answers: {
    200: {
      description: "The device will hear of it when it asks next",
      schema: z.object({ decision: z.enum(["allow", "deny"]), client_name: z.string() }),
    },
    ...problems,
  },
  async handle(call, ctx) {
    const { decision } = call.body;
    const { user_code, waiting } = await waitingFor(ctx, call.body.user_code, call);
    const client = await runtimeOf(ctx).clients.find(waiting.client_id);
    if (!client) throw unknown();
    if (decision === "allow") await demandProof(call, ctx, waiting.scope);
    await ctx.sql.begin(async (tx) => {
      const grant_id = decision === "allow" ? randomUUID() : null;
      if (grant_id) await insertGrant(tx, newGrant(ctx, grant_id, waiting, call.visitor!));
      // Answered in another tab meanwhile: that answer stands, and no grant stays.
      if (!await answerDevice(tx, ctx.keys, user_code, grant_id)) throw unknown();
    });
    const { account_id } = call.visitor!;
    ctx.log.info("device.answered", { account_id, client_id: client.client_id, decision });
    return { status: 200, body: { decision, client_name: presentApp(client, call.locale).client_name } };
  },
});

/** A device gets what a code would: not by a session that policy would not begin now, nor scopes of power by an old one. */
async function demandProof(call: Pick<Call, "visitor">, ctx: OAuth2Ctx, scope: string[]): Promise<void> {
  if (!await usableSession(ctx, call.visitor!.session)) {
    throw new Problem(401, "session_required", "More is asked of a sign-in now. Sign in again.");
  }
  if (asksForPower(ctx, scope)) await demandFresh(call, ctx);
}

function newGrant(
  ctx: OAuth2Ctx,
  grant_id: string,
  { client_id, scope, resource, dpop_jkt }: DeviceCode,
  { account_id, session: { acr, amr, auth_time } }: Visitor,
) {
  return {
    ...{ grant_id, client_id, account_id, scope, resource, dpop_jkt, acr, amr, auth_time },
    // The device is elsewhere: the end of this browser's session is not its end.
    session_id: null,
    claims: null,
    nonce: null,
    offline: scope.includes("offline_access"),
    lifetime_seconds: ctx.config.grant_days * 86_400,
  };
}
