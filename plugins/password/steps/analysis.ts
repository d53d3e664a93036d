/** What was found of a sign-up's password, for its story: by id, for no password ever comes near a workflow. */
import { once } from "../../../core/flow/step.ts";
import type { PasswordConfig } from "../config.ts";
import { findAnalysis, type KeptAnalysis } from "../password_analysis.ts";

/** Null: nobody looked, as while the model of a service that has just started was being loaded. */
export const ai_password_security_ml = once<{ analysis: KeptAnalysis | null }, PasswordConfig>(
  async ({ tx, flow }) => ({ analysis: await findAnalysis(tx, flow.flow_id) }),
);
