/** The stories as Temporal workflows. The names are stored data. */
import { workflowOf } from "../../workflows/lib/temporal_teller.ts";
import { emailChange, emailVerification } from "./stories.ts";

export const EmailVerificationWorkflow = workflowOf(emailVerification);
export const EmailChangeWorkflow = workflowOf(emailChange);
