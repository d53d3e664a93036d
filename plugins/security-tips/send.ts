/** The round: whose turn it is, what there is to say to them, and the mail that says it. */
import { findById } from "../../core/account.ts";
import type { Sql } from "../../core/db/postgres.ts";
import type { Tip } from "../../core/plugin.ts";
import type { TipsCtx } from "./ctx.ts";
import { addEveryone, claimDue, postpone } from "./digest.ts";
import { tipsPath } from "./pages/paths.ts";

/** Accounts of one round; the next is in ten minutes. */
const roundMax = 200;
/** A digest that could not be delivered for so long is none any more. */
const lifeDays = 7;

/** @returns how many mails were asked for */
export async function sendDigests(ctx: TipsCtx): Promise<number> {
  const { digest, every_days } = ctx.config;
  if (digest === "off") return 0;
  const everyone = digest === "everyone";
  if (everyone) await addEveryone(ctx.sql, every_days);
  let sent = 0;
  for (let i = 0; i < roundMax; i++) {
    // One transaction for each: if this process dies, nobody's turn is lost and nobody is written to twice.
    const one = await ctx.sql.begin((tx) => sendNext(tx, ctx, { everyone, every_days }));
    if (!one) break;
    if (one.mailed) sent++;
  }
  return sent;
}

async function sendNext(
  tx: Sql,
  ctx: TipsCtx,
  whose: { everyone: boolean; every_days: number },
): Promise<{ mailed: boolean } | null> {
  const due = await claimDue(tx, whose);
  if (!due) return null;
  const { account_id, due_at } = due;
  const account = await findById(tx, account_id);
  if (account?.status !== "active" || !account.email_verified_at) return { mailed: false };
  const tips = await ctx.tipsFor(account_id).catch((error) => {
    ctx.log.warn("security_tips.unread", { account_id, error });
    return null;
  });
  // Not known is not nothing to do; and who cannot be looked at keeps nobody else waiting.
  if (tips === null) await postpone(tx, account_id);
  if (tips === null || tips.length === 0) return { mailed: false };
  await ctx.service("mailer").enqueue(tx, {
    kind: "security_tips",
    to: account.email,
    locale: account.locale,
    dedupe_key: `security_tips/${account_id}/${due_at.toISOString()}`,
    flow_id: null,
    account_id,
    request_id: null,
    data: {
      url: `${ctx.core.frontend_url}${tipsPath}`,
      tips: JSON.stringify(tips.map(({ code, params }: Tip) => ({ code, params }))),
      ...account.first_name ? { first_name: account.first_name } : {},
    },
    expires_at: new Date(Date.now() + lifeDays * 86_400_000),
  });
  ctx.metrics.inc("security_digest_total");
  return { mailed: true };
}
