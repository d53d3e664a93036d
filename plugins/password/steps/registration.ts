/** The steps of a registration that concern the account: made, adopted, and taken back when nobody confirms. */
import {
  type Account,
  activate,
  changeEmail,
  type Inserted,
  insertPending,
  lockById,
  removePending,
  updateProfile,
} from "../../../core/account.ts";
import type { Sql } from "../../../core/db/postgres.ts";
import { recordAccount } from "../../../core/flow/flow.ts";
import { type Flow, once } from "../../../core/flow/step.ts";
import type { PasswordConfig } from "../config.ts";
import { setVerifier } from "../credential.ts";
import { mailAlreadyRegistered, mailTooSimilar } from "../mails.ts";
import {
  attachAccount,
  decide,
  findOpenRegistration,
  noteMail,
  othersWait,
  type Registration,
  supersedeOthers,
} from "../registration.ts";
import type { PasswordCtx } from "../runtime.ts";

interface Step {
  tx: Sql;
  flow: Flow;
  ctx: PasswordCtx;
}

/**
 * Account, token and queued mail appear together. An address that has an account gets a mail that says so, and one
 * that looks like another's gets that explained; the story goes on in the same way for all of them, so that
 * nobody can tell from outside.
 */
export const create_account = once<null, PasswordConfig>(async (step) => {
  const { tx, flow } = step;
  const registration = await findOpenRegistration(tx, flow.flow_id);
  if (!registration) return null;
  const inserted = await insertPending(tx, registration);
  // Held until the end: nobody verifies, removes or joins this account meanwhile.
  const account = await lockById(tx, inserted.account_id);
  if (!account) throw new Error("the account in the way is gone; the step is tried again");
  if (isOpen(inserted, account)) await open(step, registration, account, !inserted.conflict);
  else await refuse(step, registration, account, inserted.conflict === "similar");
  return null;
});

/** Ours to confirm: made now, or waiting already for somebody who can read this mailbox. */
function isOpen(inserted: Inserted, account: Account): boolean {
  return !inserted.conflict || inserted.conflict === "email" && account.status === "pending_verification";
}

async function open({ tx, flow, ctx }: Step, registration: Registration, account: Account, made: boolean) {
  await attachAccount(tx, flow.flow_id, account.account_id);
  await recordAccount(tx, flow.flow_id, account.account_id);
  if (made) {
    await ctx.events.publish(tx, "account.registered", {
      account_id: account.account_id,
      flow_id: flow.flow_id,
    });
  }
  const verification = ctx.optional("verification");
  if (verification) {
    const { email, locale, first_name, request_id } = registration;
    await verification.issue(tx, {
      flow_id: flow.flow_id,
      account_id: account.account_id,
      purpose: "registration",
      email,
      locale,
      first_name,
      request_id,
    });
  } else {
    // Nobody proves addresses here, so an account is open at once.
    await adopt(tx, flow.flow_id);
    await activate(tx, account.account_id);
  }
}

async function refuse(
  step: Step,
  registration: Registration,
  standing: Account,
  similar: boolean,
): Promise<void> {
  const mail = similar
    ? await mailTooSimilar(step, registration)
    : await mailAlreadyRegistered(step, standing);
  await noteMail(step.tx, registration, mail !== null);
  step.ctx.log.info("registration.address_taken", { flow_id: step.flow.flow_id, similar });
}

/** The confirmed registration's password, names and spelling of the address become the account's. */
export async function adopt(tx: Sql, flow_id: string): Promise<void> {
  const seen = await findOpenRegistration(tx, flow_id);
  if (!seen?.account_id) return;
  // The account first, then its registrations: everybody locks in this order.
  const account = await lockById(tx, seen.account_id);
  if (!account || !await decide(tx, flow_id, "verified")) return;
  const { verifier, username, first_name, last_name, locale } = seen;
  await setVerifier(tx, account.account_id, verifier);
  await updateProfile(tx, account.account_id, { username, first_name, last_name, locale });
  if (account.email !== seen.email) await changeEmail(tx, account.account_id, seen);
  await supersedeOthers(tx, account.account_id, flow_id);
}

/** Undo of `create_account`: it was refused, nobody confirmed, or a later part failed. An account in use stays. */
export const remove_account = once<null, PasswordConfig>(async ({ tx, flow, ctx }) => {
  const seen = await findOpenRegistration(tx, flow.flow_id);
  const account = seen?.account_id ? await lockById(tx, seen.account_id) : null;
  if (!await decide(tx, flow.flow_id, "expired") || !account) return null;
  if (await othersWait(tx, account, flow.flow_id)) return null;
  if (await removePending(tx, account.account_id)) {
    await ctx.events.publish(tx, "account.expired", {
      account_id: account.account_id,
      flow_id: flow.flow_id,
    });
    ctx.log.info("registration.expired", { flow_id: flow.flow_id, account_id: account.account_id });
  }
  return null;
});
