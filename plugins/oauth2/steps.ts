/** The steps of this plugin's stories. */
import type { Sql } from "../../core/db/postgres.ts";
import { once, StepRefused, until } from "../../core/flow/step.ts";
import { findBySid } from "./client_session.ts";
import type { OAuth2Config } from "./config.ts";
import { revokeGrants } from "./grant.ts";
import { claimAttempt, findDelivery, type LogoutDelivery } from "./logout/delivery.ts";
import { attempt, enter } from "./logout/notify.ts";
import { leaseSeconds } from "./logout/tell_soon.ts";

/** Ends what an app was given in a session that is over, also what it got in the instant of the end. */
export const revoke_tokens = once<null, OAuth2Config>(async ({ tx, flow }) => {
  const delivery = await findDelivery(tx, flow.flow_id);
  const known = delivery && await findBySid(tx, delivery.client_id, delivery.sid);
  if (known) await revokeGrants(tx, { session_id: known.session_id }, "session_ended");
  return null;
});

/** While there is no place for another attempt. */
const crowdedSeconds = 2;

/**
 * Sees to it that the client is told, and answers once it knows. The call itself runs beside the story: a client that
 * hangs holds up neither a transaction nor other people's stories.
 */
export const notify_back_channel_logout = until<"delivered", OAuth2Config>(async ({ tx, flow, ctx }) => {
  const found = await findDelivery(tx, flow.flow_id);
  if (!found) throw new StepRefused("this logout is gone, or its client is");
  if (found.state === "delivered") return "delivered";
  const { attempts, last_error } = found;
  if (found.state === "given_up") throw new StepRefused(`given up after ${attempts} attempts: ${last_error}`);
  const due = found.next_attempt_at.getTime() <= Date.now();
  const leave = due ? enter(ctx.keys, found.client_id) : null;
  if (leave) {
    const claimed = await claimOrLeave(tx, flow.flow_id, leaseSeconds(ctx), leave);
    if (claimed) {
      ctx.background("back-channel logout", () => attempt(ctx, claimed).finally(leave));
      return { wait_until: claimed.next_attempt_at.toISOString(), attempts: claimed.attempts, last_error };
    }
  }
  const soonest = Date.now() + crowdedSeconds * 1000;
  const wait_until = new Date(Math.max(soonest, found.next_attempt_at.getTime())).toISOString();
  return { wait_until, attempts: Math.max(1, attempts), last_error };
});

async function claimOrLeave(
  tx: Sql,
  flow_id: string,
  lease_seconds: number,
  leave: () => void,
): Promise<LogoutDelivery | null> {
  let claimed: LogoutDelivery | null = null;
  try {
    return claimed = await claimAttempt(tx, flow_id, lease_seconds);
  } finally {
    if (!claimed) leave();
  }
}
