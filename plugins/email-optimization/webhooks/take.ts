/** What follows from the reports of a mail service: events of the mail, and addresses that get no more. */
import { Buffer } from "node:buffer";
import { findById } from "../../../core/account.ts";
import type { Sql } from "../../../core/db/postgres.ts";
import { claimOnce } from "../../../core/dpop/replay.ts";
import type { Keys } from "../../../core/keys/keys.ts";
import type { AnyCtx } from "../../../core/plugin.ts";
import { findMessages, type MailMessage, noteEvent } from "../message_event.ts";
import { addressTags, noteArrived, noteBounce, noteComplaint, suppress } from "../suppression.ts";
import type { MailReport, WebhookSource } from "./report.ts";
import { retrySeconds } from "./signature.ts";

export interface Told {
  source: WebhookSource;
  reports: MailReport[];
  /** Of a request with one report, whose signature does not cover it; taken once. */
  once?: string;
}

export interface Taken {
  taken: number;
  /** Told before, all of them. */
  seen: number;
  /** Of no mail that is known here. They change nothing: another service may share the provider's account. */
  unknown: number;
}

/** So that no transaction holds its rows for long. */
const atOnce = 100;

/**
 * Takes reports, each once. Of a batch that fails in the middle the rest is not taken, and the whole may come again.
 *
 * @throws Error of the database
 */
export async function takeReports(
  { sql, keys }: Pick<AnyCtx, "sql" | "keys">,
  { source, reports, once }: Told,
): Promise<Taken> {
  const done: Taken = { taken: 0, seen: 0, unknown: 0 };
  if (reports.length === 0) return done;
  const messages = await findMessages(sql, [...new Set(reports.map(({ mail_id }) => mail_id))]);
  const known = reports.flatMap((report) => {
    const message = messages.get(report.mail_id);
    return message ? [{ report, message }] : [];
  });
  done.unknown = reports.length - known.length;
  // In one order whatever the sender's, so that two batches wait for each other and never both.
  known.sort((a, b) =>
    Buffer.compare(a.message.address_tag, b.message.address_tag) ||
    a.report.mail_id.localeCompare(b.report.mail_id) || a.report.at.getTime() - b.report.at.getTime()
  );
  for (let i = 0; i < known.length; i += atOnce) {
    const part = known.slice(i, i + atOnce);
    const taken = await sql.begin(async (tx) => {
      if (once !== undefined && !await claimOnce(tx, `webhook ${source}`, once, forgetAt())) return 0;
      let count = 0;
      for (const { report, message } of part) {
        if (await take(tx, keys, source, report, message)) count++;
      }
      return count;
    });
    done.taken += taken;
    done.seen += part.length - taken;
  }
  return done;
}

const forgetAt = () => new Date(Date.now() + 2 * retrySeconds * 1000);

/** @returns false when it was known */
async function take(
  tx: Sql,
  keys: Keys,
  source: WebhookSource,
  report: MailReport,
  message: MailMessage,
): Promise<boolean> {
  const { type, source_id, at, detail, mail_id } = report;
  const elsewhere = isElsewhere(keys, report, message);
  // Somebody's mailbox sends on to another: that one is gone, and not the one that is ours to judge.
  const hard = report.hard && !elsewhere;
  const event = type === "bounced" ? { hard, elsewhere, detail } : { detail };
  if (!await noteEvent(tx, { mail_id, type, source, source_id, at, detail: event })) return false;
  const of = { tag: message.address_tag, detail: detail || source, mail_id, account_id: message.account_id };
  switch (type) {
    case "bounced":
      await noteBounce(tx, { ...of, hard });
      break;
    case "complained":
      await noteComplaint(tx, { ...of, stranger: await isStranger(tx, keys, message) });
      break;
    case "unsubscribed":
      await suppress(tx, { ...of, reason: "unsubscribed", scope: "optional" });
      break;
    case "delivered":
      await noteArrived(tx, of.tag);
  }
  return true;
}

const isTag = (tags: Uint8Array[] | null, tag: Uint8Array) =>
  tags?.some((one) => Buffer.compare(one, tag) === 0) ?? false;

/** What is reported is of another address than the mail went to. */
function isElsewhere(keys: Keys, { recipient }: MailReport, { address_tag }: MailMessage): boolean {
  return recipient !== null && !isTag(addressTags(keys, bare(recipient)), address_tag);
}

/** `Name <address>`, as some senders have it. */
const bare = (recipient: string) => /<([^<>]+)>\s*$/.exec(recipient)?.[1] ?? recipient;

/** Nobody has shown yet that the address is theirs: another person may have typed it. */
async function isStranger(tx: Sql, keys: Keys, { account_id, address_tag }: MailMessage): Promise<boolean> {
  const account = account_id === null ? null : await findById(tx, account_id);
  return account?.status !== "active" || !isTag(addressTags(keys, account.email), address_tag);
}
