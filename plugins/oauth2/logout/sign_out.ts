/** Ends the browser's session, here and at the clients that know it. */
import type { Visitor } from "../../../core/http/route.ts";
import { clientsOf } from "../client_session.ts";
import { endpointsOf, type OAuth2Ctx, runtimeOf } from "../runtime.ts";
import { endAtClients } from "./begin.ts";
import { frontChannelFrames } from "./front_channel.ts";
import { tellSoon } from "./tell_soon.ts";

/** Answers what the browser still has to load for clients that are told by it. */
export async function signOut(
  ctx: OAuth2Ctx,
  { account_id, session_id }: Pick<Visitor, "account_id" | "session_id">,
): Promise<{ frames: string[] }> {
  const reason = "logout";
  const { known, begun } = await ctx.sql.begin(async (tx) => {
    const known = await clientsOf(tx, session_id);
    await ctx.sessions.end(tx, account_id, session_id, reason);
    return { known, begun: await endAtClients(tx, ctx, { session_id, reason }) };
  });
  await tellSoon(ctx, begun);
  const { clients } = runtimeOf(ctx);
  const seen = await Promise.all(
    known.map(async ({ client_id, sid }) => ({ client: await clients.find(client_id), sid })),
  );
  return { frames: frontChannelFrames(seen, endpointsOf(ctx.core).issuer) };
}
