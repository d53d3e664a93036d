/** Rings: accounts that share a device, a network with an address's shape, or a password; see README.md. */
import type { AnyCtx } from "../../../core/plugin.ts";
import { ringsAreDue, sweepLinks } from "./link.ts";
import { refreshRings, refreshRingsSoon } from "./refresh.ts";
import { sweepRings } from "./ring_store.ts";

export { ringPages as pages } from "../pages/rings.tsx";
export { gates } from "./gates.ts";
export { linkAccount, noteVerdict } from "./link.ts";
export { refreshRingsSoon } from "./refresh.ts";
export { ringIdOf } from "./ring_store.ts";
export { routes } from "./routes.ts";

/** What was not seen for so long joins nobody any more. */
const linkDays = 180;

/** What was linked in an act is looked at once the act is over. */
const soon = (_: unknown, ctx: AnyCtx) => Promise.resolve(refreshRingsSoon(ctx));

export const on = { "account.registered": soon, "account.verified": soon, "session.started": soon };

/** Also what others have left undone. */
export async function sweep(ctx: AnyCtx): Promise<void> {
  await sweepLinks(ctx.sql, linkDays);
  await ringsAreDue(ctx.sql, await sweepRings(ctx.sql));
  await refreshRings(ctx);
}
