/** POST /auth/verify-email: the button under the link, or the six digits. Opening a link is never enough. */
import { z } from "zod";
import { parseEmail } from "../../../core/email_address.ts";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute } from "../../../core/plugin.ts";
import type { VerificationConfig } from "../config.ts";
import type { VerificationCtx } from "../letters.ts";
import { readCode } from "../rules.ts";
import { type EmailVerification, find } from "../verification.ts";
import { verifyCode, verifyToken } from "../verify.ts";

const body = z.union([
  z.object({ token: z.string().min(1).max(200) }),
  z.object({
    email: z.string().min(1).max(320).meta({ format: "email" }),
    code: z.string().min(1).max(40).describe("six digits; spaces and dashes do not matter"),
  }),
]);

const done = z.object({
  status: z.enum(["active", "verified"]),
  purpose: z.enum(["registration", "email_change"]),
  method: z.string(),
  workflow_id: z.string().optional(),
}).meta({ id: "EmailVerified" });

async function claim(ctx: VerificationCtx, input: z.infer<typeof body>): Promise<EmailVerification> {
  if ("token" in input) return await verifyToken(ctx, input.token);
  const email = parseEmail(input.email);
  if ("problem" in email) {
    throw new Problem(422, email.problem, email.detail, { fields: { email: email.detail } });
  }
  return await verifyCode(ctx, email.email_key, readCode(input.code));
}

export const verifyEmail = defineRoute<VerificationConfig, typeof body>({
  method: "POST",
  path: "/auth/verify-email",
  summary: "Confirm an address with the link's token or the code",
  tags: ["Registration"],
  access: "public",
  body,
  limits: [{ pool: "verify_email", points: 60, per_seconds: 60, by: "ip" }],
  answers: {
    200: { description: "Confirmed, and everything it opens is open", schema: done },
    202: { description: "Confirmed; the account opens in a moment", schema: done },
    400: {
      description: "It cannot be used",
      problem_codes: [
        "token_invalid",
        "token_used",
        "token_expired",
        "code_wrong",
        "code_attempts_exhausted",
      ],
    },
    409: {
      description: "Another account has come to hold the address",
      problem_codes: ["email_unavailable"],
    },
    422: { description: "Not an address", problem_codes: ["invalid_email", "email_confusable"] },
  },
  async handle(call, ctx) {
    const { flow_id, purpose } = await claim(ctx, call.body);
    try {
      const { method, workflow_id, reached } = await ctx.flows.carry(
        flow_id,
        "activated",
        "direct_verification",
      );
      if (reached) return { status: 200, body: { status: "active", purpose, method, workflow_id } };
    } catch (error) {
      // It is claimed, so the story will come to it; the link must not look broken.
      ctx.log.warn("verification.finished_later", { flow_id, request_id: call.request_id, error });
    }
    if ((await find(ctx.sql, flow_id))?.state === "refused") {
      throw new Problem(409, "email_unavailable", "Another account has come to hold this address.");
    }
    return { status: 202, body: { status: "verified", purpose, method: "direct_verification" } };
  },
});
