/** A sign-in with a passkey alone: who it is, the passkey says. */
import { z } from "zod";
import { provenKey } from "../../../core/dpop/proven_key.ts";
import { findById } from "../../../core/account.ts";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import { callerOf } from "../../../core/sign_in/caller.ts";
import { renderOutcome, signInOutcomeSchema } from "../../../core/sign_in/render.ts";
import type { MfaCtx } from "../ctx.ts";
import { authenticationOptions, verifyAuthentication } from "../passkey/authentication.ts";
import { assertionSchema } from "../passkey/credential.ts";

const tags = ["Sign-in"];

export const passkeyOptions: Route = defineRoute({
  method: "POST",
  path: "/auth/passkey/options",
  summary: "What a browser is asked for a sign-in with a passkey",
  description:
    "`options` is what navigator.credentials.get() takes, as JSON; also for conditional mediation. With the " +
    "`challenge_id` of an open sign-in, the passkeys of its account.",
  tags,
  access: "public",
  body: z.object({ challenge_id: z.uuid().optional() }),
  limits: [{ pool: "passkey_options", points: 120, per_seconds: 60, by: "ip" }],
  answers: {
    200: { description: "Good for five minutes", schema: z.object({ options: z.looseObject({}) }) },
    400: { description: "No such sign-in is open", problem_codes: ["challenge_invalid"] },
  },
  async handle(call, ctx: MfaCtx) {
    const { challenge_id } = call.body;
    if (challenge_id === undefined) {
      const asked = { account_id: null, challenge_id: null, user_verification: "required" } as const;
      return { status: 200, body: { options: await authenticationOptions(ctx.sql, ctx, asked) } };
    }
    const begun = await ctx.sign_in.begin(challenge_id, "passkey", callerOf(call, ctx.core));
    if (!begun) throw new Problem(400, "challenge_invalid", "This sign-in does not ask for a passkey.");
    return { status: 200, body: begun };
  },
});

export const passkeySignIn: Route = defineRoute({
  method: "POST",
  path: "/auth/passkey",
  summary: "Sign in with a passkey",
  description:
    "It verifies its user, so it is two factors in one and no second one is asked for. With a proof in the " +
    "header DPoP (RFC 9449), the tokens work only with proofs by the same key.",
  tags,
  access: "public",
  body: z.object({
    credential: assertionSchema,
    transport: z.enum(["token", "cookie"]).default("token"),
  }),
  limits: [{ pool: "passkey", points: 60, per_seconds: 60, by: "ip" }],
  answers: {
    200: { description: "A session, or a challenge to answer first", schema: signInOutcomeSchema },
    401: {
      description: "No passkey of an account here, or it did not verify its user",
      problem_codes: ["passkey_refused", "invalid_dpop_proof", "use_dpop_nonce"],
    },
    403: { description: "Refused", problem_codes: ["sign_in_denied"] },
  },
  async handle(call, ctx: MfaCtx) {
    const dpop_jkt = await provenKey(call, ctx, "/auth/passkey");
    const auth_time = new Date();
    const { credential, transport } = call.body;
    const shown = await verifyAuthentication(ctx, credential as never, null);
    const account = shown && await findById(ctx.sql, shown.account_id);
    if (!shown || account?.status !== "active") {
      throw new Problem(
        401,
        "passkey_refused",
        "This passkey is not known here any more, or it came too late. Sign in another way, or try again.",
      );
    }
    const { account_id, amr } = shown;
    const caller = callerOf(call, ctx.core, dpop_jkt);
    const outcome = await ctx.sign_in.complete({ ...caller, account_id, amr, auth_time, transport });
    return renderOutcome(outcome, ctx.flows.methodNow("direct_login"), ctx.core);
  },
});
