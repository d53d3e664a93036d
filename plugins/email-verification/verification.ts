/** Owns the tables `email_verification` and `email_verification_token`. */
import type { Sql } from "../../core/db/postgres.ts";

export type Purpose = "registration" | "email_change";
export type State = "open" | "verified" | "applied" | "refused" | "superseded" | "expired";

export interface EmailVerification {
  flow_id: string;
  purpose: Purpose;
  account_id: string;
  email: string;
  email_key: string;
  locale: string;
  first_name: string | null;
  request_id: string | null;
  code_hash: Uint8Array;
  sends: number;
  reminders: number;
  state: State;
  issued_at: Date;
  expires_at: Date;
}

export type NewVerification = Pick<
  EmailVerification,
  | "flow_id"
  | "purpose"
  | "account_id"
  | "email"
  | "email_key"
  | "locale"
  | "first_name"
  | "request_id"
  | "code_hash"
>;

/** Null when the flow has one already. */
export async function insertVerification(
  tx: Sql,
  verification: NewVerification,
  lifetime_hours: number,
): Promise<EmailVerification | null> {
  const { flow_id, purpose, account_id, email, email_key, locale, first_name, request_id, code_hash } =
    verification;
  const [row] = await tx<EmailVerification[]>`
    insert into email_verification (flow_id, purpose, account_id, email, email_key, locale, first_name, request_id,
                                    code_hash, expires_at)
    values (${flow_id}, ${purpose}, ${account_id}, ${email}, ${email_key}, ${locale}, ${first_name}, ${request_id},
            ${code_hash}, now() + make_interval(hours => ${lifetime_hours}))
    on conflict (flow_id) do nothing returning *`;
  return row ?? null;
}

export async function insertToken(tx: Sql, flow_id: string, token_hash: Uint8Array): Promise<void> {
  await tx`insert into email_verification_token (token_hash, flow_id) values (${token_hash}, ${flow_id})`;
}

export async function find(sql: Sql, flow_id: string): Promise<EmailVerification | null> {
  const [row] = await sql<EmailVerification[]>`select * from email_verification where flow_id = ${flow_id}`;
  return row ?? null;
}

export async function findByToken(sql: Sql, token_hash: Uint8Array): Promise<EmailVerification | null> {
  const [row] = await sql<EmailVerification[]>`
    select v.* from email_verification_token t join email_verification v using (flow_id)
    where t.token_hash = ${token_hash}`;
  return row ?? null;
}

/** What waits at an address, newest first; an address has a handful at most. */
export async function openAt(sql: Sql, email_key: string): Promise<EmailVerification[]> {
  return await sql<EmailVerification[]>`
    select * from email_verification
    where email_key = ${email_key} and state = 'open' and expires_at > now()
    order by issued_at desc limit 20`;
}

/** Claims it, once: of two at the same time one gets true. False when expired, used or superseded. */
export async function claim(tx: Sql, flow_id: string): Promise<boolean> {
  const rows = await tx`
    update email_verification set state = 'verified', verified_at = now()
    where flow_id = ${flow_id} and state = 'open' and expires_at > now() returning 1`;
  return rows.length === 1;
}

/** The address was proven in another way, whatever its time says. */
export async function markVerified(tx: Sql, flow_id: string): Promise<void> {
  await tx`
    update email_verification set state = 'verified', verified_at = now()
    where flow_id = ${flow_id} and state in ('open', 'superseded')`;
}

/** Ends the other open requests of an account for this purpose; answers their flows. The caller holds the account. */
export async function supersede(
  tx: Sql,
  { account_id, purpose, except }: { account_id: string; purpose: Purpose; except: string | null },
): Promise<string[]> {
  const rows = await tx<{ flow_id: string }[]>`
    update email_verification set state = 'superseded'
    where account_id = ${account_id} and purpose = ${purpose} and state = 'open'
      and flow_id is distinct from ${except}
    returning flow_id`;
  return rows.map((row) => row.flow_id);
}

export async function settle(tx: Sql, flow_id: string, state: "applied" | "refused"): Promise<void> {
  await tx`update email_verification set state = ${state} where flow_id = ${flow_id} and state = 'verified'`;
}

/** Ends one whose time is over, unless it was claimed. */
export async function expire(tx: Sql, flow_id: string): Promise<void> {
  await tx`
    update email_verification set state = 'expired'
    where flow_id = ${flow_id} and state = 'open' and expires_at <= now()`;
}

/** Counts one more mail with a code of its own; null when it is not open, or has had enough. */
export async function renewCode(
  tx: Sql,
  { flow_id, code_hash, sends_max, reminder }: {
    flow_id: string;
    code_hash: Uint8Array;
    sends_max: number;
    reminder: boolean;
  },
): Promise<EmailVerification | null> {
  const [row] = await tx<EmailVerification[]>`
    update email_verification set code_hash = ${code_hash}, sends = sends + 1,
      reminders = reminders + ${reminder ? 1 : 0}
    where flow_id = ${flow_id} and state = 'open' and expires_at > now() and sends < ${sends_max}
    returning *`;
  return row ?? null;
}

/** When the flow itself was begun: what a story without a verification waits from. */
export async function flowBegan(sql: Sql, flow_id: string): Promise<Date> {
  const [row] = await sql<{ created_at: Date }[]>`select created_at from flow where flow_id = ${flow_id}`;
  return row?.created_at ?? new Date(0);
}
