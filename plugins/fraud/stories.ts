/** Stories that only `fraud` tells. */
import type { Story } from "../../workflows/lib/story.ts";

/** A model of what was judged here: counted, trained beside, and put in use if it is better than the one that answers. */
export const fraudRetraining: Story = async (tell) => {
  const { enough } = await tell.step<{ enough: boolean }>("snapshot_fraud_examples");
  if (!enough) return "completed";
  const end = await tell.until<"trained" | "failed">("train_fraud_model");
  if (end === "trained") await tell.step("promote_fraud_model");
  return "completed";
};
