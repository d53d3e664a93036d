/** The stories as Temporal workflows. The names are stored data. */
import { workflowOf } from "../../workflows/lib/temporal_teller.ts";
import { backChannelLogout } from "./stories.ts";

export const BackChannelLogoutWorkflow = workflowOf(backChannelLogout);
