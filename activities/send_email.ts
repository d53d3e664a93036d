/** Tries a flow's unsent mail now. Its failure is told to whoever tells the story, and tried again from there. */
import { outside } from "../core/flow/step.ts";

export const send_email = outside(async ({ flow, ctx }) => {
  await ctx.service("mailer").deliver(flow.flow_id);
  return null;
});
