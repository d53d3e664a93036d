/** `main.ts user recovery`: recoveries of lost factors that wait, and their end. */
import { accountNamed } from "../../../core/commands/account_named.ts";
import { OperatorError } from "../../../core/operator_error.ts";
import type { Command } from "../../../core/plugin.ts";
import type { MfaCtx } from "../ctx.ts";
import { callOff } from "../recovery/begin.ts";
import { listOpenRecoveries } from "../recovery/recovery.ts";

const usage = `main.ts user recovery: people who have lost their second factors, and wait

  list            who, since when, and when the factors are removed
  cancel EMAIL    calls it off; a mail says so`;

export const userRecovery: Command = {
  about: "list, cancel: recoveries of lost second factors that wait",
  usage,
  async run([verb, email, ...more], { withCtx, say }) {
    if (verb === undefined) return say(usage);
    if (verb === "list" && email === undefined) {
      const open = await withCtx((ctx: MfaCtx) => listOpenRecoveries(ctx.sql));
      for (const { email, state, created_at, due_at } of open) {
        say(
          `${email}  ${state}  asked ${minute(created_at)}  ${
            due_at ? `due ${minute(due_at)}` : "not begun"
          }`,
        );
      }
      if (open.length === 0) say("none waits");
      return;
    }
    if (verb === "cancel" && more.length === 0) {
      const cancelled = await withCtx(async (ctx: MfaCtx) => {
        const { account_id } = await accountNamed(ctx.sql, email);
        return await callOff(ctx, { account_id }, "operator");
      });
      return say(cancelled ? "Called off. A mail is on its way." : "None waits for this account.");
    }
    throw new OperatorError(`That is no command of user recovery.\n\n${usage}`);
  },
};

const minute = (date: Date) => `${date.toISOString().slice(0, 16)}Z`;
