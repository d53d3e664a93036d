/** What follows from facts: decisions find their account and session, memory grows, running logins are raised. */
import { findById } from "../../core/account.ts";
import type { Events } from "../../core/events/catalogue.ts";
import type { Plugin } from "../../core/plugin.ts";
import { findSession } from "../../core/session/session.ts";
import { forgetSignIn, noteAccount, noteDisowned, rememberShared, rememberSignIn } from "./account_memory.ts";
import { raiseOpenLogins } from "./adaptive.ts";
import type { FraudConfig } from "./config.ts";
import type { FraudCtx } from "./ctx.ts";
import { type Decision, recordAccount, recordOutcome, recordSession } from "./decision.ts";
import { emailOf } from "./evidence/gather.ts";
import { signalKeys } from "./evidence/keys.ts";
import { linkAccount } from "./rings/mod.ts";

/** A sign-up became an account: what it was judged by is the account's from now on. */
async function registered(
  { account_id, flow_id }: Events["account.registered"],
  ctx: FraudCtx,
): Promise<void> {
  await ctx.sql.begin(async (tx) => {
    const decision = await recordAccount(tx, flow_id, account_id);
    await noteDomain(tx as unknown as FraudCtx["sql"], account_id, ctx);
    if (!decision) return;
    if (decision.decision !== "allow" && !decision.shadow) {
      await noteAccount(tx, account_id, { verify_next: true });
    }
    await remember(tx as unknown as FraudCtx["sql"], account_id, decision);
  });
}

async function noteDomain(sql: FraudCtx["sql"], account_id: string, ctx: FraudCtx): Promise<void> {
  const account = await findById(sql, account_id);
  if (!account) return;
  const { domain } = emailOf(account.email);
  const keys = signalKeys(ctx.keys, { client: null, account_id, identifier_tag: null, domain, local: true });
  await noteAccount(sql, account_id, { domain: keys.domain });
}

async function remember(
  tx: FraudCtx["sql"],
  account_id: string,
  { keys, fraud_score }: Decision,
): Promise<void> {
  await rememberShared(tx, account_id, keys);
  await linkAccount(tx, {
    account_id,
    device_key: keys.device,
    block_key: keys.block,
    password_tag: keys.password,
    shape_key: keys.shape,
    own_risk: fraud_score,
  });
}

async function started({ account_id, session_id }: Events["session.started"], ctx: FraudCtx): Promise<void> {
  await ctx.sql.begin(async (tx) => {
    const session = await findSession(tx, session_id);
    if (!session) return;
    const decision = await recordSession(tx, { account_id, session_id, started_at: session.created_at });
    if (!decision) return;
    const { block, client, asn, country, latitude, longitude } = decision.keys;
    const place = { block, client, asn, country, latitude, longitude };
    await rememberSignIn(tx, { ...place, session_id, account_id, at: session.created_at });
    await remember(tx as unknown as FraudCtx["sql"], account_id, decision);
    // Whoever came through a challenge has shown what was asked for.
    if (decision.decision !== "allow" && !decision.shadow) {
      await noteAccount(tx, account_id, { verify_next: false });
    }
  });
}

/** Whose session it was not is asked for more in every sign-in that is under way. */
async function disowned(
  { account_id, session_id }: Events["session.disowned"],
  ctx: FraudCtx,
): Promise<void> {
  await ctx.sql.begin(async (tx) => {
    const news = await recordOutcome(tx, session_id, "bad");
    await forgetSignIn(tx, session_id);
    // A fact that is delivered twice is still one.
    if (news) await noteDisowned(tx, account_id);
  });
  await raiseOpenLogins(ctx, account_id, "disowned");
}

async function factorsChanged({ account_id }: { account_id: string }, ctx: FraudCtx): Promise<void> {
  const second_factor = await ctx.sign_in.levelExpected(account_id) > 1;
  await noteAccount(ctx.sql, account_id, { second_factor });
}

async function emailChanged({ account_id }: Events["account.email_changed"], ctx: FraudCtx): Promise<void> {
  await noteDomain(ctx.sql, account_id, ctx);
  await noteAccount(ctx.sql, account_id, { email_changed_at: new Date() });
}

export const on: NonNullable<Plugin<FraudConfig>["on"]> = {
  "account.registered": registered,
  "account.email_changed": emailChanged,
  "password.changed": ({ account_id }, ctx) =>
    noteAccount(ctx.sql, account_id, { password_changed_at: new Date() }),
  "factor.added": factorsChanged,
  "factor.removed": factorsChanged,
  "session.started": started,
  "session.disowned": disowned,
};
