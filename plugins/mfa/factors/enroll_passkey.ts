/** A passkey made inside a sign-in, where policy wants a factor and there is none. */
import { z } from "zod";
import type { Factor, FactorSubject } from "../../../core/plugin.ts";
import { guarded } from "../attempts.ts";
import type { MfaCtx } from "../ctx.ts";
import { lockForFirst } from "../enrol.ts";
import { addPasskey } from "../passkey/add.ts";
import { attestationSchema } from "../passkey/credential.ts";
import { defaultPasskeyName } from "../passkey/provider.ts";
import { registrationOptions, verifyRegistration } from "../passkey/registration.ts";

type Input = { credential: z.infer<typeof attestationSchema> };

export const enrollPasskeyFactor: Factor = {
  method: "enroll_passkey",
  strength: "strong",
  comes_last: true,
  body: z.object({ credential: attestationSchema }),
  offered: () => Promise.resolve(false),
  begin: async ({ account_id, challenge_id }: FactorSubject, ctx: MfaCtx) => ({
    options: await ctx.sql.begin((tx) => registrationOptions(tx, ctx, { account_id, challenge_id })),
  }),
  verify(subject: FactorSubject & { input: Input }, ctx: MfaCtx) {
    const { account_id, challenge_id, request_id, locale, input } = subject;
    return guarded(ctx, { account_id, method: "enroll_passkey" }, async () => {
      const credential = input.credential as never;
      const made = await verifyRegistration(ctx.sql, ctx, { account_id, challenge_id, credential });
      if (!made) return null;
      return await ctx.sql.begin(async (tx) => {
        const keep_session_id = await lockForFirst(tx, { account_id, challenge_id });
        const name = defaultPasskeyName(made.passkey.aaguid, locale);
        await addPasskey(tx, ctx, made, { account_id, name, keep_session_id, request_id });
        return made.amr;
      });
    });
  },
};
