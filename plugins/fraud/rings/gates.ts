/** What a frozen account meets, whichever way it comes. */
import type { AnyCtx, Gate, Verdict } from "../../../core/plugin.ts";
import { isFrozen } from "./freeze.ts";

async function notFrozen({ account_id }: { account_id: string }, { sql }: AnyCtx): Promise<Verdict> {
  return await isFrozen(sql, account_id) ? { kind: "deny", reason: "account_frozen" } : { kind: "pass" };
}

export const gates: Gate[] = [
  { act: "sign_in", phase: "policy", name: "fraud.frozen", decide: notFrozen as Gate["decide"] },
  {
    act: "continue_session",
    phase: "policy",
    name: "fraud.frozen_goes_on",
    decide: notFrozen as Gate["decide"],
  },
];
