/** From "I want an account" to a person who uses it; what was done is undone when a part ends otherwise. */
import { saga } from "./lib/saga.ts";
import { type Story, Unmet } from "./lib/story.ts";

/** What the plugins that are on contribute; decided once per flow by the step `plan_registration`. */
export interface RegistrationPlan {
  /** True when somebody proves addresses. */
  verification: boolean;
  provisioning: { step: string; undo: string | null }[];
}

/** What was made of a sign-up. Null where nobody assesses risk, and in tellings from before anybody did. */
export interface RegistrationRisk {
  decision_id: string;
  risk_level: string;
  /** Steps that tell more of it. */
  analyses: string[];
}

/** risk → account → email verification → provisioning, in parallel → finalisation. */
export const authenticationSaga: Story = async (tell) => {
  const end = await saga(tell, async (undoWith) => {
    const risk = await tell.step<RegistrationRisk | null>("assess_registration_risk").catch((error) => {
      // Who is refused is no open sign-up: what they typed is forgotten, and they may ask again.
      undoWith("remove_account");
      throw error;
    });
    if (risk) {
      undoWith("clear_registration_risk");
      await tell.all(risk.analyses.map((step) => () => tell.step(step)));
    }
    const plan = await tell.step<RegistrationPlan>("plan_registration");

    // Before the step, not after it: a step that was done without our knowing is undone too.
    undoWith("remove_account");
    await tell.child("UserRegistrationWorkflow");
    tell.reached("opened");

    if (plan.verification) {
      const outcome = await tell.child("EmailVerificationWorkflow");
      if (outcome !== "completed") throw new Unmet(outcome);
    }
    tell.reached("activated");
    tell.meanwhile("send_email");

    await tell.all(plan.provisioning.map(({ step, undo }) => async () => {
      if (undo) undoWith(undo);
      await tell.step(step);
    }));
    await tell.step("finalise_registration");
  });
  if (end.ok) return "completed";
  return end.error instanceof Unmet ? end.error.outcome : "compensated";
};
