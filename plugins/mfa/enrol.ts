/** Setting up a factor: in a session that is young enough, or inside a sign-in where policy wants one. */
import { lockById } from "../../core/account.ts";
import type { Sql } from "../../core/db/postgres.ts";
import { Problem } from "../../core/http/problem.ts";
import type { FactorSubject } from "../../core/plugin.ts";
import { findOpen } from "../../core/sign_in/challenge.ts";
import { authenticatorsMax, listAuthenticators, strongCount } from "./authenticator.ts";
import { countLeft, makeRecoveryCodes } from "./recovery_code.ts";

/**
 * Holds the account until the transaction ends, so that factors come one after another.
 *
 * @throws {Problem} 409 `too_many_factors`
 */
export async function lockForOneMore(tx: Sql, account_id: string): Promise<void> {
  await lockById(tx, account_id);
  if ((await listAuthenticators(tx, account_id)).length >= authenticatorsMax) {
    throw new Problem(409, "too_many_factors", `You have ${authenticatorsMax} already. Remove one first.`);
  }
}

/**
 * The same for the first factor of an account, inside a sign-in. Whoever has one by now shows that one instead: a
 * sign-in that was begun before it came must not add another.
 *
 * @returns the session that a step-up raises, which is to go on; null in a sign-in
 * @throws {Problem} 400 `challenge_invalid`
 */
export async function lockForFirst(
  tx: Sql,
  { account_id, challenge_id }: Pick<FactorSubject, "account_id" | "challenge_id">,
): Promise<string | null> {
  await lockById(tx, account_id);
  if (await strongCount(tx, account_id) > 0) {
    throw new Problem(400, "challenge_invalid", "This account has a factor by now. Start again at sign-in.");
  }
  const open = await findOpen(tx, challenge_id);
  return open?.session_id ?? null;
}

/** Recovery codes, the first time that an account gets something they can stand for; null later. */
export async function firstRecoveryCodes(tx: Sql, account_id: string): Promise<string[] | null> {
  const { total } = await countLeft(tx, account_id);
  return total === 0 ? await makeRecoveryCodes(tx, account_id) : null;
}
