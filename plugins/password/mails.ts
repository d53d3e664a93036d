/** The mails this plugin asks for. Addresses go to the mail table only; keys are ids or keyed hashes. */
import { Buffer } from "node:buffer";
import type { Account } from "../../core/account.ts";
import type { Sql } from "../../core/db/postgres.ts";
import type { Flow } from "../../core/flow/step.ts";
import type { MailKind, MailRequest } from "../../core/services/mod.ts";
import type { PasswordCtx } from "./runtime.ts";

const DAY_SECONDS = 86_400;

interface Letter {
  kind: MailKind;
  dedupe_key: string;
  to: { email: string; locale: string; first_name: string | null; account_id: string | null };
  data: Record<string, string>;
  expires_at?: Date;
}

/** Null when a mail with this key was there before. */
async function send(
  { tx, flow, ctx }: { tx: Sql; flow: Pick<Flow, "flow_id" | "request_id">; ctx: PasswordCtx },
  letter: Letter,
): Promise<string | null> {
  const { email, locale, first_name, account_id } = letter.to;
  const request: MailRequest = {
    kind: letter.kind,
    to: email,
    locale,
    dedupe_key: letter.dedupe_key,
    flow_id: flow.flow_id,
    account_id,
    request_id: flow.request_id,
    data: first_name ? { first_name, ...letter.data } : letter.data,
    expires_at: letter.expires_at ?? new Date(Date.now() + 3 * DAY_SECONDS * 1000),
  };
  return await ctx.service("mailer").enqueue(tx, request);
}

type Step = Parameters<typeof send>[0];

const today = () => new Date().toISOString().slice(0, 10);

/** To the owner of an address somebody signed up with, at most once a day. */
export function mailAlreadyRegistered(step: Step, account: Account): Promise<string | null> {
  return send(step, {
    kind: "already_registered",
    dedupe_key: `already_registered/${account.account_id}/${today()}`,
    to: account,
    data: { url: `${step.ctx.core.frontend_url}/sign-in` },
    expires_at: new Date(Date.now() + DAY_SECONDS * 1000),
  });
}

/** To somebody whose address looks like that of an account, at most once a day. */
export function mailTooSimilar(
  step: Step,
  to: { email: string; email_key: string; locale: string; first_name: string | null },
): Promise<string | null> {
  const address = Buffer.from(step.ctx.keys.hmac("mail_dedupe", to.email_key)).toString("hex", 0, 16);
  return send(step, {
    kind: "address_too_similar",
    dedupe_key: `address_too_similar/${address}/${today()}`,
    to: { ...to, account_id: null },
    data: { url: `${step.ctx.core.frontend_url}/sign-up` },
    expires_at: new Date(Date.now() + DAY_SECONDS * 1000),
  });
}

export function mailResetLink(
  step: Step,
  account: Account,
  token: string,
  expires_at: Date,
): Promise<string | null> {
  return send(step, {
    kind: "password_reset",
    dedupe_key: `password_reset/${step.flow.flow_id}`,
    to: account,
    data: {
      url: `${step.ctx.core.frontend_url}/reset?token=${token}`,
      expires_at: expires_at.toISOString(),
    },
    expires_at,
  });
}

export function mailPasswordChanged(step: Step, account: Account): Promise<string | null> {
  return send(step, {
    kind: "password_changed",
    dedupe_key: `password_changed/${step.flow.flow_id}`,
    to: account,
    data: { url: `${step.ctx.core.frontend_url}/forgot`, when: new Date().toISOString() },
  });
}

/** To the present address: somebody asked for another one. */
export function mailChangeNotice(step: Step, account: Account, new_email: string): Promise<string | null> {
  return send(step, {
    kind: "email_change_notice",
    dedupe_key: `email_change_notice/${step.flow.flow_id}`,
    to: account,
    data: {
      url: `${step.ctx.core.frontend_url}/account/security`,
      email: new_email,
      when: new Date().toISOString(),
    },
  });
}

/** To the former address, where nobody has to confirm: the change has happened. */
export function mailEmailChanged(step: Step, former: Account, new_email: string): Promise<string | null> {
  return send(step, {
    kind: "email_changed",
    dedupe_key: `email_changed/${step.flow.flow_id}`,
    to: former,
    data: {
      url: `${step.ctx.core.frontend_url}/account`,
      email: new_email,
      when: new Date().toISOString(),
    },
  });
}
