/** The story of this plugin; told by Temporal and directly from the same text. */
import type { Story } from "../../workflows/lib/story.ts";

/** Lost factors: a mail, a wait that can be called off, and their end. */
export const factorRecovery: Story = async (tell) => {
  await tell.step("ask_recovery");
  tell.reached("asked");
  tell.meanwhile("send_email");
  const proof = await tell.until<"waiting" | "over">("check_recovery_proof");
  tell.meanwhile("send_email");
  if (proof === "over") return "expired";
  const end = await tell.until<"due" | "over">("check_recovery");
  if (end === "over") {
    tell.meanwhile("send_email");
    return "compensated";
  }
  const { removed } = await tell.step<{ removed: boolean }>("carry_out_recovery");
  tell.meanwhile("send_email");
  return removed ? "completed" : "compensated";
};
