/** PUT /users/me: names at once; a password or an address only with the present password. */
import { z } from "zod";
import { type Account, findById, updateProfile } from "../../../core/account.ts";
import { Problem } from "../../../core/http/problem.ts";
import type { Answer, Call } from "../../../core/http/route.ts";
import { defineRoute } from "../../../core/plugin.ts";
import { demandFresh, freshAnswer } from "../../../core/sign_in/fresh.ts";
import { refused } from "../../../core/sign_in/assessment.ts";
import { beginChange, finishChange } from "../change.ts";
import type { PasswordConfig } from "../config.ts";
import { beginEmailChange, finishEmailChange } from "../email_change.ts";
import { guarded } from "../guard.ts";
import { proveAccount } from "../login.ts";
import { emailField, passwordField, profileFields, readEmail } from "../person.ts";
import { policyCodes } from "../policy.ts";
import { acceptPassword, type PasswordCtx, withHasher } from "../runtime.ts";
import { changeDone } from "./confirm_reset.ts";
import { gone, meSchema, renderAccount } from "./get_me.ts";

const body = z.object({
  ...profileFields,
  locale: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$/, "must be a language tag such as en")
    .optional(),
  email: emailField.optional(),
  new_password: passwordField.optional(),
  current_password: passwordField.optional().describe("needed to change the password or the address"),
});

const emailDone = z.object({
  status: z.enum(["pending_verification", "changed"]),
  method: z.string(),
  workflow_id: z.string().optional(),
}).meta({ id: "EmailChange" });

const schema = meSchema.extend({
  password_change: changeDone.optional(),
  email_change: emailDone.optional(),
}).meta({ id: "MeChanged" });

type PutCall = Call<z.infer<typeof body>>;

async function handle(call: PutCall, ctx: PasswordCtx): Promise<Answer> {
  const { email, new_password, current_password: _, ...profile } = call.body;
  const account = await findById(ctx.sql, call.visitor!.account_id);
  if (!account) throw gone();
  const parsed = email === undefined ? null : readEmail(email);
  const to = parsed && parsed.email !== account.email ? parsed : null;
  if (to && new_password !== undefined) throw oneAtATime();
  if (new_password !== undefined) {
    await acceptPassword(ctx, "new_password", new_password, account);
  }
  if (to || new_password !== undefined) await demandPassword(call, ctx, account);
  if (to) await demandLeave(call, ctx);
  const verifier = new_password === undefined
    ? null
    : await withHasher(ctx, (hasher) => hasher.hash(new_password, call.signal));

  const { account_id } = account;
  const begun = await ctx.sql.begin(async (tx) => {
    await updateProfile(tx, account_id, profile);
    return {
      password: verifier && await beginChange(tx, ctx, {
        account_id,
        verifier,
        origin: "change",
        keep_session_id: call.visitor!.session_id,
        request_id: call.request_id,
      }),
      email: to && await beginEmailChange(tx, ctx, account, to, call.request_id),
    };
  });
  const password_change = begun.password
    ? await finishChange(ctx, begun.password, "direct_password_change")
    : undefined;
  const email_change = begun.email ? await finishEmailChange(ctx, begun.email) : undefined;
  const changed = await findById(ctx.sql, account_id) ?? account;
  return { status: 200, body: { ...renderAccount(changed), password_change, email_change } };
}

/** A new password calls off a change of address that waits, so both at once would contradict each other. */
function oneAtATime(): Problem {
  const text = "Change the password and the address one after the other.";
  return new Problem(422, "invalid_request", text, { fields: { email: text } });
}

/** A session may be a forgotten tab: what would take the account over asks once more who it is. */
async function demandPassword(call: PutCall, ctx: PasswordCtx, account: Account): Promise<void> {
  const { current_password } = call.body;
  if (current_password === undefined) {
    throw new Problem(422, "invalid_request", "The present password is needed for this.", {
      fields: { current_password: "This is required." },
    });
  }
  // The password is one factor. Who has a second one shows it, too, before anything is said of the first.
  await demandFresh(call, ctx, { password: true });
  // In a pool of its own: nobody's wrong tries at signing in make the owner wait here, nor the other way round.
  const right = await guarded(
    ctx,
    call,
    { subject: `account/${account.account_id}`, known_source: true },
    () => proveAccount(ctx, account, current_password, call.signal),
    (result) => !result,
  );
  if (!right) {
    throw new Problem(403, "current_password_wrong", "This is not your present password.", {
      fields: { current_password: "is not your present password" },
    });
  }
}

/** Another address takes the account along: policy may say no, or want to see more than the password. */
async function demandLeave(call: PutCall, ctx: PasswordCtx): Promise<void> {
  const { account_id, session_id } = call.visitor!;
  const decision = await ctx.gates.ask("change_email", { account_id, session_id, client: call.client });
  if (decision.kind === "require") await demandFresh(call, ctx);
  if (decision.kind !== "deny") return;
  ctx.log.warn("email_change.denied", { account_id, reason: decision.reason });
  throw refused("email_change_denied", "This change was refused.", decision.assessment, ctx.core);
}

export const putMe = defineRoute<PasswordConfig, typeof body>({
  method: "PUT",
  path: "/users/me",
  summary: "Change profile, password or address",
  description:
    "Only what is given changes. A new address is used once it is confirmed from there; the present " +
    "one is told. A new password ends every other session.",
  tags: ["Account"],
  access: "session",
  body,
  limits: [{ pool: "profile", points: 60, per_seconds: 60, by: "account" }],
  answers: {
    200: { description: "The account, and what was begun", schema },
    401: freshAnswer,
    403: {
      description: "The present password is wrong, or policy says no",
      problem_codes: ["current_password_wrong", "email_change_denied"],
    },
    409: { description: "Another account has the address", problem_codes: ["email_unavailable"] },
    422: {
      description: "A field cannot be used",
      problem_codes: [
        "invalid_email",
        "email_confusable",
        ...policyCodes,
      ],
    },
    429: { description: "Too many tries", problem_codes: ["too_many_requests"] },
    503: { description: "No room to hash", problem_codes: ["hash_queue_full"] },
  },
  handle,
});
