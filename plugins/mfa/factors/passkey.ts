/** A passkey, as the answer to a challenge. */
import { z } from "zod";
import type { Factor, FactorSubject } from "../../../core/plugin.ts";
import { guarded } from "../attempts.ts";
import type { MfaCtx } from "../ctx.ts";
import { authenticationOptions, verifyAuthentication } from "../passkey/authentication.ts";
import { type Assertion, assertionSchema } from "../passkey/credential.ts";
import { listPasskeys } from "../passkey/passkey.ts";

export const passkeyFactor: Factor = {
  method: "passkey",
  strength: "strong",
  body: z.object({ credential: assertionSchema }),
  offered: async (account_id, ctx: MfaCtx) => (await listPasskeys(ctx.sql, account_id)).length > 0,
  begin: async ({ account_id, challenge_id, amr }: FactorSubject, ctx: MfaCtx) => ({
    // Beside a password the key is enough; alone it has to know whose hand it is in.
    options: await authenticationOptions(ctx.sql, ctx, {
      account_id,
      challenge_id,
      user_verification: amr.includes("pwd") ? "preferred" : "required",
    }),
  }),
  verify(
    { account_id, challenge_id, input }: FactorSubject & { input: { credential: Assertion } },
    ctx: MfaCtx,
  ) {
    return guarded(ctx, { account_id, method: "passkey" }, async () => {
      const shown = await verifyAuthentication(ctx, input.credential as never, { account_id, challenge_id });
      return shown?.amr ?? null;
    });
  },
};
