/** "This was not me": the button of the mail about a new device. */
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import type { MfaCtx } from "../ctx.ts";
import { disown } from "../new_device.ts";

export const notMe: Route = defineRoute({
  method: "POST",
  path: "/auth/not-me",
  summary: "A sign-in that a mail told of was not mine",
  description: "Ends that session, and sends a link to choose a new password. Pressed again it is the same.",
  tags: ["Recovery"],
  access: "public",
  body: z.object({ token: z.string().min(1).max(200) }),
  limits: [{ pool: "not_me", points: 60, per_seconds: 600, by: "ip" }],
  answers: {
    200: { description: "Ended", schema: z.object({ status: z.literal("ended") }) },
    400: { description: "The link cannot be used", problem_codes: ["token_invalid"] },
  },
  async handle({ body, request_id }, ctx: MfaCtx) {
    if (await disown(ctx, body.token, request_id)) return { status: 200, body: { status: "ended" } };
    throw new Problem(400, "token_invalid", "This link does not work any more. Look through your devices.");
  },
});
