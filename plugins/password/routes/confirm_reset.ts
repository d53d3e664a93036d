/** POST /auth/password-reset/confirm: a link and a new password, once. */
import { z } from "zod";
import { findById } from "../../../core/account.ts";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute } from "../../../core/plugin.ts";
import { hashSecret } from "../../../core/session/session.ts";
import { beginChange, finishChange } from "../change.ts";
import type { PasswordConfig } from "../config.ts";
import { passwordField } from "../person.ts";
import { policyCodes } from "../policy.ts";
import { claimReset, findResetByToken, type PasswordReset } from "../reset.ts";
import { acceptPassword, withHasher } from "../runtime.ts";

const body = z.object({ token: z.string().min(1).max(200), new_password: passwordField });

export const changeDone = z.object({
  status: z.enum(["changed", "pending"]),
  method: z.string(),
  workflow_id: z.string().optional(),
}).meta({ id: "PasswordChanged" });

/** Why a link does not work. It is 256 random bits, so whoever has one may know. */
function refusal(reset: PasswordReset | null): Problem | null {
  if (!reset || reset.state === "superseded") {
    return new Problem(400, "token_invalid", "This link does not work, or a newer one has replaced it.");
  }
  if (reset.state === "confirmed") return new Problem(400, "token_used", "This link has been used already.");
  if (reset.state !== "open" || reset.expires_at <= new Date()) {
    return new Problem(400, "token_expired", "This link has expired. Ask for a new one.");
  }
  return null;
}

export const confirmReset = defineRoute<PasswordConfig, typeof body>({
  method: "POST",
  path: "/auth/password-reset/confirm",
  summary: "Choose a new password with the link from the mail",
  description: "Ends every session of the account, and proves the address of one that was never confirmed.",
  tags: ["Password"],
  access: "public",
  body,
  limits: [{ pool: "password_reset_confirm", points: 60, per_seconds: 600, by: "ip" }],
  answers: {
    200: { description: "The password is changed", schema: changeDone },
    202: { description: "Accepted; the password is changed in a moment", schema: changeDone },
    400: {
      description: "The link cannot be used",
      problem_codes: ["token_invalid", "token_used", "token_expired"],
    },
    422: {
      description: "The password cannot be used",
      problem_codes: [
        ...policyCodes,
      ],
    },
    503: { description: "No room to hash", problem_codes: ["hash_queue_full"] },
  },
  async handle(call, ctx) {
    const token_hash = hashSecret(call.body.token);
    // Looked at before the work of hashing; claimed after it, in the transaction that needs it.
    const reset = await findResetByToken(ctx.sql, token_hash);
    const refused = refusal(reset);
    if (refused) throw refused;
    const account = await findById(ctx.sql, reset!.account_id!);
    await acceptPassword(ctx, "new_password", call.body.new_password, account ?? { email: "" });
    const verifier = await withHasher(ctx, (hasher) => hasher.hash(call.body.new_password, call.signal));
    const flow_id = await ctx.sql.begin(async (tx) => {
      const claimed = await claimReset(tx, token_hash);
      if (!claimed) throw refusal(await findResetByToken(tx, token_hash)) ?? refusal(null);
      await ctx.flows.poke(tx, claimed.flow_id);
      return await beginChange(tx, ctx, {
        account_id: claimed.account_id,
        verifier,
        origin: "reset",
        keep_session_id: null,
        request_id: call.request_id,
      });
    });
    const done = await finishChange(ctx, flow_id, "direct_reset_confirmation");
    return { status: done.status === "changed" ? 200 : 202, body: done };
  },
});
