/** Acts that could take an account over ask for a proof that is young and as strong as the account allows. */
import type { Call } from "../http/route.ts";
import { Problem } from "../http/problem.ts";
import type { AnyCtx } from "../plugin.ts";
import { acrOfLevel, levelOf } from "./acr.ts";

/** For a route's `answers`, where its handler calls `demandFresh`. */
export const freshAnswer = {
  description: "Show once more who you are, at POST /auth/step-up (RFC 9470)",
  problem_codes: ["step_up_required"],
};

/**
 * Passes when the caller has shown who they are within STEP_UP_MAX_AGE_MINUTES, with a second factor if the account has
 * one. Pages answer the problem by asking, and then do what was meant to be done.
 *
 * @param shown_now the act itself proves the password, so only what the account has beside it counts
 * @throws {Problem} 401 `step_up_required`, with `acr_values` and `max_age` (RFC 9470 §3)
 */
export async function demandFresh(
  { visitor }: Pick<Call, "visitor">,
  ctx: AnyCtx,
  shown_now: { password?: boolean } = {},
): Promise<void> {
  const { session, account_id } = visitor!;
  const level = await ctx.sign_in.levelExpected(account_id);
  if (shown_now.password && level === 1) return;
  const max_age = ctx.core.step_up_max_age_minutes * 60;
  const age = (Date.now() - session.auth_time.getTime()) / 1000;
  if (age <= max_age && levelOf(session.amr) >= level) return;
  const acr_values = acrOfLevel(level);
  const detail = "Show once more that it is you, then do this again.";
  throw new Problem(401, "step_up_required", detail, {
    members: { acr_values, max_age },
    headers: {
      "www-authenticate": `Bearer error="insufficient_user_authentication", error_description="${detail}", ` +
        `acr_values="${acr_values}", max_age="${max_age}"`,
    },
  });
}
