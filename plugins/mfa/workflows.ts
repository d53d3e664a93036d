/** The story as a Temporal workflow. Its name is stored data. */
import { workflowOf } from "../../workflows/lib/temporal_teller.ts";
import { factorRecovery } from "./stories.ts";

export const FactorRecoveryWorkflow = workflowOf(factorRecovery);
