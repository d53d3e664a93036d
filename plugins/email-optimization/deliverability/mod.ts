/** What the plugin shows of deliverability: routes about the sender's domain, and a notice to whom mail comes back. */
import { findById } from "../../../core/account.ts";
import type { Notice } from "../../../core/plugin.ts";
import type { EmailCtx } from "../ctx.ts";
import { addressTags, strikesMax, suppressionsOf } from "../suppression.ts";

export { checkInTurn } from "./check_now.ts";
export { domainRoutes } from "./routes.ts";

/** The holder of an account learns that mail to them comes back, and where to give another address. */
export async function notices(account_id: string, { sql, keys }: EmailCtx): Promise<Notice[]> {
  const account = await findById(sql, account_id);
  const tags = account && addressTags(keys, account.email);
  if (!tags) return [];
  const bounce = (await suppressionsOf(sql, tags)).find(({ reason, strikes }) =>
    reason === "hard_bounce" || reason === "soft_bounce" && strikes >= strikesMax
  );
  if (!bounce) return [];
  const since = bounce.created_at.toISOString().slice(0, 10);
  return [{
    tone: "warning",
    code: "mail_bounces",
    params: { email: account.email, since },
    href: "/account",
  }];
}
