/** Owns the table `mailed_code`: six digits that went to an account's mailbox, for one challenge and one method. */
import { randomInt } from "node:crypto";
import type { Sql } from "../../core/db/postgres.ts";
import type { Keys } from "../../core/keys/keys.ts";

export type MailedMethod = "email_code" | "device_verification";

/** What a code is good for: this challenge, this method, and the mailbox it was sent to. */
export interface CodePurpose {
  challenge_id: string;
  method: MailedMethod;
  email_key: string;
}

export const LIFETIME_SECONDS = 600;
export const MAILS_MAX = 5;
export const AGAIN_AFTER_SECONDS = 30;

/** Six digits, evenly random. */
export const newMailedCode = (): string => String(randomInt(0, 1_000_000)).padStart(6, "0");

/** A code has a million values, so its hash is keyed. */
const purposeText = ({ challenge_id, method, email_key }: CodePurpose, digits: string) =>
  `${challenge_id}/${method}/${email_key}/${digits}`;

/** `sent`: so recently that another would help nobody. `none`: one may go out now. `over`: no more for this challenge. */
export async function mailState(
  sql: Sql,
  { challenge_id, method }: Pick<CodePurpose, "challenge_id" | "method">,
): Promise<"none" | "sent" | "over"> {
  const [row] = await sql<{ recent: boolean; mails: number; used: boolean }[]>`
    select sent_at > now() - make_interval(secs => ${AGAIN_AFTER_SECONDS}) as recent, mails,
      used_at is not null as used
    from mailed_code where challenge_id = ${challenge_id} and method = ${method}`;
  if (!row) return "none";
  if (row.recent && !row.used) return "sent";
  return row.mails >= MAILS_MAX || row.used ? "over" : "none";
}

/**
 * Puts a code in the place of the one before. Answers the how-manieth it is; null when another was sent meanwhile, or
 * there have been enough.
 */
export async function putMailedCode(
  tx: Sql,
  keys: Pick<Keys, "hmac">,
  purpose: CodePurpose,
  digits: string,
): Promise<number | null> {
  const { challenge_id, method } = purpose;
  const [row] = await tx<{ mails: number }[]>`
    insert into mailed_code as m (challenge_id, method, code_hash, expires_at)
    values (${challenge_id}, ${method}, ${keys.hmac("mailed_code", purposeText(purpose, digits))},
            now() + make_interval(secs => ${LIFETIME_SECONDS}))
    on conflict (challenge_id, method) do update set
      code_hash = excluded.code_hash, expires_at = excluded.expires_at, sent_at = now(), mails = m.mails + 1
    where m.used_at is null and m.mails < ${MAILS_MAX}
      and m.sent_at <= now() - make_interval(secs => ${AGAIN_AFTER_SECONDS})
    returning mails`;
  return row?.mails ?? null;
}

/** Claims a code, once. False when it is another, expired, used, or went to an address the account has no more. */
export async function claimMailedCode(
  sql: Sql,
  keys: Pick<Keys, "hmacAll">,
  purpose: CodePurpose,
  digits: string,
): Promise<boolean> {
  const hashes = keys.hmacAll("mailed_code", purposeText(purpose, digits));
  const { challenge_id, method } = purpose;
  const rows = await sql`
    update mailed_code set used_at = now()
    where challenge_id = ${challenge_id} and method = ${method} and code_hash in ${sql(hashes as never)}
      and used_at is null and expires_at > now()
    returning 1`;
  return rows.length === 1;
}

/** Takes away what is over, in small batches. */
export async function sweepMailedCodes(sql: Sql): Promise<number> {
  const rows = await sql`
    delete from mailed_code where (challenge_id, method) in (
      select challenge_id, method from mailed_code where expires_at < now() - interval '1 day' limit 1000)`;
  return rows.count;
}
