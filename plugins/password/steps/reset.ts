/** The steps of a password reset: a link for whoever reads the mailbox, and its end. */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { type Account, findByEmailKey, lockById } from "../../../core/account.ts";
import { recordAccount } from "../../../core/flow/flow.ts";
import { type Flow, type StepDefinition, until } from "../../../core/flow/step.ts";
import type { Sql } from "../../../core/db/postgres.ts";
import { hashSecret } from "../../../core/session/session.ts";
import type { PasswordConfig } from "../config.ts";
import { mailResetLink } from "../mails.ts";
import type { PasswordCtx } from "../runtime.ts";
import { expireReset, findReset, leaveUnanswered, lockReset, openReset, recentResets } from "../reset.ts";

/** Who may not gets no mail, and the answer that everybody gets. A factor is asked for when somebody signs in with it. */
async function mayReset(flow_id: string, account_id: string, ctx: PasswordCtx): Promise<boolean> {
  const decision = await ctx.gates.ask("reset_password", { flow_id, account_id });
  if (decision.kind !== "deny") return true;
  const { reason, assessment } = decision;
  ctx.log.warn("password_reset.denied", { account_id, reason, decision_id: assessment?.decision_id });
  return false;
}

/**
 * An unknown address takes the same way and gets no mail; so does one that has got enough for now. Policy may take its
 * time, so it is asked before anything is held; that it is done once is said by the state of the reset.
 */
export const open_password_reset: StepDefinition<{ answered: boolean }, PasswordConfig> = {
  kind: "outside",
  async run({ flow, ctx }) {
    const { sql } = ctx;
    const reset = await findReset(sql, flow.flow_id);
    const account = reset?.email_key ? await findByEmailKey(sql, reset.email_key) : null;
    const allowed = account !== null && !await hasEnough(sql, account, ctx) &&
      await mayReset(flow.flow_id, account.account_id, ctx);
    return await sql.begin((tx) => open({ tx, flow, ctx }, allowed ? account.account_id : null));
  },
};

async function hasEnough(sql: Sql, { account_id }: Account, { config, log }: PasswordCtx): Promise<boolean> {
  const enough = await recentResets(sql, account_id) >= config.reset_mails_per_hour_max;
  if (enough) log.warn("password_reset.enough_mails", { account_id });
  return enough;
}

/** @param account_id whose link it is to be; null: nobody's */
async function open(
  { tx, flow, ctx }: { tx: Sql; flow: Flow; ctx: PasswordCtx },
  account_id: string | null,
): Promise<{ answered: boolean }> {
  const reset = await lockReset(tx, flow.flow_id);
  if (reset?.state !== "requested") return { answered: Boolean(reset?.account_id) };
  // Held until the end, so that of two requests at once the links do not both stay open.
  const account = account_id && await lockById(tx, account_id);
  const theirs = account && account.status !== "disabled" && account.email_key === reset.email_key;
  if (!theirs || await hasEnough(tx, account, ctx)) {
    await leaveUnanswered(tx, flow.flow_id);
    return { answered: false };
  }
  const token = Buffer.from(randomBytes(32)).toString("base64url");
  const { superseded } = await openReset(tx, {
    flow_id: flow.flow_id,
    account_id: account.account_id,
    token_hash: hashSecret(token),
  });
  for (const flow_id of superseded) await ctx.flows.poke(tx, flow_id);
  await recordAccount(tx, flow.flow_id, account.account_id);
  await mailResetLink({ tx, flow, ctx }, account, token, reset.expires_at);
  return { answered: true };
}

export const check_password_reset = until<"confirmed" | "expired", PasswordConfig>(async ({ tx, flow }) => {
  await expireReset(tx, flow.flow_id);
  const reset = await findReset(tx, flow.flow_id);
  if (reset?.state === "open") return { wait_until: reset.expires_at.toISOString() };
  return reset?.state === "confirmed" ? "confirmed" : "expired";
});
