/** The stories as Temporal workflows. The names are stored data. */
import { workflowOf } from "../../workflows/lib/temporal_teller.ts";
import { passwordReset, passwordResetConfirmation, userRegistration } from "./stories.ts";

export const UserRegistrationWorkflow = workflowOf(userRegistration);
export const PasswordResetWorkflow = workflowOf(passwordReset);
export const PasswordResetConfirmationWorkflow = workflowOf(passwordResetConfirmation);
