/** POST /auth/register: the intent is written first, then its story is told as far as "account made, mail queued". */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Answer, Call } from "../../../core/http/route.ts";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import { assessmentShape, refused, shownAssessment } from "../../../core/sign_in/assessment.ts";
import type { PasswordConfig } from "../config.ts";
import { emailField, passwordField, profileFields, readEmail } from "../person.ts";
import { insertAnalysis, keptOf } from "../password_analysis.ts";
import { normalise, policyCodes } from "../policy.ts";
import { insertOrJoin, registrationStatus } from "../registration.ts";
import { acceptPassword, type PasswordCtx, runtimeOf, withHasher } from "../runtime.ts";
import { identifierTag, passwordTag } from "../tags.ts";

const body = z.object({ email: emailField, password: passwordField, ...profileFields });

const accepted = z.object({
  registration_id: z.uuid(),
  status: z.enum(["pending_verification", "active"]),
  method: z.string().describe("`temporal_workflow` or `direct_registration`: who carries the request"),
  workflow_id: z.string().optional(),
  ...assessmentShape,
}).meta({ id: "RegistrationAccepted" });

async function handle(call: Call<z.infer<typeof body>>, ctx: PasswordCtx): Promise<Answer> {
  const email = readEmail(call.body.email);
  const { username = null, first_name = null, last_name = null } = call.body;
  await acceptPassword(ctx, "password", call.body.password, {
    email: email.email,
    username,
    first_name,
    last_name,
  });
  // Beside the hashing, which takes longer.
  const judging = judge(ctx, call.body);
  const verifier = await withHasher(
    ctx,
    (hasher) => hasher.hashRegistration(call.body.password, email.email_key, null, call.signal),
  );
  const found = await judging;
  const flow_id = await ctx.sql.begin(async (tx) => {
    const intent = await insertOrJoin(tx, {
      ...email,
      flow_id: randomUUID(),
      verifier,
      username,
      first_name,
      last_name,
      locale: call.locale,
      request_id: call.request_id,
    }, ctx.config.registrations_open_max);
    if (intent.kind === "full") throw tooManyOpen();
    if (intent.kind === "new") {
      await ctx.flows.begin(tx, {
        flow_id: intent.flow_id,
        kind: "registration",
        workflow: "AuthenticationSagaWorkflow",
        account_id: null,
        request_id: call.request_id,
        client: {
          ...call.client,
          password_tag: passwordTag(ctx.keys, call.body.password),
          identifier_tag: identifierTag(ctx.keys, email.email_key),
        },
      });
      if (found) await insertAnalysis(tx, intent.flow_id, keptOf(found));
    }
    return intent.flow_id;
  });
  return { status: 202, body: { registration_id: flow_id, ...await tellUntilOpened(call, ctx, flow_id) } };
}

/** For the story of the sign-up; it does without. */
async function judge(ctx: PasswordCtx, { password, email, ...names }: z.infer<typeof body>) {
  const { username, first_name, last_name } = names;
  const person = {
    email,
    username: username ?? undefined,
    first_name: first_name ?? undefined,
    last_name: last_name ?? undefined,
  };
  try {
    return await runtimeOf(ctx).judge.atOnce(normalise(password), person);
  } catch (error) {
    ctx.log.warn("password.not_judged", { error });
    return null;
  }
}

/** From here on the intent is stored, so whatever fails now is made up for later: the answer stays "accepted". */
async function tellUntilOpened(call: Call, ctx: PasswordCtx, flow_id: string) {
  try {
    const { method, workflow_id, reached } = await ctx.flows.carry(flow_id, "opened", "direct_registration");
    const assessment = await ctx.optional("risk")?.ofFlow(ctx.sql, flow_id) ?? undefined;
    if (!reached && assessment?.decision === "deny") {
      throw refused("registration_denied", "This sign-up was refused.", assessment, ctx.core);
    }
    // Without anybody to prove addresses the account is open already.
    const state = ctx.optional("verification") ? null : await registrationStatus(ctx.sql, flow_id);
    const status = state?.state === "verified" ? "active" : "pending_verification";
    return { status, method, workflow_id, ...shownAssessment(assessment, ctx.core) };
  } catch (error) {
    if (error instanceof Problem && error.code === "registration_denied") throw error;
    ctx.log.warn("registration.finished_later", { flow_id, request_id: call.request_id, error });
    return { status: "pending_verification", method: "direct_registration" };
  }
}

/** Says nothing of an account: sign-ups for an address with one are counted in the same way. */
function tooManyOpen(): Problem {
  return new Problem(
    429,
    "too_many_requests",
    "Several sign-ups for this address wait for confirmation. Use one of the mails that were sent.",
    { retry_after_seconds: 3600 },
  );
}

const route = (path: string, summary: string): Route =>
  defineRoute<PasswordConfig, typeof body>({
    method: "POST",
    path,
    summary,
    description:
      "The answer is the same for an address that has an account; its owner gets a mail that says so.",
    tags: ["Registration"],
    access: "public",
    body,
    limits: [{ pool: "register", points: 100, per_seconds: 600, by: "ip" }],
    answers: {
      202: { description: "Accepted; a mail is on its way", schema: accepted },
      403: { description: "Refused", problem_codes: ["registration_denied"] },
      422: {
        description: "The address or the password cannot be used",
        problem_codes: [
          "invalid_email",
          "email_confusable",
          ...policyCodes,
        ],
      },
      429: {
        description: "Too many, or several wait for confirmation",
        problem_codes: ["too_many_requests"],
      },
      503: { description: "No room to hash", problem_codes: ["hash_queue_full"] },
    },
    handle,
  });

export const register = route("/auth/register", "Sign up");
export const registerOlderName = route("/user/register", "Sign up (older name)");
