/** What plugins have to tell the holder of an account: at once, or where they look for it. */
import type { WithCtx } from "./machinery.ts";
import type { Log } from "./observe/log.ts";
import type { Notice, Tip } from "./plugin.ts";

const [noticesMax, tipsMax] = [5, 10];

/** Of all plugins that are on; one that cannot say is left out and told to the log. Never throws. */
export function createNotices(plugins: WithCtx[], log: Pick<Log, "warn">) {
  return async (account_id: string): Promise<Notice[]> => {
    const asked = plugins.filter(({ plugin }) => plugin.notices).map(async ({ plugin, ctx }) => {
      try {
        return await plugin.notices!(account_id, ctx);
      } catch (error) {
        log.warn("notices.missed", { plugin: plugin.name, account_id, error });
        return [];
      }
    });
    return (await Promise.all(asked)).flat().slice(0, noticesMax);
  };
}

/** Of all plugins that are on, or of none: half a check-up would say that the other half is well. */
export function createTips(plugins: WithCtx[]) {
  return async (account_id: string): Promise<Tip[]> => {
    const asked = plugins.map(({ plugin, ctx }) => plugin.tips?.(account_id, ctx) ?? []);
    return (await Promise.all(asked)).flat().slice(0, tipsMax);
  };
}
