/** What an operator does to the factors of one account. The reason goes into the log, and into a mail to its owner. */
import { lockById, proofsChanged } from "../../core/account.ts";
import { listAuthenticators } from "./authenticator.ts";
import { tell } from "./changed.ts";
import type { MfaCtx } from "./ctx.ts";
import { dropFactorPolicy, factorPolicyOf, setFactorPolicy } from "./factor_policy.ts";
import { requirementFor } from "./policy.ts";
import { callOffIn } from "./recovery/begin.ts";
import { countLeft } from "./recovery_code.ts";
import { removeAll } from "./remove_all.ts";

export interface Whom {
  account_id: string;
  /** One line, to be read by the account's owner. */
  reason: string;
}

/** Removes every factor and recovery code, and ends every session. Answers how many factors there were. */
export async function reset(ctx: MfaCtx, { account_id, reason }: Whom): Promise<number> {
  const removed = await ctx.sql.begin(async (tx) => {
    await lockById(tx, account_id);
    const removed = await removeAll(tx, ctx, account_id);
    // What it would do is done.
    await callOffIn(tx, ctx, { account_id }, "operator");
    await tell(tx, ctx, { account_id, request_id: null, kind: "factors_reset", data: { reason } });
    return removed;
  });
  ctx.log.warn("mfa.reset", { account_id, factors: removed.length, reason });
  return removed.length;
}

/** From then on the account needs a factor, whatever the policy of others. */
export async function required(ctx: MfaCtx, { account_id, reason }: Whom, from: Date): Promise<void> {
  await ctx.sql.begin(async (tx) => {
    await setFactorPolicy(tx, account_id, { required_from: from, reason });
    await proofsChanged(tx, account_id);
    const when = from > new Date() ? from.toISOString() : "";
    const data = { reason, when };
    await tell(tx, ctx, { account_id, request_id: null, kind: "factor_required", data });
  });
  ctx.log.warn("mfa.required", { account_id, required_from: from.toISOString(), reason });
}

/** False when nothing was decided for this account. */
export async function lift(ctx: MfaCtx, { account_id, reason }: Whom): Promise<boolean> {
  const lifted = await dropFactorPolicy(ctx.sql, account_id);
  if (lifted) ctx.log.warn("mfa.required_lifted", { account_id, reason });
  return lifted;
}

const day = (date: Date | null) => date === null ? "never" : `${date.toISOString().slice(0, 16)}Z`;

/** Lines for a terminal. */
export async function describeFactors(ctx: MfaCtx, account_id: string): Promise<string[]> {
  const [listed, codes, requirement, own] = await Promise.all([
    listAuthenticators(ctx.sql, account_id),
    countLeft(ctx.sql, account_id),
    requirementFor(ctx.sql, ctx, account_id),
    factorPolicyOf(ctx.sql, account_id),
  ]);
  const { required, required_from, reason } = requirement;
  const from = required_from === null ? "" : ` from ${day(required_from)}`;
  return [
    ...listed.map(({ type, name, created_at, last_used_at }) =>
      `${type.padEnd(10)}  ${oneLine(name)}  added ${day(created_at)}  last used ${day(last_used_at)}`
    ),
    ...listed.length === 0 ? ["no factors"] : [],
    `recovery codes: ${codes.remaining} of ${codes.total} left`,
    `policy: ${
      reason === null ? "optional" : `${required ? "required" : "will be required"}${from} (${reason})`
    }`,
    ...own ? [`decided for this account: ${oneLine(own.reason)}`] : [],
  ];
}

/** What a person called it must not steer a terminal. */
const oneLine = (text: string) => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, "");
