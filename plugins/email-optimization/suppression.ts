/**
 * The only file that names email_suppression: addresses that get no mail, and why. What stands there is a keyed hash
 * of the address (`addressTags`), never the address. An address has one row for each reason, so that a bounce that is
 * lifted does not take somebody's wish to be left alone with it.
 */
import { Buffer } from "node:buffer";
import type { Sql } from "../../core/db/postgres.ts";
import { parseEmail } from "../../core/email_address.ts";
import type { Keys } from "../../core/keys/keys.ts";

export const suppressionReasons = [
  "hard_bounce",
  "complaint",
  "unsubscribed",
  "operator",
  "soft_bounce",
] as const;
export type SuppressionReason = typeof suppressionReasons[number];
/** `optional`: mail that one may do without. `all`: also what concerns the safety of an account. */
export type SuppressionScope = "all" | "optional";

export interface Suppression {
  address_tag: Uint8Array;
  reason: SuppressionReason;
  scope: SuppressionScope;
  /** Soft bounces in a row. */
  strikes: number;
  /** Null: until it is lifted. */
  until: Date | null;
  /** The mail that showed it. */
  mail_id: string | null;
  /** What the receiving side said, without addresses. */
  detail: string;
  account_id: string | null;
  /** Of its last strike. */
  created_at: Date;
  lifted_at: Date | null;
}

/** What an address goes by here: 32 bytes, the newest secret's first. Null: it is no address. */
export function addressTags(keys: Pick<Keys, "hmacAll">, address: string): Uint8Array[] | null {
  const parsed = parseEmail(address);
  return "problem" in parsed ? null : keys.hmacAll("email_address", parsed.email_key);
}

/** Soft bounces in a row after which an address is given a rest. */
export const strikesMax = 3;
/** The first rest; each further strike doubles it, up to the longest. */
const [restHours, restHoursMax] = [6, 168];
/** A strike that long ago is forgotten. */
const forgottenDays = 7;
/** After this long an address that was gone is tried once more: hosts move, and a wrong word of theirs is no sentence. */
const hardDays = 90;
const detailMax = 300;

/**
 * Whether an address gets no mail now; the gravest reason, or null.
 *
 * @param tag one tag, or those of every secret
 * @param optional whether one may do without this mail
 */
export async function isSuppressed(
  sql: Sql,
  tag: Uint8Array | Uint8Array[],
  optional: boolean,
): Promise<Suppression | null> {
  const [row] = await sql<Suppression[]>`select * ${gravest(sql, tag, optional)}`;
  return row ?? null;
}

/** What follows `select` where a statement asks for the gravest reason that is in force. */
export function gravest(sql: Sql, tag: Uint8Array | Uint8Array[], optional: boolean) {
  return sql`
    from email_suppression
    where address_tag = any(${anyTag(sql, tag)}) and lifted_at is null and (until is null or until > now())
      and (${optional} or scope = 'all')
      and (reason <> 'soft_bounce' or strikes >= ${strikesMax})
    order by array_position(${[...suppressionReasons]}::text[], reason) limit 1`;
}

export interface Suppress {
  tag: Uint8Array;
  reason: Exclude<SuppressionReason, "soft_bounce">;
  scope: SuppressionScope;
  /** Without addresses; cut to 300 characters. */
  detail: string;
  mail_id?: string | null;
  account_id?: string | null;
  until?: Date | null;
}

/** Stops mail to an address. Once more for the same reason changes nothing but a wider scope or a later end. */
export async function suppress(sql: Sql, one: Suppress): Promise<void> {
  await sql`
    insert into email_suppression as old
      (address_tag, reason, scope, strikes, until, mail_id, detail, account_id, created_at)
    values (${one.tag}, ${one.reason}, ${one.scope}, 1, ${one.until ?? null}, ${one.mail_id ?? null},
            ${one.detail.slice(0, detailMax)}, ${one.account_id ?? null}, ${toTheMillisecond(sql)})
    on conflict (address_tag, reason) do update set
      scope = case when old.lifted_at is null and old.scope = 'all' then 'all' else excluded.scope end,
      until = case when old.lifted_at is not null then excluded.until
                   when old.until is null or excluded.until is null then null
                   else greatest(old.until, excluded.until) end,
      strikes = case when old.lifted_at is null then old.strikes + 1 else 1 end,
      mail_id = excluded.mail_id, detail = excluded.detail,
      account_id = coalesce(excluded.account_id, old.account_id), created_at = excluded.created_at, lifted_at = null`;
}

export interface Bounce {
  tag: Uint8Array;
  /** The address is not there, and will not be; else it was not to be reached for now. */
  hard: boolean;
  detail: string;
  mail_id: string | null;
  account_id?: string | null;
}

/**
 * A hard bounce stops all mail for 90 days, or until somebody lifts it. The third soft one in a row begins a rest of six hours, which
 * every further one doubles, up to a week, and which holds back only mail that one may do without: a mailbox that was
 * full yesterday still gets today's reset.
 */
export async function noteBounce(
  sql: Sql,
  { tag, hard, detail, mail_id, account_id = null }: Bounce,
): Promise<void> {
  if (hard) {
    const until = new Date(Date.now() + hardDays * 86_400_000);
    return await suppress(sql, {
      tag,
      reason: "hard_bounce",
      scope: "all",
      detail,
      mail_id,
      account_id,
      until,
    });
  }
  const [{ strikes }] = await sql<{ strikes: number }[]>`
    insert into email_suppression as old
      (address_tag, reason, scope, strikes, until, mail_id, detail, account_id, created_at)
    values (${tag}, 'soft_bounce', 'optional', 1, null, ${mail_id}, ${
    detail.slice(0, detailMax)
  }, ${account_id},
            ${toTheMillisecond(sql)})
    on conflict (address_tag, reason) do update set
      strikes = case when old.lifted_at is null and old.created_at > now() - make_interval(days => ${forgottenDays})
                     then least(old.strikes + 1, 1000) else 1 end,
      mail_id = excluded.mail_id, detail = excluded.detail,
      account_id = coalesce(excluded.account_id, old.account_id), created_at = excluded.created_at, lifted_at = null
    returning strikes`;
  const hours = strikes < strikesMax
    ? 0
    : Math.min(restHoursMax, restHours * 2 ** Math.min(strikes - strikesMax, 20));
  await sql`
    update email_suppression set until = now() + make_interval(hours => ${hours})
    where address_tag = ${tag} and reason = 'soft_bounce'`;
}

export interface Complaint {
  tag: Uint8Array;
  /** The mail came before its address was shown to be somebody's of ours: nothing more goes there. */
  stranger: boolean;
  detail: string;
  mail_id: string | null;
  account_id?: string | null;
}

/**
 * Somebody called a mail spam. A stranger, whose address another person may have typed, gets no mail at all any more;
 * the holder of an account still gets what its safety needs.
 */
export function noteComplaint(sql: Sql, { stranger, ...of }: Complaint): Promise<void> {
  return suppress(sql, { ...of, reason: "complaint", scope: stranger ? "all" : "optional" });
}

/** Mail to it arrived for sure, such as when its link was used: bounces before that count no more. */
export async function noteArrived(sql: Sql, tag: Uint8Array | Uint8Array[]): Promise<void> {
  await sql`
    update email_suppression set lifted_at = now()
    where address_tag = any(${anyTag(sql, tag)}) and reason = 'soft_bounce' and lifted_at is null`;
}

/**
 * @param reasons all of them unless given
 * @param until what came about later stays; null: nothing does
 * @returns how many were in force
 */
export async function lift(
  sql: Sql,
  tag: Uint8Array | Uint8Array[],
  reasons: readonly SuppressionReason[] = suppressionReasons,
  until: Date | null = null,
): Promise<number> {
  const { count } = await sql`
    update email_suppression set lifted_at = now()
    where address_tag = any(${anyTag(sql, tag)}) and reason = any(${[
    ...reasons,
  ]}::text[]) and lifted_at is null
      and (${until}::timestamptz is null or created_at <= ${until})`;
  return count;
}

/** Of an account, in force, gravest first: what its holder is told. */
export async function suppressionsOf(sql: Sql, tag: Uint8Array | Uint8Array[]): Promise<Suppression[]> {
  return await sql<Suppression[]>`
    select * from email_suppression
    where address_tag = any(${anyTag(sql, tag)}) and lifted_at is null and (until is null or until > now())
    order by array_position(${[...suppressionReasons]}::text[], reason) limit ${
    suppressionReasons.length * 4
  }`;
}

export interface SuppressionPage {
  before?: { created_at: Date; address_tag: Uint8Array; reason: SuppressionReason } | null;
  reason?: SuppressionReason | null;
  limit: number;
}

/** For operators: newest first, in force or lifted. */
export async function listSuppressions(
  sql: Sql,
  { before, reason, limit }: SuppressionPage,
): Promise<Suppression[]> {
  return await sql<Suppression[]>`
    select * from email_suppression
    where (${reason ?? null}::text is null or reason = ${reason ?? null})
      and (${before?.created_at ?? null}::timestamptz is null
        or (created_at, address_tag, reason) <
           (${before?.created_at ?? null}, ${before?.address_tag ?? null}::bytea, ${before?.reason ?? null}))
    order by created_at desc, address_tag desc, reason desc limit ${Math.min(200, limit)}`;
}

/** How many are in force, by reason. */
export async function countSuppressions(sql: Sql): Promise<Partial<Record<SuppressionReason, number>>> {
  const rows = await sql<{ reason: SuppressionReason; count: number }[]>`
    select reason, count(*)::int as count from email_suppression
    where lifted_at is null and (until is null or until > now())
      and (reason <> 'soft_bounce' or strikes >= ${strikesMax})
    group by reason`;
  return Object.fromEntries(rows.map(({ reason, count }) => [reason, count]));
}

/** Takes away what holds nothing back any more and has not for so long; a wish to be left alone never. */
export async function sweepSuppressions(sql: Sql, older_than_days: number): Promise<number> {
  const { count } = await sql`
    delete from email_suppression where (address_tag, reason) in (
      select address_tag, reason from email_suppression
      where greatest(created_at, until, lifted_at) < now() - make_interval(days => ${older_than_days})
        and (lifted_at is not null or until is not null or reason = 'soft_bounce')
      limit 1000 for update skip locked)`;
  return count;
}

/** What a page of the list begins after goes through a program's clock, which knows no microseconds. */
const toTheMillisecond = (sql: Sql) => sql`date_trunc('milliseconds', now())`;

/** One tag, or those of every secret, as an array for `any`. */
function anyTag(sql: Sql, tag: Uint8Array | Uint8Array[]) {
  const hex = (Array.isArray(tag) ? tag : [tag]).map((one) => Buffer.from(one).toString("hex"));
  return sql`array(select decode(one, 'hex') from unnest(${hex}::text[]) one)`;
}
