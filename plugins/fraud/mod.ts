/** How likely an act is not what it says: scored in the process, explained, and acted on. See README.md. */
import { type AnyCtx, definePlugin } from "../../core/plugin.ts";
import { commands } from "./commands/mod.ts";
import { type FraudConfig, fraudConfig } from "./config.ts";
import { on } from "./events.ts";
import { gates } from "./gates.ts";
import { metrics } from "./metrics.ts";
import { fraudDocs } from "./docs/mod.tsx";
import { pages } from "./pages/mod.ts";
import * as rings from "./rings/mod.ts";
import { riskService } from "./risk.ts";
import { routes } from "./routes/mod.ts";
import { openRuntime, runtimeOf } from "./runtime.ts";
import { ai_fraud_detection_ml } from "./steps.ts";
import { fraudRetraining } from "./stories.ts";
import { sweep } from "./sweep.ts";
import { promote_fraud_model, snapshot_fraud_examples, train_fraud_model } from "./training/steps.ts";

/** Of one fact the rings hear after the rest: what is linked is what they look at. */
type Handler = (payload: never, ctx: AnyCtx) => Promise<void>;
function both(first: Record<string, Handler>, then: Record<string, Handler>): Record<string, Handler> {
  const all = { ...then, ...first };
  for (const [name, handle] of Object.entries(first)) {
    if (!then[name]) continue;
    all[name] = async (payload, ctx) => {
      await handle(payload, ctx);
      await then[name](payload, ctx);
    };
  }
  return all;
}

export default definePlugin<FraudConfig>({
  name: "fraud",
  about: "Scores sign-ups, sign-ins, resets and changes of address for fraud, says why, and acts on it.",
  config: fraudConfig,
  migrations: new URL("./migrations/", import.meta.url),
  provides: { risk: riskService },
  routes: [...routes, ...rings.routes],
  workflows: { file: new URL("./workflows.ts", import.meta.url), names: ["FraudRetrainingWorkflow"] },
  stories: { FraudRetrainingWorkflow: fraudRetraining },
  steps: { ai_fraud_detection_ml, snapshot_fraud_examples, train_fraud_model, promote_fraud_model },
  gates: [...gates, ...rings.gates],
  on: both(on as Record<string, Handler>, rings.on as Record<string, Handler>),
  commands,
  pages: [...pages, ...rings.pages, fraudDocs],
  metrics,
  health: {
    model: async (ctx) => {
      const { why } = await runtimeOf(ctx).serving.get();
      return why === null
        ? { up: true, essential: false }
        : { up: false, essential: false, detail: `Rules answer in place of a model: ${why}.` };
    },
  },
  beside: (ctx) =>
    Promise.resolve({
      async stop() {
        const { stopping, notes } = runtimeOf(ctx);
        stopping.abort(new Error("the service stops"));
        await notes.flush();
      },
    }),
  sweep,
  start: openRuntime,
});
