/** POST /auth/password-reset/request: the same way and the same answer for every address. */
import { z } from "zod";
import { defineRoute } from "../../../core/plugin.ts";
import type { PasswordConfig } from "../config.ts";
import { emailField, readEmail } from "../person.ts";
import { beginReset } from "../open_reset.ts";
import { identifierTag } from "../tags.ts";

const body = z.object({ email: emailField });

const accepted = z.object({
  status: z.literal("accepted"),
  method: z.string(),
  workflow_id: z.string().optional(),
}).meta({ id: "PasswordResetAccepted" });

export const requestReset = defineRoute<PasswordConfig, typeof body>({
  method: "POST",
  path: "/auth/password-reset/request",
  summary: "Ask for a link to choose a new password",
  description:
    "The link of the newest request works; earlier ones are void. An unknown address gets no mail.",
  tags: ["Password"],
  access: "public",
  body,
  limits: [{ pool: "password_reset", points: 30, per_seconds: 600, by: "ip" }],
  answers: {
    202: { description: "If the address has an account, a mail is on its way", schema: accepted },
    422: { description: "Not an address", problem_codes: ["invalid_email", "email_confusable"] },
  },
  async handle(call, ctx) {
    const { email_key } = readEmail(call.body.email);
    const { locale, request_id, client } = call;
    const flow_id = await ctx.sql.begin((tx) =>
      beginReset(tx, ctx, { email_key, locale, request_id, client })
    );
    const identifier_tag = identifierTag(ctx.keys, email_key);
    ctx.optional("risk")?.note({ kind: "reset_asked", account_id: null, identifier_tag, client });
    try {
      const { method, workflow_id } = await ctx.flows.carry(flow_id, "opened", "direct_reset");
      return { status: 202, body: { status: "accepted", method, workflow_id } };
    } catch (error) {
      // The request is stored and will be finished: "accepted" is still the truth.
      ctx.log.warn("password_reset.finished_later", { flow_id, request_id: call.request_id, error });
      return { status: 202, body: { status: "accepted", method: "direct_reset" } };
    }
  },
});
