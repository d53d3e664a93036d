/** The password as an answer to a challenge: to show once more who one is, or beside a factor that was shown first. */
import { z } from "zod";
import { findById } from "../../core/account.ts";
import type { Factor, FactorSubject } from "../../core/plugin.ts";
import { verifierOf } from "./credential.ts";
import { guarded } from "./guard.ts";
import { proveAccount } from "./login.ts";
import { passwordField } from "./person.ts";
import type { PasswordCtx } from "./runtime.ts";

export const passwordFactor: Factor = {
  method: "password",
  strength: "knowledge",
  body: z.object({ password: passwordField }),
  offered: async (account_id, ctx) => await verifierOf(ctx.sql, account_id) !== null,
  verify,
};

async function verify(
  { account_id, ip, request_id, input }: FactorSubject & { input: { password: string } },
  ctx: PasswordCtx,
): Promise<string[] | null> {
  const account = await findById(ctx.sql, account_id);
  // The pool of whoever is let in already, as for the present password on the account page: guesses at the sign-in
  // form never keep the owner from answering, nor the other way round.
  const right = await guarded(
    ctx,
    { ip, request_id },
    { subject: `account/${account_id}`, known_source: true },
    () => proveAccount(ctx, account, input.password),
    (result) => !result,
  );
  return right && account?.status === "active" ? ["pwd"] : null;
}
