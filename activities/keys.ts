/** The rotation of signing keys: one flow for the whole service, for as long as it lives. */
import { findFlow, removeFlow } from "../core/flow/flow.ts";
import { until } from "../core/flow/step.ts";
import type { AnyCtx } from "../core/plugin.ts";

/** There is one such flow, so its id is known. */
export const keyRotationFlowId = "6b657972-6f74-4174-a96f-6e0000000001";

/** However far away the next rotation is: so often it looks, so that another setting takes effect. */
const LOOK_SECONDS = 86_400;

export const rotate_signing_keys = until(async ({ tx, ctx }) => {
  const days = ctx.core.signing_key_rotation_days;
  const latest = Date.now() + LOOK_SECONDS * 1000;
  const next_due = days === 0 ? null : (await ctx.signing_keys.rotateDue(tx, days)).next_due;
  return { wait_until: new Date(Math.min(next_due?.getTime() ?? latest, latest)).toISOString() };
});

/** Begins the flow when there is none; one that ended by force or by mistake is begun anew. */
export async function beginKeyRotation(ctx: AnyCtx): Promise<void> {
  if (ctx.core.signing_key_rotation_days === 0) return;
  await ctx.sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended(${keyRotationFlowId}, 0))`;
    const flow = await findFlow(tx, keyRotationFlowId);
    if (flow && !flow.finished_at) return;
    if (flow) await removeFlow(tx, keyRotationFlowId);
    await ctx.flows.begin(tx, {
      flow_id: keyRotationFlowId,
      kind: "key_rotation",
      workflow: "KeyRotationWorkflow",
      account_id: null,
      request_id: null,
      priority: "low",
    });
  });
}
