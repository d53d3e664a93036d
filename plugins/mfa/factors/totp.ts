/** A code of an authenticator app (RFC 6238). */
import { z } from "zod";
import type { Factor, FactorSubject } from "../../../core/plugin.ts";
import { guarded } from "../attempts.ts";
import { listAuthenticators, touchAuthenticator } from "../authenticator.ts";
import type { MfaCtx } from "../ctx.ts";
import { readDigits } from "../totp.ts";
import { claimTotp } from "../totp_secret.ts";

export const codeBody = z.object({ code: z.string().min(1).max(60) });

const appsOf = async (ctx: MfaCtx, account_id: string) =>
  (await listAuthenticators(ctx.sql, account_id))
    .filter(({ type }) => type === "totp")
    .map(({ authenticator_id }) => authenticator_id);

export const totpFactor: Factor = {
  method: "totp",
  strength: "strong",
  body: codeBody,
  offered: async (account_id, ctx) => (await appsOf(ctx, account_id)).length > 0,
  async verify({ account_id, input }: FactorSubject & { input: { code: string } }, ctx: MfaCtx) {
    const shown = await guarded(ctx, { account_id, method: "totp" }, async () => {
      const digits = readDigits(input.code);
      if (digits === null) return null;
      return await claimTotp(ctx.sql, ctx.keys, await appsOf(ctx, account_id), digits);
    });
    if (shown === null) return null;
    await touchAuthenticator(ctx.sql, shown);
    return ["otp"];
  },
};
