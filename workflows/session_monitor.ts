import type { Story } from "./lib/story.ts";

/** Stays with a session for its life: woken when it is ended, and ends it when it has run out by itself. */
export const sessionMonitor: Story = async (tell) => {
  await tell.until("check_session");
  await tell.step("close_session");
  return "completed";
};
