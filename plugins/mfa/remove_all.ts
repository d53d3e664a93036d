/** Every factor and recovery code of an account goes, and every session with them. */
import type { Sql } from "../../core/db/postgres.ts";
import { type Authenticator, removeAuthenticators } from "./authenticator.ts";
import { sessionsEnd } from "./changed.ts";
import type { MfaCtx } from "./ctx.ts";
import { forgetRecoveryCodes } from "./recovery_code.ts";

/** The caller holds the account, and tells its owner. Answers what was removed. */
export async function removeAll(tx: Sql, ctx: MfaCtx, account_id: string): Promise<Authenticator[]> {
  const removed = await removeAuthenticators(tx, account_id);
  await forgetRecoveryCodes(tx, account_id);
  await sessionsEnd(tx, ctx, { account_id, keep_session_id: null });
  for (const { type } of removed) {
    await ctx.events.publish(tx, "factor.removed", { account_id, type });
    ctx.metrics.inc("mfa_factor_changed_total", { type, change: "removed" });
  }
  return removed;
}
