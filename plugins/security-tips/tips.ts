/** What this plugin itself has to say: sessions that nobody has used for long. */
import type { Tip } from "../../core/plugin.ts";
import type { TipsCtx } from "./ctx.ts";

export async function tips(account_id: string, { sql, core, sessions }: TipsCtx): Promise<Tip[]> {
  // The other half of that time they would end by themselves.
  const before = Date.now() - core.session_idle_days / 2 * 86_400_000;
  const unused = (await sessions.list(sql, account_id)).filter((one) => one.last_used_at.getTime() < before);
  // Several sessions of one browser are one device to its owner.
  const devices = new Set(unused.map(({ device_id, session_id }) => device_id ?? session_id)).size;
  if (devices === 0) return [];
  return [{ code: "devices_unused", params: { count: String(devices) }, href: "/account/sessions" }];
}
