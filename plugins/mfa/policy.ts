/** Whether an account has to have a second factor, from when, and who says so. */
import { rolesOf } from "../../core/account.ts";
import type { Sql } from "../../core/db/postgres.ts";
import type { MfaConfig } from "./config.ts";
import { factorPolicyOf } from "./factor_policy.ts";
import type { MfaCtx } from "./ctx.ts";

export interface Requirement {
  required: boolean;
  /** From when; null while nothing requires it, or where it was always so. */
  required_from: Date | null;
  reason: "everyone" | "role" | "account" | null;
}

type Rules = Pick<MfaConfig, "policy" | "required_from" | "required_roles">;

/** Midnight UTC of a day such as `2027-01-31`. */
export const dayToDate = (day: string): Date => new Date(`${day}T00:00:00Z`);

/**
 * Of several that ask, the earliest counts.
 *
 * @param own from when the account itself has to; null: nobody has decided anything for it
 */
export function requirementOf(rules: Rules, roles: string[], own: Date | null, now: Date): Requirement {
  const asking: { from: Date | null; reason: NonNullable<Requirement["reason"]> }[] = [];
  if (rules.policy === "required") {
    asking.push({ from: rules.required_from ? dayToDate(rules.required_from) : null, reason: "everyone" });
  }
  if (roles.some((role) => rules.required_roles.includes(role))) asking.push({ from: null, reason: "role" });
  if (own) asking.push({ from: own, reason: "account" });
  const [first] = asking.toSorted((a, b) => (a.from?.getTime() ?? 0) - (b.from?.getTime() ?? 0));
  if (!first) return { required: false, required_from: null, reason: null };
  return {
    required: first.from === null || first.from <= now,
    required_from: first.from,
    reason: first.reason,
  };
}

export async function requirementFor(
  sql: Sql,
  { config }: Pick<MfaCtx, "config">,
  account_id: string,
): Promise<Requirement> {
  const [roles, own] = await Promise.all([
    config.required_roles.length > 0 ? rolesOf(sql, account_id) : [],
    factorPolicyOf(sql, account_id),
  ]);
  return requirementOf(config, roles, own?.required_from ?? null, new Date());
}
