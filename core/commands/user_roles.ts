/** `main.ts user roles`: the roles of an account, which policies go by. */
import { addRole, removeRole, roleShape, rolesOf } from "../account.ts";
import { OperatorError } from "../operator_error.ts";
import type { Command } from "../plugin.ts";
import { accountNamed } from "./account_named.ts";

const usage = `user roles EMAIL                 its roles
user roles EMAIL add ROLE        gives it one, such as operator
user roles EMAIL remove ROLE     takes it away

Policies go by roles, such as MFA_REQUIRED_ROLES. A change holds from the next request on.`;

export const userRolesCommand: Command = {
  about: "the roles of an account: show, add, remove",
  usage,
  async run([email, verb, role, ...more], { withCtx, say }) {
    const shows = email !== undefined && verb === undefined;
    const changes = (verb === "add" || verb === "remove") && role !== undefined && more.length === 0;
    if (!shows && !changes) throw new OperatorError(`That is no command of user roles.\n\n${usage}`);
    if (changes && !roleShape.test(role)) {
      throw new OperatorError(
        "ROLE: expected a to z, digits, - and _, beginning with a letter, 40 characters at most",
      );
    }
    const roles = await withCtx(async ({ sql, log }) => {
      const { account_id } = await accountNamed(sql, email);
      if (!changes) return await rolesOf(sql, account_id);
      const changed = await (verb === "add" ? addRole : removeRole)(sql, account_id, role);
      if (!changed) throw new OperatorError("This account has as many roles as one can have.");
      log.warn("account.roles_changed", { account_id, [verb]: role });
      return changed;
    });
    say(roles.length === 0 ? "no roles" : roles.join(" "));
  },
};
