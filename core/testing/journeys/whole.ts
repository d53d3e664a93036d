/** What has to be true after every bad day, looked up in the tables: the last lines of each test in this folder. */
import { Client as TemporalClient, Connection } from "@temporalio/client";
import { expect } from "expect";
import type { Pool } from "../../db/postgres.ts";
import type { Client, Json } from "../client.ts";
import type { TestTemporal } from "../temporal.ts";

/** Waits for a condition. @throws Error after `timeout_ms`, with what it was about and what `look` said last */
export async function eventually<T>(
  what: string,
  look: () => Promise<T> | T,
  good: (seen: T) => boolean = Boolean,
  timeout_ms = 120_000,
): Promise<T> {
  for (const end = Date.now() + timeout_ms;;) {
    const seen = await look();
    if (good(seen)) return seen;
    if (Date.now() > end) {
      throw new Error(`not within ${timeout_ms} ms: ${what}; seen: ${JSON.stringify(seen)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Waits until all is settled, then holds: one account and one mail per purpose, everything sent, no story that nobody
 * tells, no message that nobody needs, nothing half done.
 *
 * @param temporal whether Temporal is there now: then nothing waits to be handed over to it
 */
export async function expectWhole(sql: Pool, { temporal = false, timeout_ms = 50_000 } = {}): Promise<void> {
  let left: string[] = [];
  const end = Date.now() + timeout_ms;
  for (let looked = 0; Date.now() < end; looked++) {
    if (looked % 10 === 0) await hasten(sql);
    left = await faults(sql, temporal);
    if (left.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(left).toEqual([]);
}

/**
 * Moves the clocks that are seconds long in place of waiting for them: the first go of a request, and the leases of
 * those who died with something in their hands.
 */
export async function hasten(sql: Pool): Promise<void> {
  await sql`update flow set next_tick_at = now() where finished_at is null
            and next_tick_at between now() and now() + interval '31 seconds'`;
  await sql`update outbox set next_attempt_at = now() where next_attempt_at > now()`;
  await sql`update mail set lease_until = now(), next_attempt_at = now() where status = 'sending'
            and lease_until > now() and created_at < now() - interval '5 seconds'`;
  await sql`select pg_notify('outbox', ''), pg_notify('mail', '')`;
}

async function faults(sql: Pool, temporal: boolean): Promise<string[]> {
  const rows = await sql<{ fault: string; of: string }[]>`
    select 'an event that nobody was told' as fault, payload ->> 'event' as of from outbox where kind = 'event'
    union all
    select 'a message about a story that is over, or never was', payload ->> 'flow_id'
    from outbox left join flow on flow_id = (payload ->> 'flow_id')::uuid
    where outbox.kind = 'workflow' and (flow_id is null or finished_at is not null and payload -> 'there' is null)
    union all
    select 'a story not handed over', payload ->> 'flow_id' from outbox where kind = 'workflow' and ${temporal}
    union all
    select 'a story that neither waits nor has ended: ' || status, kind || ' ' || flow_id from flow
    where finished_at is null and (status <> 'waiting' or next_tick_at is null or next_tick_at < now())
    union all
    select 'a story with Temporal that nobody handed over: ' || coalesce(executor, 'nobody'), kind || ' ' || flow_id
    from flow where finished_at is null and ${temporal} and executor is distinct from 'temporal'
    union all
    select 'a story that failed', kind || ' ' || flow_id from flow where status = 'failed'
    union all
    select 'an unfinished step of a finished story: ' || s.state, s.step || ' ' || s.flow_id
    from flow_step s join flow f using (flow_id)
    where f.finished_at is not null and s.state not in ('done', 'compensated') and s.step <> 'send_email'
    union all
    -- Of the sending of mail the mails themselves tell, below: whoever sent them in the end.
    select 'a failed step', step || ' ' || flow_id from flow_step
    where state in ('failed', 'running') and step <> 'send_email'
    union all
    select 'an account without a password: ' || status, account_id::text from account a
    where status = 'active' and not exists (select 1 from password_credential p where p.account_id = a.account_id)
    union all
    select 'an active account that was not verified', account_id::text from account
    where status = 'active' and email_verified_at is null
    union all
    select 'an active account with an open sign-up', r.account_id::text
    from account a join registration r using (account_id) where a.status = 'active' and r.state = 'open'
    union all
    select 'a pending account that nobody can confirm', account_id::text from account a
    where status = 'pending_verification' and not exists (
      select 1 from registration r join email_verification v using (flow_id)
      where r.account_id = a.account_id and r.state = 'open' and v.state = 'open')
    union all
    select 'an open sign-up of a finished story', flow_id::text from registration join flow using (flow_id)
    where state = 'open' and finished_at is not null
    union all
    select 'a verification that was claimed and not applied', flow_id::text from email_verification
    where state = 'verified'
    union all
    select 'a reset that was asked for and not opened', flow_id::text from password_reset where state = 'requested'
    union all
    select 'a new password that was not applied', flow_id::text from password_change where applied_at is null
    union all
    select 'a session that nobody watches', session_id::text from session
    where ended_at is null and not exists (select 1 from flow where flow_id = session_id)
    union all
    select 'a mail that was not sent: ' || status, kind || ' ' || mail_id from mail where status <> 'sent'
    union all
    -- Whoever asks for a mail again gets one more.
    select 'two mails for one purpose', kind || ' of ' || flow_id from mail m
    where flow_id is not null group by kind, flow_id
    having count(*) > coalesce((select sends from email_verification v where v.flow_id = m.flow_id), 1)
    union all
    select 'mails in the inbox that were never asked for', ((select count(*) from captured_mail) - count(*))::text
    from mail where status = 'sent' having count(*) < (select count(*) from captured_mail)`;
  return rows.map(({ fault, of }) => `${fault}: ${of}`);
}

/** How many mails of each kind an address was sent, such as `{ verify_email: 1, welcome: 1 }`. */
export async function mailsTo(sql: Pool, email: string): Promise<Record<string, number>> {
  const rows = await sql<{ kind: string; n: number }[]>`
    select kind, count(*)::int as n from mail
    where recipient = ${email} and kind <> 'new_device' group by kind`;
  return Object.fromEntries(rows.map(({ kind, n }) => [kind, n]));
}

/** That this address has exactly one account, and its status. */
export async function expectAccount(sql: Pool, email: string, status: string): Promise<void> {
  const rows = await sql<{ status: string }[]>`select status from account where email = ${email}`;
  expect(rows.map((row) => row.status)).toEqual([status]);
}

/** What a person who has just signed up can look up, with the steps in order. */
export async function told(client: Client, registration_id: string): Promise<Json> {
  return (await client.expect(200, "GET", `/auth/registrations/${registration_id}`)).body;
}

export interface FlowRow {
  flow_id: string;
  kind: string;
  status: string;
  executor: string | null;
  method: string | null;
  workflow_id: string;
}

export async function flowOf(sql: Pool, flow_id: string): Promise<FlowRow> {
  const [row] = await sql<FlowRow[]>`
    select flow_id, kind, status, executor, method, workflow || '/' || flow_id as workflow_id
    from flow where flow_id = ${flow_id}`;
  if (!row) throw new Error(`there is no flow ${flow_id}`);
  return row;
}

/** How many workflows of this type Temporal has that are still running. */
export async function runningThere(temporal: TestTemporal, type: string): Promise<number> {
  const connection = await Connection.connect({ address: temporal.address, connectTimeout: "5 seconds" });
  try {
    const { workflow } = new TemporalClient({ connection, namespace: temporal.namespace });
    return (await workflow.count(`WorkflowType = '${type}' and ExecutionStatus = 'Running'`)).count;
  } finally {
    await connection.close();
  }
}

/** The newest flow of a kind. */
export async function newestFlow(sql: Pool, kind: string): Promise<FlowRow | null> {
  const [row] = await sql<{ flow_id: string }[]>`
    select flow_id from flow where kind = ${kind} order by created_at desc limit 1`;
  return row ? await flowOf(sql, row.flow_id) : null;
}
