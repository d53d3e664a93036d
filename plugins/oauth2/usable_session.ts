/** Nothing for an app comes out of a session that policy, as it is now, would not have begun. */
import type { Session } from "../../core/session/session.ts";
import type { OAuth2Ctx } from "./runtime.ts";

/** The session, or null where policy stops it: then it has ended here, and a new sign-in is what comes next. */
export async function usableSession(ctx: OAuth2Ctx, session: Session): Promise<Session | null> {
  if (await ctx.sign_in.mayContinue(session)) return session;
  const { account_id, session_id } = session;
  await ctx.sql.begin((tx) => ctx.sessions.end(tx, account_id, session_id, "policy"));
  return null;
}
