/** The second step of a sign-in, for every method there is. */
import { z } from "zod";
import { Problem } from "../http/problem.ts";
import { type AnyCtx, defineRoute, type Route } from "../plugin.ts";
import { provenKey } from "../dpop/proven_key.ts";
import { renderOutcome, renewedBy, signInOutcomeSchema } from "./render.ts";

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

const answerChallenge: Route = defineRoute({
  method: "POST",
  path: "/auth/challenge/{challenge_id}",
  summary: "Show one of the methods a sign-in asks for",
  tags: ["Sign-in"],
  access: "public",
  params,
  body: z.looseObject({ method: z.string().min(1).max(40) }),
  limits: [{ pool: "challenge", points: 30, per_seconds: 60, by: "ip" }],
  answers: {
    200: { description: "A sign-in outcome again", schema: signInOutcomeSchema },
    400: { description: "Wrong, or not open", problem_codes: ["code_wrong", "challenge_invalid"] },
    401: {
      description: "The proof in DPoP does not hold",
      problem_codes: ["invalid_dpop_proof", "use_dpop_nonce"],
    },
    403: { description: "Refused", problem_codes: ["sign_in_denied"] },
  },
  async handle(call, ctx: AnyCtx) {
    const { params, body, ip, user_agent, request_id } = call;
    const { method, ...input } = body;
    const answer = await ctx.sign_in.answer(params.challenge_id, method, input, {
      ip,
      user_agent,
      request_id,
      renews: renewedBy(call),
      dpop_jkt: await provenKey(call, ctx, `/auth/challenge/${params.challenge_id}`),
    });
    if (answer.kind === "closed") throw closed();
    if (answer.kind === "wrong") {
      const { attempts_left } = answer;
      throw new Problem(400, "code_wrong", `That was not right. ${attempts_left} attempts are left.`, {
        members: { attempts_left },
      });
    }
    return renderOutcome(answer, ctx.flows.methodNow("direct_login"));
  },
});

export const signInRoutes: Route[] = [showChallenge, answerChallenge];
