/** GET /auth/registrations/{registration_id}: how far a sign-up has come, for whoever has its random id. */
import { z } from "zod";
import { progressOf } from "../../../core/flow/flow.ts";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute } from "../../../core/plugin.ts";
import type { MailDelivery } from "../../../core/services/mod.ts";
import type { PasswordConfig } from "../config.ts";
import { type RegistrationState, registrationStatus } from "../registration.ts";

const params = z.object({ registration_id: z.uuid() });

const schema = z.object({
  registration_id: z.uuid(),
  status: z.enum(["pending_verification", "active", "expired"]),
  method: z.string(),
  created_at: z.iso.datetime(),
  mail: z.object({
    status: z.enum(["queued", "sent", "delayed", "failed"]),
    attempts: z.int(),
    next_attempt_at: z.iso.datetime().nullable(),
  }),
  steps: z.array(z.object({
    step: z.string(),
    state: z.string(),
    attempts: z.int(),
    finished_at: z.string().nullable(),
  })),
}).meta({ id: "RegistrationStatus" });

const statusOf: Record<RegistrationState, string> = {
  open: "pending_verification",
  verified: "active",
  superseded: "expired",
  expired: "expired",
};

/** One who looks must not tell from the mail whether the address had an account, so only the first counts once sent. */
function mailOf(deliveries: MailDelivery[]) {
  const first = deliveries[0];
  const shown = first?.status === "sent" ? first : deliveries.at(-1);
  const again = shown && (shown.status === "queued" || shown.status === "delayed")
    ? shown.next_attempt_at
    : null;
  return {
    status: !shown || shown.status === "sending" ? "queued" : shown.status,
    attempts: shown?.attempts ?? 0,
    next_attempt_at: again?.toISOString() ?? null,
  };
}

export const registrationStatusRoute = defineRoute<
  PasswordConfig,
  z.ZodUndefined,
  z.ZodUndefined,
  typeof params
>({
  method: "GET",
  path: "/auth/registrations/{registration_id}",
  summary: "How far a sign-up has come",
  description: "Holds no address, and looks the same for an address that had an account.",
  tags: ["Registration"],
  access: "public",
  params,
  limits: [{ pool: "registration_status", points: 600, per_seconds: 60, by: "ip" }],
  answers: {
    200: { description: "Its state, its mail and its steps", schema },
    404: { description: "No such sign-up", problem_codes: ["not_found"] },
  },
  async handle({ params: { registration_id } }, ctx) {
    const registration = await registrationStatus(ctx.sql, registration_id);
    const progress = registration && await progressOf(ctx.sql, registration_id);
    if (!registration || !progress) throw new Problem(404, "not_found", "There is no such sign-up.");
    const mails = await ctx.service("mailer").of(ctx.sql, registration.mail_flow_id ?? registration_id);
    return {
      status: 200,
      headers: { "cache-control": "no-store" },
      body: {
        registration_id,
        status: statusOf[registration.state],
        method: progress.method ?? "direct_registration",
        created_at: registration.created_at.toISOString(),
        mail: mailOf(mails),
        // The step that sends is told under `mail`, where it cannot show whose mail it was.
        steps: progress.steps.filter(({ step }) => step !== "send_email")
          .map(({ step, state, attempts, finished_at }) => ({ step, state, attempts, finished_at })),
      },
    };
  },
});
