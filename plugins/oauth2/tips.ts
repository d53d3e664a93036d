/** What would make an account safer, as far as apps go. */
import type { Tip } from "../../core/plugin.ts";
import { connectedApps } from "./connected_apps.ts";
import type { OAuth2Ctx } from "./runtime.ts";

const unusedDays = 180;

export async function tips(account_id: string, { sql }: OAuth2Ctx): Promise<Tip[]> {
  const before = Date.now() - unusedDays * 86_400_000;
  const unused = (await connectedApps(sql, account_id)).filter((app) => app.last_used_at.getTime() < before);
  if (unused.length === 0) return [];
  return [{ code: "apps_unused", params: { count: String(unused.length) }, href: "/account/apps" }];
}
