/** The service `risk`, for whoever tells us of something or asks what was made of it. */
import type { Risk } from "../../core/services/mod.ts";
import { assessmentOf } from "./assess.ts";
import type { FraudCtx } from "./ctx.ts";
import { findOfFlow, newestLevel } from "./decision.ts";
import { runtimeOf } from "./runtime.ts";
import { clearSignals } from "./signal.ts";

export function riskService(ctx: FraudCtx): Risk {
  return {
    note: (seen) => runtimeOf(ctx).notes.note(seen),
    async ofFlow(sql, flow_id) {
      const decision = await findOfFlow(sql, flow_id, "register");
      return decision && assessmentOf(decision);
    },
    levelOf: newestLevel,
    async takeBack(tx, flow_id) {
      const decision = await findOfFlow(tx, flow_id, "register");
      if (decision) await clearSignals(tx, decision.decision_id);
    },
  };
}
