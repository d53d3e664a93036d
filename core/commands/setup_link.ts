/** `main.ts setup link`: prints a link that makes whoever opens it the first operator. */
import type { CoreConfig } from "../config.ts";
import { OperatorError } from "../operator_error.ts";
import type { Command } from "../plugin.ts";
import { makeSetupLink, setupLinkHours } from "../setup/setup_link.ts";

/** For a terminal alone: never into a log. */
export const setupLinkLine = (token: string, core: Pick<CoreConfig, "frontend_url">): string =>
  `Set up: ${core.frontend_url}/setup?token=${token}`;

export const setupLinkCommand: Command = {
  about: "a link that makes you the first operator",
  usage: `setup link       prints a link that works once, within ${setupLinkHours} hours

Whoever opens it and signs in becomes the operator. There is one only while nobody has the role operator;
after that, user roles EMAIL add operator gives it.`,
  async run(args, { withCtx, core, say }) {
    if (args.length > 0) throw new OperatorError("setup link takes no arguments.");
    const token = await withCtx(({ sql }) => makeSetupLink(sql));
    if (token === null) {
      throw new OperatorError("There is an operator already. To add one: user roles EMAIL add operator");
    }
    say(setupLinkLine(token, core));
  },
};
