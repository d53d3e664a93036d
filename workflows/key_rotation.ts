import type { Story } from "./lib/story.ts";

/** Lives as long as the service: asked when the next key is due, and rotates it then. */
export const keyRotation: Story = async (tell) => {
  await tell.until("rotate_signing_keys");
  return "completed";
};
