/** Owner of the table `captured_mail`: what would have been sent, for whoever tries the service out. */
import type { Sql } from "../db/postgres.ts";
import type { Message } from "./message.ts";

/** The newest of this many are kept. */
const CAPTURED_MAX = 1_000;

export interface CapturedMail {
  captured_mail_id: string;
  message_id: string;
  recipient: string;
  subject: string;
  headers: Record<string, string>;
  text_body: string;
  html_body: string;
  captured_at: Date;
}

/** The same message twice is one, as a receiver that knows `Message-ID` would have it. */
export async function insertCaptured(sql: Sql, message: Message): Promise<void> {
  const { message_id, from, to, subject, headers, text, html } = message;
  const all = { ...headers, "Message-ID": message_id, From: `${from.name} <${from.address}>`, To: to };
  await sql`
    insert into captured_mail (message_id, recipient, subject, headers, text_body, html_body)
    values (${message_id}, ${to}, ${subject}, ${sql.json(all)}, ${text}, ${html})
    on conflict (message_id) do nothing`;
  await sql`
    delete from captured_mail where captured_mail_id in (
      select captured_mail_id from captured_mail
      order by captured_at desc, captured_mail_id offset ${CAPTURED_MAX} for update skip locked)`;
}

/** Newest first. @param to an address, compared without case; null for all */
export async function listCaptured(sql: Sql, to: string | null, limit: number): Promise<CapturedMail[]> {
  return await sql<CapturedMail[]>`
    select * from captured_mail ${to === null ? sql`` : sql`where lower(recipient) = lower(${to})`}
    order by captured_at desc, captured_mail_id limit ${limit}`;
}

export async function findCaptured(sql: Sql, captured_mail_id: string): Promise<CapturedMail | null> {
  const [mail] = await sql<CapturedMail[]>`
    select * from captured_mail where captured_mail_id = ${captured_mail_id}`;
  return mail ?? null;
}
