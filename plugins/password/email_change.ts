/** Asking for another address: proven from the new one, announced to the old one. */
import { randomUUID } from "node:crypto";
import { type Account, changeEmail, findStanding } from "../../core/account.ts";
import type { Sql } from "../../core/db/postgres.ts";
import type { EmailAddress } from "../../core/email_address.ts";
import { countRecent } from "../../core/flow/flow.ts";
import { Problem } from "../../core/http/problem.ts";
import { mailAlreadyRegistered, mailChangeNotice, mailEmailChanged } from "./mails.ts";
import type { PasswordCtx } from "./runtime.ts";

/** The story of `email-verification` for a new address: a name that crosses plugins, as ids and events do. */
const WORKFLOW = "EmailChangeWorkflow";
/** Mail goes to an address nobody has proven, so one account may ask only so often. */
const PER_HOUR_MAX = 5;

export interface EmailChange {
  status: "pending_verification" | "changed";
  method: string;
  workflow_id?: string;
}

/**
 * In the caller's transaction. Null as flow id when the change has happened at once, since nobody proves addresses.
 * @throws {Problem} 409 `email_unavailable` then, when another account has it; 429 when asked for too often
 */
export async function beginEmailChange(
  tx: Sql,
  ctx: PasswordCtx,
  account: Account,
  to: EmailAddress,
  request_id: string,
): Promise<{ flow_id: string | null }> {
  const verification = ctx.optional("verification");
  const flow = { flow_id: randomUUID(), request_id };
  const step = { tx, flow, ctx };
  if (!verification) {
    if (await changeEmail(tx, account.account_id, to) !== "changed") throw unavailable();
    await mailEmailChanged(step, account, to.email);
    await ctx.events.publish(tx, "account.email_changed", { account_id: account.account_id });
    return { flow_id: null };
  }
  await allowAnother(tx, account.account_id);
  await ctx.flows.begin(tx, {
    flow_id: flow.flow_id,
    kind: "email_change",
    workflow: WORKFLOW,
    account_id: account.account_id,
    request_id,
  });
  await mailChangeNotice(step, account, to.email);
  const standing = await findStanding(tx, to, account.account_id);
  // Whoever has the address is told, and the story waits like any other: the caller learns nothing of it.
  if (standing) await mailAlreadyRegistered(step, standing);
  else {
    await verification.issue(tx, {
      flow_id: flow.flow_id,
      account_id: account.account_id,
      purpose: "email_change",
      email: to.email,
      locale: account.locale,
      first_name: account.first_name,
      request_id,
    });
  }
  return { flow_id: flow.flow_id };
}

export async function finishEmailChange(
  ctx: PasswordCtx,
  { flow_id }: { flow_id: string | null },
): Promise<EmailChange> {
  const direct = "direct_email_change";
  if (!flow_id) return { status: "changed", method: direct };
  try {
    const { method, workflow_id } = await ctx.flows.carry(flow_id, "opened", direct);
    return { status: "pending_verification", method, workflow_id };
  } catch (error) {
    ctx.log.warn("email_change.finished_later", { flow_id, error });
    return { status: "pending_verification", method: direct };
  }
}

async function allowAnother(tx: Sql, account_id: string): Promise<void> {
  const recent = await countRecent(tx, account_id, "email_change");
  if (recent < PER_HOUR_MAX) return;
  throw new Problem(
    429,
    "too_many_requests",
    "The address was changed several times. Try again in an hour.",
    {
      retry_after_seconds: 3600,
    },
  );
}

function unavailable(): Problem {
  return new Problem(409, "email_unavailable", "This address cannot be used.", {
    fields: { email: "cannot be used" },
  });
}
