/** The story as a Temporal workflow. Its name is stored data. */
import { workflowOf } from "../../workflows/lib/temporal_teller.ts";
import { fraudRetraining } from "./stories.ts";

export const FraudRetrainingWorkflow = workflowOf(fraudRetraining);
