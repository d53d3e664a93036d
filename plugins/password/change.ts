/** Writes the intent to change a password and tells its story until the password is the account's. */
import { randomUUID } from "node:crypto";
import type { Sql } from "../../core/db/postgres.ts";
import { insertChange, type PasswordChange } from "./password_change.ts";
import type { PasswordCtx } from "./runtime.ts";

export interface ChangeDone {
  /** `pending`: stored, and finished shortly. */
  status: "changed" | "pending";
  method: string;
  workflow_id?: string;
}

/** In the caller's transaction, beside what gives the right to it. Answers the flow's id. */
export async function beginChange(
  tx: Sql,
  ctx: PasswordCtx,
  change: Omit<PasswordChange, "flow_id"> & { verifier: string; request_id: string },
): Promise<string> {
  const flow_id = randomUUID();
  const { request_id, ...intent } = change;
  await ctx.flows.begin(tx, {
    flow_id,
    kind: change.origin === "reset" ? "password_reset_confirmation" : "password_change",
    workflow: "PasswordResetConfirmationWorkflow",
    account_id: change.account_id,
    request_id,
  });
  await insertChange(tx, { flow_id, ...intent });
  return flow_id;
}

export async function finishChange(
  ctx: PasswordCtx,
  flow_id: string,
  direct: "direct_reset_confirmation" | "direct_password_change",
): Promise<ChangeDone> {
  try {
    const { method, workflow_id, reached } = await ctx.flows.carry(flow_id, "applied", direct);
    return { status: reached ? "changed" : "pending", method, workflow_id };
  } catch (error) {
    // Committed, so it will happen: an error now would make people do it again.
    ctx.log.warn("password.changed_later", { flow_id, error });
    return { status: "pending", method: direct };
  }
}
