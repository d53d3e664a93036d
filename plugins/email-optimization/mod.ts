/** Mail that arrives, is read, and gets better: what it says, when it goes and what came of it. See README.md. */
import { definePlugin } from "../../core/plugin.ts";
import { mailAdvice } from "./advice.ts";
import { commands } from "./commands/mod.ts";
import { type EmailConfig, emailConfig } from "./config.ts";
import { notices } from "./deliverability/mod.ts";
import { mailDocs } from "./docs/mod.tsx";
import { on } from "./goals.ts";
import { metrics } from "./metrics.ts";
import { operatorPages } from "./pages/operate.tsx";
import { routes } from "./routes/mod.ts";
import { heldMail } from "./stories.ts";
import { sweep } from "./sweep.ts";
import { held_mail_hour, optimize_email, send_held_mail } from "./timing/steps.ts";
import * as webhooks from "./webhooks/mod.ts";

export default definePlugin<EmailConfig>({
  name: "email-optimization",
  about: "Decides what a mail says and when it goes, keeps it deliverable, and measures what it led to.",
  config: emailConfig,
  migrations: new URL("./migrations/", import.meta.url),
  provides: { mail_advice: mailAdvice },
  uses: ["mailer"],
  routes,
  workflows: { file: new URL("./workflows.ts", import.meta.url), names: ["HeldMailWorkflow"] },
  stories: { HeldMailWorkflow: heldMail },
  steps: { optimize_email, held_mail_hour, send_held_mail },
  on,
  commands,
  pages: [...webhooks.pages, ...operatorPages, mailDocs],
  islands: [new URL("./islands/PosteriorPlot.tsx", import.meta.url)],
  metrics,
  notices,
  sweep,
});
