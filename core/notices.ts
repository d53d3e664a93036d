/** What plugins have to tell the holder of an account: at once, or where they look for it. */
import type { WithCtx } from "./machinery.ts";
import type { Log } from "./observe/log.ts";
import type { Notice, Tip } from "./plugin.ts";

interface Told {
  notices: Notice;
  tips: Tip;
}

const most: Record<keyof Told, number> = { notices: 5, tips: 10 };

/** Of all plugins that are on; one that cannot say is left out and told to the log. Never throws. */
export function gather<W extends keyof Told>(what: W, plugins: WithCtx[], log: Pick<Log, "warn">) {
  return async (account_id: string): Promise<Told[W][]> => {
    const asked = plugins.filter(({ plugin }) => plugin[what]).map(async ({ plugin, ctx }) => {
      try {
        return await plugin[what]!(account_id, ctx) as Told[W][];
      } catch (error) {
        log.warn("notices.missed", { plugin: plugin.name, what, account_id, error });
        return [];
      }
    });
    return (await Promise.all(asked)).flat().slice(0, most[what]);
  };
}
