/** New evidence raises what a running login asks for: the story is woken, and whoever answers is told. */
import { openChallengesOf } from "../../core/sign_in/challenge.ts";
import type { FraudCtx } from "./ctx.ts";
import { methodsOf } from "./gates.ts";

export type Because = "disowned" | "verdict" | "failures";

/** Answers how many were raised. In shadow mode none is. */
export async function raiseOpenLogins(ctx: FraudCtx, account_id: string, because: Because): Promise<number> {
  if (ctx.config.shadow) return 0;
  // A second factor may be asked for already: what is added is another proof than that.
  const methods = methodsOf(ctx).filter((method) => method !== "mfa");
  if (methods.length === 0) return 0;
  let raised = 0;
  for (const challenge_id of await openChallengesOf(ctx.sql, account_id)) {
    if (await ctx.sign_in.requireFactors(challenge_id, methods)) raised++;
  }
  if (raised > 0) {
    ctx.metrics.inc("fraud_logins_raised_total", { because }, raised);
    ctx.log.info("fraud.logins_raised", { account_id, because, raised });
  }
  return raised;
}

/** So many wrong answers around one account within a few minutes are no owner's. */
export const burstMin = 8;
const burstMilliseconds = 5 * 60_000;
const accountsMax = 10_000;

/** Counts failures by account, in memory: what a replica sees is enough to notice a burst. */
export function createBursts(): { failed(account_id: string, now?: number): boolean } {
  const seen = new Map<string, { since: number; count: number }>();
  return {
    /** True once when a burst begins. */
    failed(account_id, now = Date.now()) {
      const found = seen.get(account_id);
      const going = found && now - found.since < burstMilliseconds ? found : { since: now, count: 0 };
      going.count++;
      seen.delete(account_id);
      if (seen.size >= accountsMax) seen.delete(seen.keys().next().value!);
      seen.set(account_id, going);
      return going.count === burstMin;
    },
  };
}
