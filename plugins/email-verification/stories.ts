/** The stories of this plugin; told by Temporal and directly from the same text. */
import type { Outcome, Story, Teller } from "../../workflows/lib/story.ts";

/** Mail, reminders, the click, activation. A registration's saga runs it as its child, and sends the welcome. */
export const emailVerification: Story = async (tell) => {
  tell.meanwhile("send_email");
  return await provenAddress(tell);
};

/** The same for the new address of an account, as a story of its own that a request waits for. */
export const emailChange: Story = async (tell) => {
  tell.reached("opened");
  tell.meanwhile("send_email");
  const outcome = await provenAddress(tell);
  tell.meanwhile("send_email");
  return outcome;
};

async function provenAddress(tell: Teller): Promise<Outcome> {
  // Reminders are queued by the step itself when they are due.
  const answer = await tell.until<"verified" | "expired">("check_email_verification");
  if (answer === "expired") return "expired";
  const { applied } = await tell.step<{ applied: boolean }>("activate_account");
  if (!applied) return "compensated";
  tell.reached("activated");
  return "completed";
}
