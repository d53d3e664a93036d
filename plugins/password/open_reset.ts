/** Writes the intent to reset a password; its story finds the account, if there is one, and sends the link. */
import { randomUUID } from "node:crypto";
import { findById } from "../../core/account.ts";
import type { ClientEvidence } from "../../core/client_evidence.ts";
import type { Sql } from "../../core/db/postgres.ts";
import { insertReset } from "./reset.ts";
import type { PasswordCtx } from "./runtime.ts";

/** In the caller's transaction. Answers the flow's id. */
export async function beginReset(
  tx: Sql,
  ctx: PasswordCtx,
  reset: { email_key: string; locale: string; request_id: string | null; client?: ClientEvidence },
): Promise<string> {
  const flow_id = randomUUID();
  await ctx.flows.begin(tx, {
    flow_id,
    kind: "password_reset",
    workflow: "PasswordResetWorkflow",
    account_id: null,
    request_id: reset.request_id,
    client: reset.client,
  });
  const { email_key, locale } = reset;
  const lifetime_seconds = ctx.config.reset_lifetime_minutes * 60;
  await insertReset(tx, { flow_id, email_key, locale, lifetime_seconds });
  return flow_id;
}

/** For the owner of an account that is there. */
export async function openReset(
  tx: Sql,
  ctx: PasswordCtx,
  { account_id, request_id }: { account_id: string; request_id: string | null },
): Promise<void> {
  const account = await findById(tx, account_id);
  if (account) await beginReset(tx, ctx, { ...account, request_id });
}
