/** POST /auth/verify-email/resend: one more mail for whatever waits at an address; the answer never says what does. */
import { z } from "zod";
import { parseEmail } from "../../../core/email_address.ts";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute } from "../../../core/plugin.ts";
import { renewAttempts } from "../code_attempt.ts";
import type { VerificationConfig } from "../config.ts";
import { hashAddress, sendAgain } from "../letters.ts";
import { openAt } from "../verification.ts";

const body = z.object({
  email: z.string().min(1).max(320).meta({ format: "email" }),
  registration_id: z.uuid().optional()
    .describe("which sign-up, where an address has several with different passwords; default: the newest"),
});

export const resend = defineRoute<VerificationConfig, typeof body>({
  method: "POST",
  path: "/auth/verify-email/resend",
  summary: "Ask for the mail again",
  description: "With a new link and a new code; older codes are void, older links work until they expire.",
  tags: ["Registration"],
  access: "public",
  body,
  limits: [
    { pool: "resend", points: 30, per_seconds: 600, by: "ip" },
    { pool: "resend_recipient", points: 5, per_seconds: 3600, by: { body_field: "email" } },
  ],
  answers: {
    202: {
      description: "If something waits there, a mail is on its way",
      schema: z.object({ status: z.literal("accepted") }).meta({ id: "ResendAccepted" }),
    },
    422: { description: "Not an address", problem_codes: ["invalid_email", "email_confusable"] },
    429: { description: "Asked for too often", problem_codes: ["too_many_requests"] },
  },
  async handle(call, ctx) {
    const email = parseEmail(call.body.email);
    if ("problem" in email) {
      throw new Problem(422, email.problem, email.detail, { fields: { email: email.detail } });
    }
    const flow_id = await ctx.sql.begin(async (tx) => {
      await renewAttempts(tx, hashAddress(ctx.keys, email.email_key));
      const waiting = await openAt(tx, email.email_key);
      const { registration_id } = call.body;
      const chosen = waiting.find((one) => registration_id === undefined || one.flow_id === registration_id);
      return chosen && await sendAgain(tx, ctx, chosen.flow_id, { reminder: false }) ? chosen.flow_id : null;
    });
    if (flow_id) {
      // Queued already; this only makes it quick.
      ctx.background("send a verification mail again", () => ctx.service("mailer").deliver(flow_id));
    }
    return { status: 202, body: { status: "accepted" } };
  },
});
