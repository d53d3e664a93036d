/** What would make an account safer, as far as factors go. */
import type { Tip } from "../../core/plugin.ts";
import { listAuthenticators } from "./authenticator.ts";
import type { MfaCtx } from "./ctx.ts";
import { countLeft } from "./recovery_code.ts";

const href = "/account/factors";
/** So few codes are used up in one bad week. */
const few = 2;

export async function tips(account_id: string, { sql }: MfaCtx): Promise<Tip[]> {
  const [authenticators, { remaining, total }] = await Promise.all([
    listAuthenticators(sql, account_id),
    countLeft(sql, account_id),
  ]);
  // A code by mail is worth what the mailbox is worth, which a reset of the password opens as well.
  const strong = authenticators.filter(({ type }) => type !== "email_code");
  if (strong.length === 0) return [{ code: "second_factor_missing", params: {}, href }];
  if (total === 0) return [{ code: "recovery_codes_missing", params: {}, href }];
  if (remaining <= few) return [{ code: "recovery_codes_few", params: { count: String(remaining) }, href }];
  return [];
}
