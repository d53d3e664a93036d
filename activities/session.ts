/** What follows a sign-in, and the life of a session. */
import type { Sql } from "../core/db/postgres.ts";
import { findFlow } from "../core/flow/flow.ts";
import { once, until } from "../core/flow/step.ts";
import type { AnyCtx } from "../core/plugin.ts";
import { endSessions, findByLogin, naturalEnd, ownerOf } from "../core/session/session.ts";
import { challengeState } from "../core/sign_in/challenge.ts";

/** A challenge carries its flow's id. */
export const check_challenge = until(async ({ tx, flow, ctx }) => {
  const challenge = await challengeState(tx, flow.flow_id);
  if (challenge.state !== "open") return challenge.state;
  return { wait_until: challenge.expires_at.toISOString(), ...await riskOf(tx, flow.account_id, ctx) };
});

/** Nothing where nobody judged it. */
async function riskOf(tx: Sql, account_id: string | null, ctx: AnyCtx): Promise<{ risk_level?: string }> {
  const risk_level = account_id === null ? null : await ctx.optional("risk")?.levelOf(tx, account_id);
  return risk_level ? { risk_level } : {};
}

/** Begins the flow of the session, under the session's own id. */
export const watch_session = once(async ({ tx, flow, ctx }) => {
  const session = await findByLogin(tx, flow.flow_id);
  if (session && !await findFlow(tx, session.session_id)) {
    await ctx.flows.begin(tx, {
      flow_id: session.session_id,
      kind: "session",
      workflow: "SessionMonitorWorkflow",
      account_id: session.account_id,
      request_id: flow.request_id,
      priority: "low",
    });
  }
  const risk = await riskOf(tx, flow.account_id, ctx);
  return risk.risk_level ? risk : null;
});

export const check_session = until(async ({ tx, flow }) => {
  const end = await naturalEnd(tx, flow.flow_id);
  return end ? { wait_until: end.toISOString() } : "ended";
});

export const close_session = once(async ({ tx, flow, ctx }) => {
  const account_id = await ownerOf(tx, flow.flow_id);
  if (!account_id) return null;
  for (const ended of await endSessions(tx, { account_id, session_id: flow.flow_id }, "expired")) {
    await ctx.events.publish(tx, "session.ended", { ...ended, reason: "expired" });
  }
  return null;
});
