/** The registration's parts that belong to no plugin: what policy says of it, and who takes part. */
import { once, type StepDefinition, StepRefused } from "../core/flow/step.ts";
import { findById } from "../core/account.ts";
import type { AnyPlugin } from "../core/plugin.ts";
import type { RegistrationPlan, RegistrationRisk } from "../workflows/authentication_saga.ts";

/** Those of them that a plugin brings tell what they made of it, by ids and numbers. */
const analyses = ["ai_fraud_detection_ml", "ai_password_security_ml"];

/** Null where nobody assesses risk: then nothing was raised, and nothing is taken back. */
export const assessRegistrationRisk = (plugins: AnyPlugin[]): StepDefinition<RegistrationRisk | null> => ({
  // Gates ask the database themselves: a transaction held meanwhile would be a connection that others wait for.
  kind: "outside",
  async run({ flow, ctx }) {
    const decision = await ctx.gates.ask("register", { flow_id: flow.flow_id });
    const { assessment } = decision;
    if (decision.kind === "deny") {
      const by = assessment ? `, decision ${assessment.decision_id}` : "";
      throw new StepRefused(`registration denied: ${decision.reason}${by}`);
    }
    if (!assessment) return null;
    const { decision_id, risk_level } = assessment;
    const brought = analyses.filter((step) => plugins.some(({ steps }) => steps && step in steps));
    return { decision_id, risk_level, analyses: brought };
  },
});

/** A sign-up that came to nothing leaves no count behind. */
export const clear_registration_risk = once(async ({ tx, flow, ctx }) => {
  await ctx.optional("risk")?.takeBack(tx, flow.flow_id);
  return null;
});

/** @param plugins those that are on; the plan is stored with the flow, so a later restart changes no story */
export const planRegistration = (plugins: AnyPlugin[]) =>
  once<RegistrationPlan>(({ ctx }) =>
    Promise.resolve({
      verification: ctx.optional("verification") !== null,
      provisioning: plugins.flatMap((plugin) => plugin.provisioning ?? [])
        .map(({ step, undo }) => ({ step, undo: undo ?? null })),
    })
  );

export const finalise_registration = once(async ({ tx, flow, ctx }) => {
  const account = flow.account_id && await findById(tx, flow.account_id);
  if (account) ctx.log.info("registration.completed", { flow_id: flow.flow_id, status: account.status });
  return null;
});
