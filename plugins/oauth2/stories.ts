/** The stories of this plugin; told by Temporal and directly from the same text. */
import type { Story } from "../../workflows/lib/story.ts";

/** A session has ended: what one app was given in it ends, and the app is told until it knows. */
export const backChannelLogout: Story = async (tell) => {
  await tell.step("revoke_tokens");
  await tell.until("notify_back_channel_logout");
  return "completed";
};
