/** A new password calls off a change of address that waits: that is what the notice of the change promises. */
import { lockById } from "../../core/account.ts";
import type { Events } from "../../core/events/catalogue.ts";
import type { VerificationCtx } from "./letters.ts";
import { supersede } from "./verification.ts";

/** Idempotent, as events may come twice. */
export async function callOffChanges(
  { account_id }: Events["password.changed"],
  ctx: VerificationCtx,
): Promise<void> {
  await ctx.sql.begin(async (tx) => {
    if (!await lockById(tx, account_id)) return;
    for (const flow_id of await supersede(tx, { account_id, purpose: "email_change", except: null })) {
      await ctx.flows.poke(tx, flow_id);
      ctx.log.info("email_change.called_off", { flow_id, account_id });
    }
  });
}
