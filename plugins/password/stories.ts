/** The stories of this plugin; told by Temporal and directly from the same text. */
import type { Story } from "../../workflows/lib/story.ts";

/** Makes the account, and with it token and mail: all of them or none. The saga goes on with the verification. */
export const userRegistration: Story = async (tell) => {
  await tell.step("create_account");
  return "completed";
};

/** Sends a link, if there is anybody to send it to, and waits until it is used or over. */
export const passwordReset: Story = async (tell) => {
  const { answered } = await tell.step<{ answered: boolean }>("open_password_reset");
  tell.reached("opened");
  if (!answered) return "completed";
  tell.meanwhile("send_email");
  const end = await tell.until<"confirmed" | "expired">("check_password_reset");
  return end === "confirmed" ? "completed" : "expired";
};

/** Makes a new password the account's: after a reset, and when it is changed on the account page. */
export const passwordResetConfirmation: Story = async (tell) => {
  await tell.step("apply_password");
  await tell.step("revoke_sessions");
  tell.reached("applied");
  tell.meanwhile("send_email");
  return "completed";
};
