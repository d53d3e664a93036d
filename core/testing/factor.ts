/** A factor that one code answers: for tests of what stands around factors. */
import { z } from "zod";
import type { Factor } from "../plugin.ts";

export const codeFactor = (method: string, right = "123456"): Factor => ({
  method,
  strength: "strong",
  body: z.object({ code: z.string() }),
  offered: () => Promise.resolve(true),
  verify: ({ input }: { input: { code: string } }) => Promise.resolve(input.code === right ? ["otp"] : null),
});
