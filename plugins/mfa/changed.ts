/** What every change of factors brings with it, in the transaction that makes it. */
import { randomUUID } from "node:crypto";
import { findById, proofsChanged } from "../../core/account.ts";
import type { Sql } from "../../core/db/postgres.ts";
import { forgetRemembered } from "../../core/device.ts";
import type { MailKind } from "../../core/services/mod.ts";
import { type AuthenticatorType, strongCount } from "./authenticator.ts";
import type { MfaCtx } from "./ctx.ts";
import { callOffIn } from "./recovery/begin.ts";
import { forgetRecoveryCodes } from "./recovery_code.ts";

export interface FactorChange {
  account_id: string;
  type: AuthenticatorType;
  added: boolean;
  /** What its owner calls it, for the mail. */
  name?: string;
  /** The session that made the change; all others end. Null: all end. */
  keep_session_id: string | null;
  request_id: string | null;
}

/**
 * Other sessions end, no device is remembered any more, the event is published, and the account's owner gets a mail.
 * A new factor calls off a recovery that is open; with the last strong one the recovery codes go.
 */
export async function factorsChanged(tx: Sql, ctx: MfaCtx, change: FactorChange): Promise<void> {
  const { account_id, type, added, name, request_id } = change;
  await sessionsEnd(tx, ctx, change);
  // Whoever adds one has shown one: what was lost is found, and must not take the new one along.
  if (added) await callOffIn(tx, ctx, { account_id }, "factor");
  if (!added && await strongCount(tx, account_id) === 0) await forgetRecoveryCodes(tx, account_id);
  await ctx.events.publish(tx, added ? "factor.added" : "factor.removed", { account_id, type });
  const data = { factor: type, ...name ? { factor_name: name } : {} };
  await tell(tx, ctx, { account_id, request_id, kind: added ? "factor_added" : "factor_removed", data });
  ctx.metrics.inc("mfa_factor_changed_total", { type, change: added ? "added" : "removed" });
}

/** Whoever signed in before the change, or is about to, shows the new set of factors. */
export async function sessionsEnd(
  tx: Sql,
  ctx: MfaCtx,
  { account_id, keep_session_id }: Pick<FactorChange, "account_id" | "keep_session_id">,
): Promise<void> {
  await proofsChanged(tx, account_id);
  await ctx.sessions.endAll(tx, account_id, {
    reason: "factors_changed",
    except: keep_session_id ?? undefined,
  });
  await forgetRemembered(tx, account_id);
}

const NOTICE_SECONDS = 3 * 86_400;

/** A notice to the account's address. */
export async function tell(
  tx: Sql,
  ctx: MfaCtx,
  { account_id, request_id, kind, data }: {
    account_id: string;
    request_id: string | null;
    kind: MailKind;
    data: Record<string, string>;
  },
): Promise<void> {
  const account = await findById(tx, account_id);
  if (!account) return;
  const { email, locale, first_name } = account;
  await ctx.service("mailer").enqueue(tx, {
    kind,
    to: email,
    locale,
    dedupe_key: `${kind}/${randomUUID()}`,
    flow_id: null,
    account_id,
    request_id,
    data: {
      url: `${ctx.core.frontend_url}/account/factors`,
      when: new Date().toISOString(),
      ...first_name ? { first_name } : {},
      ...data,
    },
    expires_at: new Date(Date.now() + NOTICE_SECONDS * 1000),
  });
}
