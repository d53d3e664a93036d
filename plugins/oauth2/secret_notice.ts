/** Mails to the contacts of apps whose secret is about to end. */
import { parseEmail } from "../../core/email_address.ts";
import { claimExpiring, type Expiring } from "./client.ts";
import type { OAuth2Ctx } from "./runtime.ts";

/** Time enough to bring a new secret to where the app runs. */
const noticeDays = 14;
const clientsMax = 100;
const contactsMax = 10;

/** Queued with the note that it was done, so that each contact gets one mail for each secret. */
export async function noticeExpiring(ctx: OAuth2Ctx): Promise<void> {
  await ctx.sql.begin(async (tx) => {
    for (const client of await claimExpiring(tx, noticeDays, clientsMax)) {
      for (const email of readable(client.contacts)) {
        await ctx.service("mailer").enqueue(tx, mailTo(email, client));
      }
    }
  });
}

/** RFC 7591 §2: contacts are "typically email addresses"; others are for people to read. */
function readable(contacts: string[]): string[] {
  const parsed = contacts.slice(0, contactsMax).map((one) => parseEmail(one));
  return parsed.flatMap((one) => "problem" in one ? [] : [one.email]);
}

function mailTo(email: string, { client_id, client_name, client_secret_expires_at: end }: Expiring) {
  return {
    kind: "client_secret_expiring" as const,
    to: email,
    locale: "en",
    dedupe_key: `client_secret_expiring/${client_id}/${end.getTime()}/${email}`,
    ...{ flow_id: null, account_id: null, request_id: null },
    data: { app: client_name || client_id, client_id, when: end.toISOString() },
    expires_at: end,
  };
}
