/** `main.ts user mfa`: what an operator can see and do about one account's second factors. */
import { parseArgs } from "node:util";
import { accountNamed } from "../../../core/commands/account_named.ts";
import { OperatorError } from "../../../core/operator_error.ts";
import type { Command, CommandTools } from "../../../core/plugin.ts";
import type { MfaCtx } from "../ctx.ts";
import { describeFactors, lift, required, reset } from "../operator.ts";
import { dayToDate } from "../policy.ts";

const usage = `main.ts user mfa: the second factors of one account

  list EMAIL                          what it has, and what policy asks of it
  reset EMAIL --reason TEXT           removes all of them and the recovery codes; every session ends
  require EMAIL --reason TEXT         it needs one: set up at the next sign-in where there is none
    --from 2027-01-31                 from midnight UTC of that day on, in place of now
  require EMAIL --reason TEXT --off   takes that back

The reason is logged, and told to the account's owner in a mail: write what they may read.`;

const flags = { reason: { type: "string" }, from: { type: "string" }, off: { type: "boolean" } } as const;
const REASON_MAX = 300;

export const userMfa: Command = {
  about: "list, reset, require: the second factors of one account",
  usage,
  async run(args, tools) {
    if (args.length === 0) return tools.say(usage);
    const { positionals: [verb, email, ...more], values } = read(args);
    const { reason, from, off } = values;
    if (more.length > 0) throw new OperatorError(`One EMAIL at a time.\n\n${usage}`);
    if (verb === "list") return await list(tools, email);
    if (verb === "reset" && from === undefined && !off) {
      return await act(tools, email, reason, async (ctx, whom) => {
        const removed = await reset(ctx, whom);
        return `Factors removed: ${removed}, and all recovery codes. Every session has ended. A mail is on its way.`;
      });
    }
    if (verb === "require" && off && from === undefined) {
      return await act(
        tools,
        email,
        reason,
        async (ctx, whom) =>
          await lift(ctx, whom) ? "It is not required of this account any more." : "It was not required.",
      );
    }
    if (verb === "require" && !off) {
      const day = readDay(from);
      return await act(tools, email, reason, async (ctx, whom) => {
        await required(ctx, whom, day);
        return `Required from ${day.toISOString().slice(0, 16)}Z on. A mail is on its way.`;
      });
    }
    throw new OperatorError(`That is no command of user mfa.\n\n${usage}`);
  },
};

function read(args: string[]) {
  try {
    return parseArgs({ args, options: flags, allowPositionals: true, strict: true });
  } catch (cause) {
    const said = (cause as Error).message.split(/\. /)[0];
    throw new OperatorError(`${said}.\n\n${usage}`, { cause });
  }
}

async function list({ withCtx, say }: CommandTools, email: string | undefined): Promise<void> {
  const lines = await withCtx(async (ctx) => {
    const { account_id } = await accountNamed(ctx.sql, email);
    return await describeFactors(ctx, account_id);
  });
  for (const line of lines) say(line);
}

/** @param work answers the sentence that says what was done */
async function act(
  { withCtx, say }: CommandTools,
  email: string | undefined,
  given: string | undefined,
  work: (ctx: MfaCtx, whom: { account_id: string; reason: string }) => Promise<string>,
): Promise<void> {
  const reason = given?.replaceAll(/\s+/g, " ").trim() ?? "";
  if (reason === "" || reason.length > REASON_MAX) {
    throw new OperatorError(`--reason: say why, in 1 to ${REASON_MAX} characters. Its owner reads it.`);
  }
  say(
    await withCtx(async (ctx) => {
      const { account_id } = await accountNamed(ctx.sql, email);
      return await work(ctx, { account_id, reason });
    }),
  );
}

function readDay(text: string | undefined): Date {
  if (text === undefined) return new Date();
  const day = dayToDate(text);
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(day.getTime()) || !day.toISOString().startsWith(text)) {
    throw new OperatorError(`--from: expected a day such as 2027-01-31, got ${text.slice(0, 30)}`);
  }
  return day;
}
