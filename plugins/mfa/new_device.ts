/** Owns the table `disowned_session`. A mail about a sign-in with a device that was never seen before, and what "this was not me" does. */
import { findById } from "../../core/account.ts";
import { forgetRemembered } from "../../core/device.ts";
import type { Events } from "../../core/events/catalogue.ts";
import { placeText } from "../../core/geo/place.ts";
import { stringsFor } from "../../core/i18n/mod.ts";
import { findSession, ownerOf } from "../../core/session/session.ts";
import type { MfaCtx } from "./ctx.ts";
import { linkToken, readLinkToken } from "./recovery/links.ts";

export const NOT_ME_PATH = "/not-me";
/** As long as the session of it may go on unnoticed. */
const MAIL_SECONDS = 3 * 86_400;

/** Delivered at least once; a session has one such mail. */
export async function tellNewDevice(
  { account_id, session_id, new_device }: Events["session.started"],
  ctx: MfaCtx,
): Promise<void> {
  if (!new_device) return;
  const [account, session] = await Promise.all([
    findById(ctx.sql, account_id),
    // A stranger may have been quick to sign out.
    findSession(ctx.sql, session_id),
  ]);
  if (!account || !session) return;
  const { locale, email, first_name } = account;
  const place = ctx.geo.place(session.ip, locale);
  const device = stringsFor(locale).format.device(session.user_agent);
  await ctx.sql.begin((tx) =>
    ctx.service("mailer").enqueue(tx, {
      kind: "new_device",
      to: email,
      locale,
      dedupe_key: `new_device/${session_id}`,
      flow_id: null,
      account_id,
      request_id: null,
      data: {
        url: `${ctx.core.frontend_url}${NOT_ME_PATH}?token=${linkToken(ctx.keys, "not_me", session_id)}`,
        when: session.created_at.toISOString(),
        ...device ? { device } : {},
        ...place ? { place: placeText(place) } : {},
        ...session.ip ? { ip: session.ip } : {},
        ...first_name ? { first_name } : {},
      },
      expires_at: new Date(Date.now() + MAIL_SECONDS * 1000),
    })
  );
}

/**
 * Ends the session, asks for a second factor on its device again, sends a link for a new password, and tells those who
 * judge risk. Pressed again it changes nothing more. False: not one of our links, or its session is long forgotten.
 */
export async function disown(ctx: MfaCtx, token: string, request_id: string): Promise<boolean> {
  const session_id = readLinkToken(ctx.keys, "not_me", token);
  const account_id = session_id && await ownerOf(ctx.sql, session_id);
  if (!session_id || !account_id) return false;
  await ctx.sql.begin(async (tx) => {
    const first = await tx`
      insert into disowned_session (session_id) values (${session_id}) on conflict do nothing returning 1`;
    if (first.length === 0) return;
    await ctx.sessions.end(tx, account_id, session_id, "disowned");
    await forgetRemembered(tx, account_id);
    await ctx.optional("passwords")?.openReset(tx, { account_id, request_id });
    await ctx.events.publish(tx, "session.disowned", { account_id, session_id });
    ctx.metrics.inc("mfa_session_disowned_total");
    ctx.log.warn("session.disowned", { account_id, session_id });
  });
  return true;
}
