/** How likely an act is not what it says: scored in the process, explained, and acted on. See README.md. */
import { definePlugin } from "../../core/plugin.ts";
import { commands } from "./commands/mod.ts";
import { type FraudConfig, fraudConfig } from "./config.ts";
import { pages } from "./pages/mod.ts";
import * as rings from "./rings/mod.ts";
import { routes } from "./routes/mod.ts";

export default definePlugin<FraudConfig>({
  name: "fraud",
  about: "Scores sign-ups, sign-ins, resets and changes of address for fraud, says why, and acts on it.",
  config: fraudConfig,
  migrations: new URL("./migrations/", import.meta.url),
  routes: [...routes, ...rings.routes],
  gates: [...rings.gates],
  on: { ...rings.on },
  commands,
  pages: [...pages, ...rings.pages],
  async sweep(ctx) {
    await rings.sweep(ctx);
  },
});
