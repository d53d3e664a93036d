/** Stories that only `email-optimization` tells. */
import type { Story } from "../../workflows/lib/story.ts";

/** A mail that waits for a better hour: what was decided is written down, the hour comes, and it goes. */
export const heldMail: Story = async (tell) => {
  await tell.step("optimize_email");
  const end = await tell.until<"due" | "over">("held_mail_hour");
  if (end === "due") tell.meanwhile("send_held_mail");
  return "completed";
};
