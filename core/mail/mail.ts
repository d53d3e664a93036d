/** Owner of the table `mail`: what is to be sent, who is at it, and how it went. */
import type { ClientEvidence } from "../client_evidence.ts";
import type { Sql } from "../db/postgres.ts";
import { flowClientOf } from "../flow/flow.ts";
import type { Keys } from "../keys/keys.ts";
import type { MailDelivery, MailKind, MailRequest } from "../services/mod.ts";

/** The channel that says "there is a mail"; payloads are empty. */
export const MAIL_CHANNEL = "mail";
/** The flow's own executor delivers first; after this the pump does. */
export const PUMP_AFTER_SECONDS = 5;
/** The shortest lease: longer than one attempt may take. */
export const LEASE_SECONDS = 90;
const DATA_BYTES_MAX = 16 * 1024;

/** A mail that is ours until `lease_until`; `attempts` counts this one and tells it from any other's claim. */
export interface ClaimedMail {
  mail_id: string;
  kind: MailKind;
  flow_id: string | null;
  account_id: string | null;
  recipient: string;
  locale: string;
  request_id: string | null;
  data_sealed: Uint8Array;
  attempts: number;
  created_at: Date;
  expires_at: Date;
  /** What the request that led to it showed of its sender; null when nobody kept it. */
  client: ClientEvidence | null;
}

/**
 * Stores a mail in the caller's transaction; the pump hears of it when that commits.
 * @returns null when its `dedupe_key` was there before
 * @throws RangeError for a recipient that could end a header or an SMTP command, and for more than 16 KiB of data
 */
export async function enqueueMail(sql: Sql, keys: Keys, mail: MailRequest): Promise<string | null> {
  checkRecipient(mail.to);
  const plain = new TextEncoder().encode(JSON.stringify(mail.data));
  if (plain.length > DATA_BYTES_MAX) throw new RangeError(`mail data: at most ${DATA_BYTES_MAX} bytes`);
  const mail_id = crypto.randomUUID();
  const [row] = await sql<{ mail_id: string }[]>`
    insert into mail (mail_id, dedupe_key, kind, flow_id, account_id, recipient, locale, request_id, data_sealed,
                      next_attempt_at, expires_at)
    values (${mail_id}, ${mail.dedupe_key}, ${mail.kind}, ${mail.flow_id}, ${mail.account_id}, ${mail.to},
            ${mail.locale}, ${mail.request_id}, ${keys.seal(plain, sealContext(mail_id))},
            now() + make_interval(secs => ${PUMP_AFTER_SECONDS}), ${mail.expires_at})
    on conflict (dedupe_key) do nothing returning mail_id`;
  if (!row) return null;
  await sql`select pg_notify(${MAIL_CHANNEL}, '')`;
  return row.mail_id;
}

/** Addresses are checked where they come in; this is the last look before one meets a header. */
function checkRecipient(to: string): void {
  // deno-lint-ignore no-control-regex -- control characters are what is refused
  const unsafe = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029<>(),;:\\"[\]]/u;
  const at = to.lastIndexOf("@");
  if (to.length > 254 || at < 1 || at === to.length - 1 || unsafe.test(to) || !to.isWellFormed()) {
    throw new RangeError("mail: the recipient is not an address");
  }
}

/** @throws SealError when it cannot be opened, such as after its secret left SECRET_KEYS. */
export function openData(keys: Keys, mail: ClaimedMail): Record<string, string> {
  return JSON.parse(new TextDecoder().decode(keys.open(mail.data_sealed, sealContext(mail.mail_id))));
}

const sealContext = (mail_id: string) => `mail.data/${mail_id}`;

const claimedColumns = [
  "mail_id",
  "kind",
  "flow_id",
  "account_id",
  "recipient",
  "locale",
  "request_id",
  "data_sealed",
  "attempts",
  "created_at",
  "expires_at",
];

/** All mail of a flow, or one. */
export type Whose = { flow_id: string } | { mail_id: string };

export interface Claim {
  lease_seconds: number;
  /** Only these, without waiting for the time of their next attempt. */
  whose?: Whose;
  /** Mail that is not to be claimed: it was tried just now. */
  except?: string[];
}

const among = (sql: Sql, whose: Whose) =>
  "flow_id" in whose ? sql`flow_id = ${whose.flow_id}` : sql`mail_id = ${whose.mail_id}`;
const notHeld = (sql: Sql) => sql`(held_until is null or held_until <= now())`;

/**
 * Claims the one mail that waits longest. Null when there is none that is due, unexpired and in nobody's hands.
 * An attempt that was never reported ends with its lease: then the mail is claimed again.
 */
export async function claimMail(sql: Sql, claim: Claim): Promise<ClaimedMail | null> {
  const which = claim.whose === undefined ? sql`next_attempt_at <= now()` : sql`
    ${among(sql, claim.whose)} and (status = 'queued' or lease_until <= now()) and ${notHeld(sql)}`;
  const [mail] = await sql<ClaimedMail[]>`
    update mail set status = 'sending', attempts = attempts + 1,
      lease_until = now() + make_interval(secs => ${claim.lease_seconds}),
      next_attempt_at = now() + make_interval(secs => ${claim.lease_seconds})
    where mail_id = (
      select mail_id from mail
      where status in ('queued', 'sending') and ${which} and expires_at > now()
        and mail_id <> all(${claim.except ?? []}::uuid[])
      order by next_attempt_at, created_at limit 1 for update skip locked)
    returning ${sql(claimedColumns)}, ${flowClientOf(sql, "mail.flow_id")} as client`;
  return mail ?? null;
}

/**
 * It was taken, whatever others took it for meanwhile; what the template showed is forgotten. True unless somebody
 * else has said so before.
 */
export async function markSent(sql: Sql, mail_id: string): Promise<boolean> {
  const done = await sql`
    update mail set status = 'sent', sent_at = now(), data_sealed = null, lease_until = null, last_error = null
    where mail_id = ${mail_id} and status <> 'sent'`;
  return done.count === 1;
}

/** To be tried again at a later time. False when the lease was lost and the mail is another's by now. */
export async function markDelayed(
  sql: Sql,
  { mail_id, attempts }: ClaimedMail,
  last_error: string,
  seconds: number,
): Promise<boolean> {
  const done = await sql`
    update mail set status = 'queued', lease_until = null, last_error = ${last_error},
      next_attempt_at = now() + make_interval(secs => ${seconds})
    where mail_id = ${mail_id} and status = 'sending' and attempts = ${attempts}`;
  return done.count === 1;
}

/** Not before a better hour, whoever asks; the look at it was no attempt. False when the lease was lost. */
export async function markHeld(sql: Sql, { mail_id, attempts }: ClaimedMail, until: Date): Promise<boolean> {
  const done = await sql`
    update mail set status = 'queued', lease_until = null, attempts = attempts - 1,
      held_until = ${until}, next_attempt_at = ${until}
    where mail_id = ${mail_id} and status = 'sending' and attempts = ${attempts}`;
  return done.count === 1;
}

/** Never to be tried again. */
export async function markFailed(
  sql: Sql,
  { mail_id, attempts }: ClaimedMail,
  last_error: string,
): Promise<boolean> {
  const done = await sql`
    update mail set status = 'failed', data_sealed = null, lease_until = null, last_error = ${last_error}
    where mail_id = ${mail_id} and status = 'sending' and attempts = ${attempts}`;
  return done.count === 1;
}

/** 5 s, doubled with every attempt up to 10 minutes, each between three quarters and five quarters of that. */
export function backoffSeconds(attempts: number, random = Math.random()): number {
  return Math.min(600, 5 * 2 ** Math.min(Math.max(0, attempts - 1), 10)) * (0.75 + random / 2);
}

export interface GivenUp {
  mail_id: string;
  kind: MailKind;
  attempts: number;
}

/** Ends what is past its time and in nobody's hands. */
export async function giveUpExpired(sql: Sql, whose?: Whose): Promise<GivenUp[]> {
  return await sql<GivenUp[]>`
    update mail set status = 'failed', data_sealed = null, lease_until = null,
      last_error = 'expired' || coalesce(': ' || last_error, ' before it could be sent')
    where status in ('queued', 'sending') and expires_at <= now()
      and (status = 'queued' or lease_until <= now())
      ${whose === undefined ? sql`` : sql`and ${among(sql, whose)}`}
    returning mail_id, kind, attempts`;
}

/** Brings forward, spread over a few seconds, what waits only because the mail server was away: the oldest first. */
export async function hurryDelayed(sql: Sql, away_prefix: string, count_max = 100_000): Promise<number> {
  const hurried = await sql`
    update mail set next_attempt_at = now() + make_interval(secs => random() * 3)
    where mail_id in (
      select mail_id from mail
      where status = 'queued' and starts_with(last_error, ${away_prefix})
        and next_attempt_at > now() + interval '3 seconds'
      order by created_at limit ${count_max})`;
  return hurried.count;
}

/** Mail of a flow, or one mail, that is neither sent nor given up nor held. */
export async function countUnsent(sql: Sql, whose: Whose): Promise<{ queued: number; sending: number }> {
  const [counts] = await sql<{ queued: number; sending: number }[]>`
    select (count(*) filter (where status = 'queued'))::int as queued,
           (count(*) filter (where status = 'sending'))::int as sending
    from mail where ${among(sql, whose)} and ${notHeld(sql)}`;
  return counts;
}

/** How many wait or are being sent, in all, and of those how many have failed at least once. */
export async function queueDepth(sql: Sql): Promise<{ depth: number; delayed: number }> {
  const [counts] = await sql<{ depth: number; delayed: number }[]>`
    select count(*)::int as depth,
           (count(*) filter (where attempts > 0 and status = 'queued'))::int as delayed
    from mail where status in ('queued', 'sending')`;
  return counts;
}

/** What happened to a flow's mail, oldest first. Tried and waiting reads `delayed`. */
export async function mailOf(sql: Sql, flow_id: string): Promise<MailDelivery[]> {
  return await sql<MailDelivery[]>`
    select mail_id, kind, attempts, last_error, sent_at,
      case when status = 'queued' and attempts > 0 or status = 'sending' and lease_until <= now()
           then 'delayed' else status end as status,
      case when status in ('queued', 'sending') then next_attempt_at end as next_attempt_at
    from mail where flow_id = ${flow_id} order by created_at, mail_id limit 100`;
}

/** Takes away mail that was sent or given up long ago, in small batches. */
export async function sweepMail(sql: Sql): Promise<number> {
  const gone = await sql`
    delete from mail where mail_id in (
      select mail_id from mail
      where status in ('sent', 'failed') and created_at < now() - interval '90 days' limit 1000)`;
  return gone.count;
}
