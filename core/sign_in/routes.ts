/** The second step of a sign-in, for every method there is. */
import { z } from "zod";
import { Problem } from "../http/problem.ts";
import { type AnyCtx, defineRoute, type Route } from "../plugin.ts";
import { provenKey } from "../dpop/proven_key.ts";
import { acrOfLevel, acrValues, levelOfAcr } from "./acr.ts";
import { callerOf } from "./caller.ts";
import { renderOutcome, signInOutcomeSchema } from "./render.ts";

const params = z.object({ challenge_id: z.uuid() });

const closed = () =>
  new Problem(
    400,
    "challenge_invalid",
    "This sign-in step is over or was never asked. Start again at sign-in.",
  );

const showChallenge: Route = defineRoute({
  method: "GET",
  path: "/auth/challenge/{challenge_id}",
  summary: "What an open sign-in still asks for",
  description: "Changes while it is open when the risk does; a waiting page asks again every few seconds.",
  tags: ["Sign-in"],
  access: "public",
  params,
  limits: [{ pool: "challenge_read", points: 120, per_seconds: 60, by: "ip" }],
  answers: {
    200: {
      description: "Open",
      schema: z.object({
        challenge_id: z.uuid(),
        methods: z.array(z.string()),
        satisfied: z.array(z.string()),
        expires_at: z.iso.datetime(),
        step_up: z.boolean().describe("raises the session there is"),
      }),
    },
    400: { description: "Not open", problem_codes: ["challenge_invalid"] },
  },
  async handle({ params }, ctx: AnyCtx) {
    const open = await ctx.sign_in.open(params.challenge_id);
    if (!open) throw closed();
    return { status: 200, body: { ...params, ...open, expires_at: open.expires_at.toISOString() } };
  },
});

const proofFailed = {
  description: "The proof in DPoP does not hold",
  problem_codes: ["invalid_dpop_proof", "use_dpop_nonce"],
};

const beginMethod: Route = defineRoute({
  method: "POST",
  path: "/auth/challenge/{challenge_id}/begin",
  summary: "Ask for what a method needs before it can be shown",
  description:
    "`passkey`: answers the options of the ceremony. `email_code`: sends the code. Others: nothing.",
  tags: ["Sign-in"],
  access: "public",
  params,
  body: z.object({ method: z.string().min(1).max(40) }),
  limits: [{ pool: "challenge_begin", points: 30, per_seconds: 60, by: "ip" }],
  answers: {
    200: { description: "What the method needs", schema: z.record(z.string(), z.unknown()) },
    400: { description: "Not open, or not asked for", problem_codes: ["challenge_invalid"] },
    429: { description: "Too often", problem_codes: ["too_many_requests"] },
  },
  async handle(call, ctx: AnyCtx) {
    const { challenge_id } = call.params;
    const begun = await ctx.sign_in.begin(challenge_id, call.body.method, callerOf(call, ctx.core));
    if (!begun) throw closed();
    return { status: 200, body: begun };
  },
});

const answerChallenge: Route = defineRoute({
  method: "POST",
  path: "/auth/challenge/{challenge_id}",
  summary: "Show one of the methods a sign-in asks for",
  description:
    "Beside `method` stands what it needs: `code` for `totp`, `email_code`, `device_verification` and " +
    "`recovery_code`, `credential` for `passkey`, `password` for `password`.",
  tags: ["Sign-in"],
  access: "public",
  params,
  body: z.looseObject({
    method: z.string().min(1).max(40),
    remember_device: z.boolean().optional().describe("do not ask here again for REMEMBER_DEVICE_DAYS"),
  }),
  limits: [{ pool: "challenge", points: 30, per_seconds: 60, by: "ip" }],
  answers: {
    200: { description: "A sign-in outcome again", schema: signInOutcomeSchema },
    400: { description: "Wrong, or not open", problem_codes: ["factor_wrong", "challenge_invalid"] },
    401: proofFailed,
    403: { description: "Refused", problem_codes: ["sign_in_denied"] },
    422: { description: "Not what the method needs", problem_codes: ["invalid_request"] },
    429: { description: "Wrong too often", problem_codes: ["too_many_requests"] },
    503: { description: "No room to hash a password", problem_codes: ["hash_queue_full"] },
  },
  async handle(call, ctx: AnyCtx) {
    const { challenge_id } = call.params;
    const { method, remember_device, ...input } = call.body;
    const dpop_jkt = await provenKey(call, ctx, `/auth/challenge/${challenge_id}`);
    const caller = { ...callerOf(call, ctx.core, dpop_jkt), remember_device };
    const answer = await ctx.sign_in.answer(challenge_id, method, input, caller);
    if (answer.kind === "closed") throw closed();
    if (answer.kind === "wrong") {
      const { attempts_left, account_id } = answer;
      ctx.optional("risk")?.note({
        kind: "code_wrong",
        account_id,
        identifier_tag: null,
        client: call.client,
      });
      throw new Problem(400, "factor_wrong", `That was not right. ${attempts_left} attempts are left.`, {
        members: { attempts_left },
      });
    }
    return renderOutcome(answer, ctx.flows.methodNow("direct_login"), ctx.core);
  },
});

const stepUp: Route = defineRoute({
  method: "POST",
  path: "/auth/step-up",
  summary: "Show once more, or more strongly, who I am",
  description:
    "For what answers `step_up_required` (RFC 9470). The challenge is answered as one of a sign-in is, " +
    "with this session's token or cookie; the session is then raised, and a bearer gets a new access token.",
  tags: ["Sign-in"],
  access: "session",
  body: z.object({
    acr_values: z.string().max(200).optional().describe(
      "the first of ours counts; default: the strongest expected of the account",
    ),
    max_age: z.int().min(0).max(31_536_000).optional().describe("seconds"),
  }),
  limits: [{ pool: "step_up", points: 30, per_seconds: 60, by: "account" }],
  answers: {
    200: {
      description: "A challenge, or `met` when nothing is missing",
      schema: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("met"), acr: z.string() }),
        z.object({
          kind: z.literal("challenge"),
          challenge_id: z.uuid(),
          methods: z.array(z.string()),
          expires_at: z.iso.datetime(),
        }),
      ]),
    },
    403: { description: "A factor has to be set up first", problem_codes: ["factor_needed"] },
    422: { description: "A class that is not one of ours", problem_codes: ["invalid_request"] },
  },
  async handle(call, ctx: AnyCtx) {
    const { session, via, account_id } = call.visitor!;
    const { acr_values, max_age } = call.body;
    const level = acr_values === undefined
      ? await ctx.sign_in.levelExpected(account_id)
      : acr_values.split(" ").map(levelOfAcr).find((one) => one !== null);
    if (!level) {
      const text = `Known are ${acrValues.join(", ")}.`;
      throw new Problem(422, "invalid_request", text, { fields: { acr_values: text } });
    }
    const max_age_seconds = max_age ?? ctx.core.step_up_max_age_minutes * 60;
    const wanted = { level, max_age_seconds };
    const outcome = await ctx.sign_in.stepUp(session, via, wanted, callerOf(call, ctx.core));
    if (outcome.kind === "met") return { status: 200, body: { kind: "met", acr: session.acr } };
    if (outcome.kind === "challenge") {
      return renderOutcome(outcome, ctx.flows.methodNow("direct_login"), ctx.core);
    }
    throw new Problem(
      403,
      "factor_needed",
      `Nothing of this account leads to ${
        acrOfLevel(level)
      }. Set up a passkey or an authenticator app first.`,
    );
  },
});

export const signInRoutes: Route[] = [showChallenge, beginMethod, answerChallenge, stepUp];
