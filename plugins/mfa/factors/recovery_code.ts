/** One of ten codes on paper, for the day the other factors are lost. */
import type { Factor, FactorSubject } from "../../../core/plugin.ts";
import { guarded } from "../attempts.ts";
import { strongCount } from "../authenticator.ts";
import { tell } from "../changed.ts";
import type { MfaCtx } from "../ctx.ts";
import { claimRecoveryCode, countLeft, readRecoveryCode } from "../recovery_code.ts";
import { codeBody } from "./totp.ts";

export const recoveryCodeFactor: Factor = {
  method: "recovery_code",
  strength: "strong",
  body: codeBody,
  async offered(account_id, ctx) {
    if (await strongCount(ctx.sql, account_id) === 0) return false;
    return (await countLeft(ctx.sql, account_id)).remaining > 0;
  },
  verify(subject: FactorSubject & { input: { code: string } }, ctx: MfaCtx) {
    const { account_id, request_id, input } = subject;
    return guarded(ctx, { account_id, method: "recovery_code" }, async () => {
      const letters = readRecoveryCode(input.code);
      if (letters === null) return null;
      return await ctx.sql.begin(async (tx) => {
        if (!await claimRecoveryCode(tx, account_id, letters)) return null;
        const { remaining } = await countLeft(tx, account_id);
        const data = { left: String(remaining) };
        await tell(tx, ctx, { account_id, request_id, kind: "recovery_code_used", data });
        return ["otp"];
      });
    });
  },
};
