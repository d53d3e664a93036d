/** The story as a Temporal workflow. Its name is stored data. */
import { workflowOf } from "../../workflows/lib/temporal_teller.ts";
import { heldMail } from "./stories.ts";

export const HeldMailWorkflow = workflowOf(heldMail);
