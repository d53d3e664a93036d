/** The steps that make a new password the account's, after a reset and from the account page. */
import { type Account, activate, lockById } from "../../../core/account.ts";
import type { Sql } from "../../../core/db/postgres.ts";
import { forgetRemembered } from "../../../core/device.ts";
import { type Flow, once, StepRefused } from "../../../core/flow/step.ts";
import { endChallenges } from "../../../core/sign_in/challenge.ts";
import type { PasswordConfig } from "../config.ts";
import { setVerifier } from "../credential.ts";
import { mailPasswordChanged } from "../mails.ts";
import { findChange, markApplied } from "../password_change.ts";
import { newestOf } from "../registration.ts";
import { closeResets } from "../reset.ts";
import type { PasswordCtx } from "../runtime.ts";
import { adopt } from "./registration.ts";

export const apply_password = once<null, PasswordConfig>(async (step) => {
  const { tx, flow, ctx } = step;
  const change = await findChange(tx, flow.flow_id);
  const account = change && await lockById(tx, change.account_id);
  if (!change?.verifier || !account || account.status === "disabled") {
    throw new StepRefused("there is no account to give this password to");
  }
  if (account.status === "pending_verification") await openByReset(step, account);
  await setVerifier(tx, account.account_id, change.verifier);
  await markApplied(tx, flow.flow_id);
  // Whoever had the old password may have said "do not ask here again", too.
  await forgetRemembered(tx, account.account_id);
  // And a sign-in that the old one has begun must not be finished with a factor.
  for (const flow_id of await endChallenges(tx, account.account_id)) await ctx.flows.poke(tx, flow_id);
  // Links asked for before are void: whoever knew of one must not undo this.
  for (const flow_id of await closeResets(tx, account.account_id)) await ctx.flows.poke(tx, flow_id);
  await mailPasswordChanged(step, account);
  await ctx.events.publish(tx, "password.changed", { account_id: account.account_id, origin: change.origin });
  return null;
});

/** Who could use the link reads the mailbox, so the address is proven; the registration's story goes on from there. */
async function openByReset({ tx, flow, ctx }: { tx: Sql; flow: Flow; ctx: PasswordCtx }, account: Account) {
  const { account_id } = account;
  const registration = await newestOf(tx, account_id);
  if (registration) {
    await adopt(tx, registration.flow_id);
    await ctx.optional("verification")?.prove(tx, { flow_id: registration.flow_id, account_id });
  }
  if (await activate(tx, account_id)) {
    await ctx.events.publish(tx, "account.verified", {
      account_id,
      flow_id: registration?.flow_id ?? flow.flow_id,
    });
  }
}

/** After a reset every session ends; after a change all but the one it was made in. */
export const revoke_sessions = once<null, PasswordConfig>(async ({ tx, flow, ctx }) => {
  const change = await findChange(tx, flow.flow_id);
  if (!change) return null;
  await ctx.sessions.endAll(tx, change.account_id, {
    reason: change.origin === "reset" ? "password_reset" : "password_changed",
    except: change.keep_session_id ?? undefined,
  });
  return null;
});
