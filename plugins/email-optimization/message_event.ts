/**
 * The only file that names email_message and email_event: what was decided for a mail, and what came of it. The events
 * are appended and never changed; the columns of a message only say the first of each kind again (`rebuildMessages`).
 */
import type { PendingQuery, Row } from "postgres";
import type { Sql } from "../../core/db/postgres.ts";
import type { MailKind } from "../../core/services/mod.ts";
import { standardVariant } from "./experiments/experiment.ts";

export type EventType =
  | "decided"
  | "held"
  | "sent"
  | "delayed"
  | "failed"
  | "dropped"
  | "delivered"
  | "pressed"
  | "goal"
  | "bounced"
  | "complained"
  | "unsubscribed";

export interface MailEvent {
  mail_id: string;
  type: EventType;
  /** `service`, `smtp`, or the provider of a webhook. */
  source: string;
  /** The source's own name for it: told twice, it is heard once. */
  source_id: string;
  at?: Date;
  /** No address in it. */
  detail?: Record<string, unknown>;
}

export interface StoredEvent {
  type: EventType;
  at: Date;
  source: string;
  detail: Record<string, unknown>;
}

/** When and why a mail goes later than at once; see `timing/`. */
export interface StoredTiming {
  send_at: string;
  held_until: string | null;
  time_zone: string | null;
  /** 0 to 1. */
  doubt: number;
  expected: number;
  expected_now: number;
  observations: number;
  reason: string;
}

export interface ScoreReason {
  name: string;
  text_key: string;
  effect: number;
}

export interface MailMessage {
  mail_id: string;
  kind: MailKind;
  flow_id: string | null;
  account_id: string | null;
  address_tag: Uint8Array;
  domain_class: string;
  locale: string;
  decided_at: Date;
  experiment_id: string | null;
  variant: string;
  hold_out: boolean;
  context: string;
  propensity: number;
  model_version: string;
  timing: StoredTiming | null;
  held_until: Date | null;
  score: number | null;
  score_reasons: ScoreReason[] | null;
  reasons: string[];
  sent_at: Date | null;
  failed_at: Date | null;
  pressed_at: Date | null;
  goal_at: Date | null;
  bounced_at: Date | null;
  complained_at: Date | null;
}

export type NewMessage = Omit<
  MailMessage,
  | "decided_at"
  | "score"
  | "score_reasons"
  | "sent_at"
  | "failed_at"
  | "pressed_at"
  | "goal_at"
  | "bounced_at"
  | "complained_at"
>;

/** Stores a decision and its event; of two made at once the first stands, and is answered. */
export async function insertMessage(sql: Sql, made: NewMessage): Promise<NewMessage> {
  return (await insertAsking(sql, made, sql`select null`)).message;
}

/**
 * The same, and in the same statement one more question about the mail's address.
 *
 * @param asked a select of one value
 */
export async function insertAsking<A>(
  sql: Sql,
  made: NewMessage,
  asked: PendingQuery<Row[]>,
): Promise<{ message: NewMessage; answer: A | null }> {
  const { mail_id } = made;
  const json = (value: unknown) => value === null ? null : sql.json(value as never);
  const [{ stored, answer }] = await sql<{ stored: boolean; answer: A | null }[]>`
    with stored as (
      insert into email_message (mail_id, kind, flow_id, account_id, address_tag, domain_class, locale,
        experiment_id, variant, hold_out, context, propensity, model_version, timing, held_until, reasons)
      values (${mail_id}, ${made.kind}, ${made.flow_id}, ${made.account_id}, ${made.address_tag},
        ${made.domain_class}, ${made.locale}, ${made.experiment_id}, ${made.variant}, ${made.hold_out},
        ${made.context}, ${made.propensity}, ${made.model_version}, ${json(made.timing)}, ${made.held_until},
        ${json(made.reasons)})
      on conflict (mail_id) do nothing
      returning mail_id, variant, experiment_id, hold_out, context, propensity, held_until
    ), told as (
      insert into email_event (mail_id, type, source, source_id, detail)
      select mail_id, 'decided', 'service', mail_id, jsonb_build_object('variant', variant, 'experiment_id',
        experiment_id, 'hold_out', hold_out, 'context', context, 'propensity', propensity) from stored
      union all
      select mail_id, 'held', 'service', mail_id, jsonb_build_object('until', held_until) from stored
      where held_until is not null
      on conflict do nothing
    )
    select exists (select from stored) as stored, (${asked}) as answer`;
  return { message: stored ? made : (await findMessage(sql, mail_id))!, answer };
}

export async function findMessage(sql: Sql, mail_id: string): Promise<MailMessage | null> {
  const [row] = await sql<MailMessage[]>`select * from email_message where mail_id = ${mail_id}`;
  return row ?? null;
}

/** Those of these mails that were decided on, by mail. */
export async function findMessages(sql: Sql, mail_ids: string[]): Promise<Map<string, MailMessage>> {
  const rows = await sql<MailMessage[]>`select * from email_message where mail_id = any(${mail_ids}::uuid[])`;
  return new Map(rows.map((row) => [row.mail_id, row]));
}

/** Which column says the first of an event. */
const columnOf: Partial<Record<EventType, string>> = {
  sent: "sent_at",
  failed: "failed_at",
  dropped: "failed_at",
  pressed: "pressed_at",
  goal: "goal_at",
  bounced: "bounced_at",
  complained: "complained_at",
};

/** Appends an event, once for its source and id. False: it was known. */
export async function noteEvent(sql: Sql, event: MailEvent): Promise<boolean> {
  const { mail_id, type, source, source_id, at = new Date(), detail = {} } = event;
  const added = await sql`
    insert into email_event (mail_id, type, source, source_id, at, detail)
    values (${mail_id}, ${type}, ${source}, ${source_id}, ${at}, ${sql.json(detail as never)})
    on conflict (source, source_id, type) do nothing returning 1`;
  if (added.length === 0) return false;
  const column = columnOf[type];
  if (column) {
    await sql`update email_message set ${sql(column)} = least(${
      sql(column)
    }, ${at}) where mail_id = ${mail_id}`;
  }
  return true;
}

/**
 * It went with the standard words, whatever had been decided: the answer came too late, or its words could not be used.
 * So it counts for no wording that it did not have.
 */
export async function recordPlain(sql: Sql, mail_id: string): Promise<void> {
  await sql`
    update email_message set variant = ${standardVariant}, experiment_id = null, hold_out = false,
      reasons = reasons || '["plain"]'
    where mail_id = ${mail_id}`;
}

/** What spam filters will make of it, as of the newest attempt. */
export async function recordScore(
  sql: Sql,
  mail_id: string,
  { score, reasons }: { score: number; reasons: ScoreReason[] },
): Promise<void> {
  await sql`update email_message set score = ${score}, score_reasons = ${sql.json(reasons as never)}
    where mail_id = ${mail_id}`;
}

/** Of a mail, oldest first; the latest 200. */
export async function eventsOf(sql: Sql, mail_id: string): Promise<StoredEvent[]> {
  const rows = await sql<StoredEvent[]>`
    select type, at, source, detail from email_event where mail_id = ${mail_id} order by event_id desc limit 200`;
  return rows.toReversed();
}

/**
 * The newest mail of these kinds that was sent within `hours` before `at`: what led to a goal, as far as anybody can say.
 */
export async function lastSent(
  sql: Sql,
  { by, kinds, at, hours }: {
    by: { flow_id: string } | { account_id: string };
    kinds: MailKind[];
    at: Date;
    hours: number;
  },
): Promise<{ mail_id: string } | null> {
  const whose = "flow_id" in by ? sql`flow_id = ${by.flow_id}` : sql`account_id = ${by.account_id}`;
  const [row] = await sql<{ mail_id: string }[]>`
    select mail_id from email_message
    where ${whose} and kind = any(${kinds}::text[])
      and sent_at between ${at}::timestamptz - make_interval(hours => ${hours}) and ${at}
    order by sent_at desc limit 1`;
  return row ?? null;
}

/** The message a person meant: by the mail's id, or the request that asked for it. */
export async function searchMessages(sql: Sql, text: string, limit = 50): Promise<MailMessage[]> {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) {
    return await sql<MailMessage[]>`
      select * from email_message where mail_id = ${text} or flow_id = ${text} or account_id = ${text}
      order by decided_at desc limit ${limit}`;
  }
  return await sql<MailMessage[]>`
    select m.* from email_message m join mail using (mail_id)
    where mail.request_id = ${text.slice(0, 128)} order by decided_at desc limit ${limit}`;
}

/** Makes the columns anew from the events. @returns how many rows differed */
export async function rebuildMessages(sql: Sql): Promise<number> {
  const done = await sql`
    with first as (
      select mail_id, min(at) filter (where type = 'sent') as sent_at,
        min(at) filter (where type in ('failed', 'dropped')) as failed_at,
        min(at) filter (where type = 'pressed') as pressed_at, min(at) filter (where type = 'goal') as goal_at,
        min(at) filter (where type = 'bounced') as bounced_at,
        min(at) filter (where type = 'complained') as complained_at,
        bool_or(type = 'sent' and detail->'plain' = 'true') as plain
      from email_event where mail_id is not null group by mail_id
    ), anew as (
      select first.*, case when plain then ${standardVariant} else d.detail->>'variant' end as variant,
        case when not plain then (d.detail->>'experiment_id')::uuid end as experiment_id,
        not plain and (d.detail->>'hold_out')::boolean as hold_out
      from first join email_event d on d.mail_id = first.mail_id and d.type = 'decided'
    )
    update email_message m set sent_at = f.sent_at, failed_at = f.failed_at, pressed_at = f.pressed_at,
      goal_at = f.goal_at, bounced_at = f.bounced_at, complained_at = f.complained_at, variant = f.variant,
      experiment_id = f.experiment_id, hold_out = f.hold_out
    from anew f where f.mail_id = m.mail_id
      and (m.sent_at, m.failed_at, m.pressed_at, m.goal_at, m.bounced_at, m.complained_at, m.variant,
           m.experiment_id, m.hold_out) is distinct from
          (f.sent_at, f.failed_at, f.pressed_at, f.goal_at, f.bounced_at, f.complained_at, f.variant,
           f.experiment_id, f.hold_out)`;
  return done.count;
}

/** Takes away what is long over, in small batches. */
export async function sweepMessages(sql: Sql, retention_days: number): Promise<number> {
  const events = await sql`
    delete from email_event where event_id in (
      select event_id from email_event where at < now() - make_interval(days => ${retention_days})
      order by at limit 2000)`;
  const messages = await sql`
    delete from email_message where mail_id in (
      select mail_id from email_message where decided_at < now() - make_interval(days => ${retention_days})
      order by decided_at limit 1000)`;
  return events.count + messages.count;
}
