/** For tests of `email-optimization`: a service with it alone, and mail that waits to be decided on. */
import { newAccount } from "./core.ts";
import { testPlugins, type TestPluginsOptions } from "./plugins.ts";
import type { Message } from "../mail/message.ts";
import { configure } from "../plugin.ts";
import type { MailOutcome, MailPlan, MailToPrepare } from "../services/mod.ts";
import { mailAdvice } from "../../plugins/email-optimization/advice.ts";
import type { EmailConfig } from "../../plugins/email-optimization/config.ts";
import email from "../../plugins/email-optimization/mod.ts";

export async function testEmail(options: Partial<EmailConfig> = {}, core: TestPluginsOptions = {}) {
  const service = await testPlugins([configure(email, options)], core);
  const ctx = service.ctxOf("email-optimization");

  /** A verified account, signed in, whose access token an endpoint takes. */
  async function person({ operator = false, email = `${crypto.randomUUID()}@example.org` } = {}) {
    const account_id = await newAccount(service.sql, email);
    if (operator) await service.sql`update account set roles = '{operator}' where account_id = ${account_id}`;
    const outcome = await ctx.sign_in.complete({
      ...{ account_id, client: null, amr: ["pwd"], auth_time: new Date(), transport: "token" },
      ...{ ip: null, user_agent: null, request_id: crypto.randomUUID() },
    });
    if (outcome.kind !== "session" || !outcome.tokens) throw new Error("a session was expected");
    return { account_id, email, token: outcome.tokens.access_token };
  }

  return Object.assign(service, { email: ctx, advice: mailAdvice(ctx), person });
}

export function mailToPrepare(of: Partial<MailToPrepare> = {}): MailToPrepare {
  return {
    mail_id: crypto.randomUUID(),
    kind: "verify_email",
    flow_id: crypto.randomUUID(),
    account_id: crypto.randomUUID(),
    recipient: "ada@example.com",
    locale: "en",
    attempts: 1,
    created_at: new Date(),
    expires_at: new Date(Date.now() + 86_400_000),
    client: null,
    ...of,
  };
}

export const letter: Message = {
  message_id: "<1@example.org>",
  from: { name: "Example", address: "mail@example.org" },
  to: "ada@example.com",
  subject: "Confirm your address",
  headers: {},
  text: "Confirm your address: https://app.example.org/x",
  html: "<p>Confirm your address</p>",
};

/** An attempt's end as the mailer tells it: composed, and taken unless said otherwise. */
export function outcomeOf(
  mail: MailToPrepare,
  plan: MailPlan | null,
  of: Partial<MailOutcome> = {},
): MailOutcome {
  const { mail_id, kind, attempts } = mail;
  if (plan?.act === "send") plan.finish(letter);
  return {
    ...{ mail_id, kind, attempts, plan },
    ...{ result: "sent", reason: null, recipient_refused: false, smtp: null },
    ...of,
  };
}
