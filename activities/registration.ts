/** The registration's parts that belong to no plugin: what policy says of it, and who takes part. */
import { once, StepRefused } from "../core/flow/step.ts";
import { findById } from "../core/account.ts";
import type { AnyPlugin } from "../core/plugin.ts";
import type { RegistrationPlan } from "../workflows/authentication_saga.ts";

export const assess_registration_risk = once(async ({ flow, ctx }) => {
  const decision = await ctx.gates.ask("register", { flow_id: flow.flow_id });
  if (decision.kind === "deny") throw new StepRefused(`registration denied: ${decision.reason}`);
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
