/** Owns `fraud_account`, `fraud_past_sign_in` and `fraud_shared`: what is remembered of accounts for judging them. */
import type { Sql } from "../../core/db/postgres.ts";
import type { DecisionKeys } from "./decision.ts";

export interface PastSignIn
  extends Pick<DecisionKeys, "block" | "client" | "asn" | "country" | "latitude" | "longitude"> {
  session_id: string;
  account_id: string;
  at: Date;
}

/** Once for each session, however often it is told. */
export async function rememberSignIn(tx: Sql, past: PastSignIn): Promise<void> {
  await tx`insert into fraud_past_sign_in ${tx({ ...past })} on conflict (session_id) do nothing`;
}

/** A session that its owner disowned says nothing of what is usual for them. */
export async function forgetSignIn(tx: Sql, session_id: string): Promise<void> {
  await tx`delete from fraud_past_sign_in where session_id = ${session_id}`;
}

/** Under what others are counted that share it with the account. */
export async function rememberShared(
  tx: Sql,
  account_id: string,
  keys: Pick<DecisionKeys, "machine" | "block" | "password">,
): Promise<void> {
  const kinds = (["machine", "block", "password"] as const).filter((kind) => keys[kind] !== null);
  if (kinds.length === 0) return;
  await tx`
    insert into fraud_shared as s (kind, key, account_id)
    select kind, key, ${account_id} from unnest(${kinds as never}::text[], ${kinds.map((kind) =>
    keys[kind]
  ) as never}::text[]) as g (kind, key)
    order by kind, key
    on conflict (kind, key, account_id) do update set seen_at = now()
      where s.seen_at < now() - interval '1 hour'`;
}

export interface Changed {
  domain?: string | null;
  password_changed_at?: Date;
  email_changed_at?: Date;
  second_factor?: boolean;
  verify_next?: boolean;
}

/** What is not given stays. An event may come after its account is gone: then nothing is noted. */
export async function noteAccount(tx: Sql, account_id: string, changed: Changed): Promise<void> {
  const { domain = null, password_changed_at = null, email_changed_at = null } = changed;
  const { second_factor = null, verify_next = null } = changed;
  await tx`
    insert into fraud_account as f (account_id, domain, password_changed_at, email_changed_at, second_factor, verify_next)
    select account_id, ${domain}::text, ${password_changed_at}::timestamptz, ${email_changed_at}::timestamptz,
      coalesce(${second_factor}::boolean, false), coalesce(${verify_next}::boolean, false)
    from account where account_id = ${account_id}
    on conflict (account_id) do update set
      domain = coalesce(${domain}::text, f.domain),
      password_changed_at = coalesce(${password_changed_at}::timestamptz, f.password_changed_at),
      email_changed_at = coalesce(${email_changed_at}::timestamptz, f.email_changed_at),
      second_factor = coalesce(${second_factor}::boolean, f.second_factor),
      verify_next = coalesce(${verify_next}::boolean, f.verify_next)`;
}

/** The newest ten are kept. */
export async function noteDisowned(tx: Sql, account_id: string): Promise<void> {
  await tx`
    insert into fraud_account (account_id, disowned_at)
    select ${account_id}, array[now()] where exists (select 1 from account where account_id = ${account_id})
    on conflict (account_id) do update set disowned_at = (now() || fraud_account.disowned_at)[1:10]`;
}

/** What no window reaches any more, in small batches. */
export async function sweepMemory(sql: Sql): Promise<number> {
  const shared = await sql`
    delete from fraud_shared where ctid = any(array(
      select ctid from fraud_shared where seen_at < now() - interval '31 days' limit 1000))`;
  const past = await sql`
    delete from fraud_past_sign_in where session_id in (
      select session_id from fraud_past_sign_in where at < now() - interval '400 days' limit 1000)`;
  return shared.count + past.count;
}
