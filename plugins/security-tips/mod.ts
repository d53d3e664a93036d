/** What would make an account safer: looked at on a page, and told in a mail to whoever wants it. */
import { definePlugin } from "../../core/plugin.ts";
import { type TipsConfig, tipsConfig } from "./config.ts";
import { setWanted } from "./digest.ts";
import { tipsPage } from "./pages/tips.tsx";
import { routes } from "./routes.ts";
import { sendDigests } from "./send.ts";
import { tips } from "./tips.ts";

export default definePlugin<TipsConfig>({
  name: "security-tips",
  about: "What would make an account safer, on a page and in a mail now and then.",
  config: tipsConfig,
  migrations: new URL("./migrations/", import.meta.url),
  uses: ["mailer"],
  routes,
  pages: [tipsPage],
  tips,
  on: {
    "mail.left": ({ account_id, at }, { sql, config: { every_days } }) =>
      setWanted(sql, account_id, { wanted: false, every_days, at: new Date(at) }),
  },
  metrics: {
    security_digest_total: { kind: "counter", help: "Mails of tips that were asked for" },
  },
  sweep: async (ctx) => void await sendDigests(ctx),
});
