/** The way back for whoever has lost every second factor: a mail, a wait, and an end that can be called off. */
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import type { MfaCtx } from "../ctx.ts";
import { beginRecovery, callOff } from "../recovery/begin.ts";
import { readLinkToken } from "../recovery/links.ts";
import { mailRecovery } from "../recovery/mails.ts";
import { findRecovery, proveRecovery } from "../recovery/recovery.ts";

const tags = ["Recovery"];
const tokenField = z.string().min(1).max(200);
const waits = z.object({ state: z.literal("waiting"), due_at: z.iso.datetime() });

export const askRecovery: Route = defineRoute({
  method: "POST",
  path: "/mfa/recovery",
  summary: "My second factors are lost",
  description:
    "From a sign-in that waits for one of them. A mail with a link goes to the account's address; nothing changes " +
    "before that is pressed, and MFA_RECOVERY_HOURS have passed after it.",
  tags,
  access: "public",
  body: z.object({ challenge_id: z.uuid() }),
  limits: [{ pool: "mfa_recovery", points: 20, per_seconds: 3600, by: "ip" }],
  answers: {
    202: {
      description: "A mail is on its way, unless one was sent a moment ago",
      schema: z.object({
        status: z.literal("accepted"),
        method: z.string(),
        workflow_id: z.string().optional(),
      }),
    },
    400: {
      description: "No such sign-in is open, or nothing of it can be lost",
      problem_codes: ["challenge_invalid"],
    },
  },
  async handle({ body, request_id }, ctx: MfaCtx) {
    const flow_id = await beginRecovery(ctx, { ...body, request_id });
    if (!flow_id) {
      throw new Problem(
        400,
        "challenge_invalid",
        "This sign-in step is over, or asks for nothing that can be lost. Start again at sign-in.",
      );
    }
    try {
      const { method, workflow_id } = await ctx.flows.carry(flow_id, "asked", "direct_recovery");
      return { status: 202, body: { status: "accepted", method, workflow_id } };
    } catch (error) {
      // Stored, so it will happen.
      ctx.log.warn("recovery.asked_later", { flow_id, request_id, error });
      return { status: 202, body: { status: "accepted", method: "direct_recovery" } };
    }
  },
});

export const confirmRecovery: Route = defineRoute({
  method: "POST",
  path: "/mfa/recovery/confirm",
  summary: "Begin the waiting time, with the link from the mail",
  tags,
  access: "public",
  body: z.object({ token: tokenField }),
  limits: [{ pool: "mfa_recovery_confirm", points: 60, per_seconds: 600, by: "ip" }],
  answers: {
    200: { description: "It waits; pressed again, it is the same", schema: waits },
    400: {
      description: "The link cannot be used",
      problem_codes: ["token_invalid", "token_used", "token_expired"],
    },
  },
  async handle({ body }, ctx: MfaCtx) {
    const flow_id = readLinkToken(ctx.keys, "recovery_confirm", body.token);
    if (!flow_id) throw invalid();
    await ctx.sql.begin(async (tx) => {
      if (!await proveRecovery(tx, flow_id, { wait_seconds: ctx.config.recovery_hours * 3600 })) return;
      await mailRecovery(tx, ctx, "recovery_waiting", (await findRecovery(tx, flow_id))!);
      await ctx.flows.poke(tx, flow_id);
      ctx.metrics.inc("mfa_recovery_total", { event: "waiting" });
      ctx.log.warn("recovery.waiting", { flow_id });
    });
    const recovery = await findRecovery(ctx.sql, flow_id);
    if (!recovery) throw invalid();
    if (recovery.state === "waiting") {
      return { status: 200, body: { state: "waiting", due_at: recovery.due_at!.toISOString() } };
    }
    throw recovery.state === "asked" || recovery.state === "expired"
      ? new Problem(400, "token_expired", "This link has expired. Start again at sign-in.")
      : new Problem(400, "token_used", "This recovery is over: it was called off, or carried out.");
  },
});

const invalid = () =>
  new Problem(400, "token_invalid", "This link does not work. Use the one of the newest mail.");

export const cancelRecoveryRoute: Route = defineRoute({
  method: "POST",
  path: "/mfa/recovery/cancel",
  summary: "Call a recovery off",
  description: "With the link of any of its mails, or signed in, with an empty object.",
  tags,
  access: "public",
  body: z.object({ token: tokenField.optional() }),
  limits: [{ pool: "mfa_recovery_cancel", points: 60, per_seconds: 600, by: "ip" }],
  answers: {
    200: { description: "Nothing waits any more", schema: z.object({ state: z.literal("cancelled") }) },
    400: { description: "The link cannot be used", problem_codes: ["token_invalid"] },
    401: { description: "Neither a link nor a session", problem_codes: ["session_required"] },
    409: { description: "It was carried out before", problem_codes: ["recovery_done"] },
  },
  async handle({ body: { token }, visitor }, ctx: MfaCtx) {
    if (token === undefined) {
      if (!visitor) throw new Problem(401, "session_required", "Sign in, or use the link of a mail.");
      await callOff(ctx, { account_id: visitor.account_id }, "session");
      return { status: 200, body: { state: "cancelled" } };
    }
    const flow_id = readLinkToken(ctx.keys, "recovery_cancel", token);
    if (!flow_id) throw invalid();
    if (!await callOff(ctx, { flow_id }, "mail")) {
      const recovery = await findRecovery(ctx.sql, flow_id);
      if (!recovery) throw invalid();
      if (recovery.state === "done") {
        const text =
          "It is too late: the second factors were removed. Change your password, and set up new ones.";
        throw new Problem(409, "recovery_done", text);
      }
    }
    return { status: 200, body: { state: "cancelled" } };
  },
});
