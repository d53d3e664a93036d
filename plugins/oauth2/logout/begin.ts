/** What the end of a session sets going: its tokens end, and its clients are told. */
import { randomUUID } from "node:crypto";
import type { Sql } from "../../../core/db/postgres.ts";
import { closeClientSessions } from "../client_session.ts";
import { revokeGrants } from "../grant.ts";
import { type OAuth2Ctx, runtimeOf } from "../runtime.ts";
import { subjectFor } from "../subject.ts";
import { insertDelivery } from "./delivery.ts";

export interface Begun {
  flow_id: string;
  client_id: string;
}

/** In the caller's transaction; safe to run again, and by several who notice the same end. Answers who is to be told. */
export async function endAtClients(
  tx: Sql,
  ctx: OAuth2Ctx,
  { session_id, reason }: { session_id: string; reason: string },
): Promise<Begun[]> {
  // Back-Channel Logout §2.7: what was given without offline_access ends with the session.
  await revokeGrants(tx, { session_id }, reason);
  const begun: Begun[] = [];
  for (const { client_id, account_id, sid } of await closeClientSessions(tx, session_id)) {
    const client = await runtimeOf(ctx).clients.find(client_id);
    if (!client?.backchannel_logout_uri) continue;
    const flow_id = randomUUID();
    await ctx.flows.begin(tx, {
      flow_id,
      kind: "back_channel_logout",
      workflow: "BackChannelLogoutWorkflow",
      account_id,
      request_id: null,
      priority: "low",
    });
    await insertDelivery(tx, {
      ...{ flow_id, client_id, account_id, sid },
      sub: await subjectFor(tx, client, account_id),
    });
    begun.push({ flow_id, client_id });
  }
  return begun;
}
