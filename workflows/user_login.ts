import type { Story } from "./lib/story.ts";

/** What follows a login: an open challenge is held until it is met or over, then the session is watched. */
export const userLogin: Story = async (tell) => {
  const challenge = await tell.until<"none" | "passed" | "ended">("check_challenge");
  tell.reached("settled");
  if (challenge === "ended") return "expired";
  await tell.step("watch_session");
  tell.meanwhile("send_email");
  return "completed";
};
