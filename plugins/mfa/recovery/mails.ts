/** Mails about a recovery: each has a button that goes on with it, or calls it off. */
import { findById } from "../../../core/account.ts";
import type { Sql } from "../../../core/db/postgres.ts";
import type { MailKind } from "../../../core/services/mod.ts";
import type { MfaCtx } from "../ctx.ts";
import { linkToken } from "./links.ts";
import type { Recovery } from "./recovery.ts";

export const CONFIRM_PATH = "/recover";
export const CANCEL_PATH = "/recover/cancel";

type RecoveryMail = Extract<
  MailKind,
  "recovery_confirm" | "recovery_waiting" | "recovery_notice" | "recovery_cancelled" | "recovery_done"
>;

/** @param number tells several of one kind apart */
export async function mailRecovery(
  tx: Sql,
  ctx: MfaCtx,
  kind: RecoveryMail,
  { flow_id, account_id, expires_at, due_at }: Recovery,
  number = 0,
): Promise<void> {
  const account = await findById(tx, account_id);
  if (!account) return;
  const { frontend_url } = ctx.core;
  const link = (path: string, purpose: "recovery_confirm" | "recovery_cancel") =>
    `${frontend_url}${path}?token=${linkToken(ctx.keys, purpose, flow_id)}`;
  const url = kind === "recovery_confirm"
    ? link(CONFIRM_PATH, "recovery_confirm")
    : kind === "recovery_waiting" || kind === "recovery_notice"
    ? link(CANCEL_PATH, "recovery_cancel")
    : `${frontend_url}/account/factors`;
  const ends = kind === "recovery_confirm" ? expires_at : due_at ?? expires_at;
  await ctx.service("mailer").enqueue(tx, {
    kind,
    to: account.email,
    locale: account.locale,
    dedupe_key: `${kind}/${flow_id}/${number}`,
    flow_id,
    account_id,
    request_id: null,
    data: {
      url,
      when: (due_at ?? new Date()).toISOString(),
      ...kind === "recovery_confirm" ? { expires_at: expires_at.toISOString() } : {},
      ...account.first_name ? { first_name: account.first_name } : {},
    },
    // What has happened is worth knowing for longer than what may be called off.
    expires_at: new Date(Math.max(ends.getTime(), Date.now() + 86_400_000)),
  });
}
