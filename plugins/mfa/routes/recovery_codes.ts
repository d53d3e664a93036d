/** Recovery codes, made anew at will. */
import { z } from "zod";
import { lockById } from "../../../core/account.ts";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import { demandFresh, freshAnswer } from "../../../core/sign_in/fresh.ts";
import { strongCount } from "../authenticator.ts";
import { tell } from "../changed.ts";
import type { MfaCtx } from "../ctx.ts";
import { makeRecoveryCodes } from "../recovery_code.ts";
import { recoveryCodesField } from "../shown.ts";

export const renewRecoveryCodes: Route = defineRoute({
  method: "POST",
  path: "/mfa/recovery-codes",
  summary: "Ten new recovery codes in place of those there are",
  description: "Those from before stop working at once. A mail tells me that they were made.",
  tags: ["Second factors"],
  access: "session",
  limits: [{ pool: "mfa_recovery_codes", points: 20, per_seconds: 3600, by: "account" }],
  answers: {
    201: {
      description: "Seen here and never again",
      schema: z.object({ recovery_codes: recoveryCodesField }),
    },
    401: freshAnswer,
    403: { description: "There is nothing they would stand for", problem_codes: ["factor_needed"] },
  },
  async handle(call, ctx: MfaCtx) {
    await demandFresh(call, ctx);
    const { account_id } = call.visitor!;
    const { request_id } = call;
    const recovery_codes = await ctx.sql.begin(async (tx) => {
      await lockById(tx, account_id);
      if (await strongCount(tx, account_id) === 0) {
        throw new Problem(403, "factor_needed", "Set up a passkey or an authenticator app first.");
      }
      const made = await makeRecoveryCodes(tx, account_id);
      await tell(tx, ctx, { account_id, request_id, kind: "recovery_codes_made", data: {} });
      return made;
    });
    return { status: 201, body: { recovery_codes } };
  },
});
