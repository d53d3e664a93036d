/** Mail that arrives, is read, and gets better: what it says, when it goes and what came of it. See README.md. */
import { definePlugin } from "../../core/plugin.ts";
import { mailAdvice } from "./advice.ts";
import { commands } from "./commands/mod.ts";
import { type EmailConfig, emailConfig } from "./config.ts";
import { notices } from "./deliverability/mod.ts";
import { on } from "./goals.ts";
import { metrics } from "./metrics.ts";
import { operatorPages } from "./pages/operate.tsx";
import { routes } from "./routes/mod.ts";
import { sweep } from "./sweep.ts";
import * as webhooks from "./webhooks/mod.ts";

export default definePlugin<EmailConfig>({
  name: "email-optimization",
  about: "Decides what a mail says and when it goes, keeps it deliverable, and measures what it led to.",
  config: emailConfig,
  migrations: new URL("./migrations/", import.meta.url),
  provides: { mail_advice: mailAdvice },
  routes,
  on,
  commands,
  pages: [...webhooks.pages, ...operatorPages],
  islands: [new URL("./islands/PosteriorPlot.tsx", import.meta.url)],
  metrics,
  notices,
  sweep,
});
