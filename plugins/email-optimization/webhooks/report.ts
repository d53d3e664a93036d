/** What mail services tell of a mail, in one shape: each adapter reads its own into this. */
import { z } from "zod";

export const webhookSources = ["generic", "ses", "sendgrid", "postmark", "mailgun"] as const;
export type WebhookSource = typeof webhookSources[number];

export interface MailReport {
  /** The sender's own name for what happened: told twice, it is taken once. */
  source_id: string;
  type: "bounced" | "complained" | "delivered" | "unsubscribed";
  /** Of a bounce: the address is not there, and will not be. */
  hard: boolean;
  mail_id: string;
  /** Where it was to go, as the sender says; null when that is left out. Compared, and never kept. */
  recipient: string | null;
  /** Without addresses. */
  detail: string;
  at: Date;
}

/** A report before it is known whose mail it is about. */
export interface RawReport extends Omit<MailReport, "mail_id" | "detail" | "at"> {
  /** `Message-ID` with or without its angle brackets, or the mail's own id; the first that names a mail of ours counts. */
  names: unknown[];
  detail: unknown[];
  /** Anything `Date` reads, or seconds since 1970. */
  at: unknown;
}

export interface Reading {
  reports: MailReport[];
  /** Entries of no interest (opened, deferred), of other mail, or that cannot be read. */
  passed_over: number;
}

/** A sender that says more at once is refused: the largest batch known, SendGrid's, ends at 768 KiB. */
export const reportsMax = 2000;
const detailMax = 300;
const sourceId = /^[\x20-\x7e]{1,200}$/;
const uuid = /^<?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:@[^\s<>]{1,255})?>?$/i;

/** Our `Message-ID` is `<mail_id@domain>`. Null: not a mail of ours. */
export function mailIdOf(names: unknown[]): string | null {
  for (const name of names) {
    const found = typeof name === "string" ? uuid.exec(name.trim()) : null;
    if (found) return found[1].toLowerCase();
  }
  return null;
}

/** What the receiving side said, joined, without whom it said it of. */
export function withoutAddresses(parts: unknown[]): string {
  return parts.filter((part) => typeof part === "string" && part !== "").join(": ")
    // deno-lint-ignore no-control-regex -- control characters are what goes
    .slice(0, 2000).replace(/[\s\u0000-\u001f\u007f]+/g, " ")
    .replace(/[^\s<>"'(),;:=]*(?:@|%40)[^\s<>"'(),;]*/gi, "…")
    .trim().slice(0, detailMax).toWellFormed();
}

/**
 * Reads each entry by itself: one that makes no sense does not keep the others back, as its sender would send all of
 * them again.
 *
 * @param read null for an entry of no interest
 */
export function readEach(entries: readonly unknown[], read: (entry: unknown) => RawReport | null): Reading {
  const reports: MailReport[] = [];
  for (const entry of entries.slice(0, reportsMax)) {
    const raw = read(entry);
    const report = raw && finished(raw);
    if (report) reports.push(report);
  }
  return { reports, passed_over: entries.length - reports.length };
}

function finished({ names, detail, at, ...report }: RawReport): MailReport | null {
  const mail_id = mailIdOf(names);
  const when = timeOf(at);
  if (!mail_id || !when || !sourceId.test(report.source_id)) return null;
  return { ...report, mail_id, detail: withoutAddresses(detail), at: when };
}

function timeOf(at: unknown): Date | null {
  const date = typeof at === "number" ? new Date(at * 1000) : typeof at === "string" ? new Date(at) : null;
  const year = date?.getUTCFullYear();
  return date && year && year >= 2000 && year < 2200 ? date : null;
}

/**
 * What a sender wrote, whatever is in it: bounces quote servers, and servers say NUL. Undefined: it is no JSON.
 * Never stored as it is; see `withoutAddresses`.
 */
export function parseJson(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === "string" ? text : new TextDecoder().decode(text));
  } catch {
    return undefined;
  }
}

/** A schema's reading of an entry, or null: what is unknown to us is no mistake of the sender's. */
export function read<T extends z.ZodType>(schema: T, entry: unknown): z.infer<T> | null {
  const result = schema.safeParse(entry);
  return result.success ? result.data : null;
}

/** Text, or nothing: senders leave fields out, or set them to null. */
export const maybe = z.string().nullish().catch(null);
