/** The service `verification`: what other plugins ask for, in their own transaction. */
import { parseEmail } from "../../core/email_address.ts";
import type { Verification } from "../../core/services/mod.ts";
import { hashCode, queueLetter, type VerificationCtx } from "./letters.ts";
import { newCode } from "./rules.ts";
import { insertVerification, markVerified, supersede } from "./verification.ts";

export function createVerification(ctx: VerificationCtx): Verification {
  return {
    async issue(tx, request) {
      const email = parseEmail(request.email);
      if ("problem" in email) throw new Error("an address that was never checked was to be verified");
      const code = newCode();
      const issued = await insertVerification(tx, {
        ...request,
        email_key: email.email_key,
        code_hash: hashCode(ctx.keys, request.flow_id, code),
      }, ctx.config.code_lifetime_hours);
      if (!issued) return;
      await queueLetter(tx, ctx, issued, code);
      if (request.purpose === "email_change") {
        // A person has one address, so the newest wish counts. Open registrations stand side by side instead:
        // each has its own password, and only who reads the mail says which one is right.
        const over = { account_id: request.account_id, purpose: request.purpose, except: request.flow_id };
        for (const flow_id of await supersede(tx, over)) await ctx.flows.poke(tx, flow_id);
      }
    },
    async prove(tx, { flow_id, account_id }) {
      await markVerified(tx, flow_id);
      await ctx.flows.poke(tx, flow_id);
      for (const other of await supersede(tx, { account_id, purpose: "registration", except: flow_id })) {
        await ctx.flows.poke(tx, other);
      }
    },
  };
}
