/** The mailer on a database of its own, with every line it logs, for tests of mail. */
import { type CoreConfig, coreConfig } from "../config.ts";
import { createKeys } from "../keys/keys.ts";
import { createMailer, type MailerParts, type RunningMailer } from "../mail/mailer.ts";
import { createLog } from "../observe/log.ts";
import { createMetrics } from "../observe/metrics.ts";
import type { MailDelivery, MailRequest } from "../services/mod.ts";
import { testDatabase } from "./postgres.ts";

export interface StoredMail extends Pick<MailDelivery, "attempts" | "last_error" | "next_attempt_at"> {
  mail_id: string;
  status: string;
  data_sealed: Uint8Array | null;
  held_until: Date | null;
}

/** @param options of the core; `smtp_server` and `smtp_port` as `testSmtp()` has them */
export async function testMailer(options: Partial<CoreConfig> = {}, transport?: MailerParts["transport"]) {
  const database = await testDatabase({ pool: 8 });
  const { sql } = database;
  const lines: string[] = [];
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const keys = createKeys([secret]);
  const metrics = createMetrics();
  const parts: MailerParts = {
    sql,
    core: coreConfig({ smtp_timeout_seconds: 1, ...options }),
    keys,
    log: createLog({ level: "debug", format: "json", write: (line) => lines.push(line) }),
    metrics,
    transport,
  };
  const made: RunningMailer[] = [];
  /** One more process of the same service. */
  const another = (): RunningMailer => {
    const mailer = createMailer(parts);
    made.push(mailer);
    return mailer;
  };
  const mailer = another();
  return {
    ...parts,
    url: database.url,
    secret,
    mailer,
    another,
    lines,
    /** Queues a mail; a flow and a key of its own unless given. */
    async enqueue(request: Partial<MailRequest> = {}): Promise<{ mail_id: string; flow_id: string }> {
      const flow_id = request.flow_id ?? crypto.randomUUID();
      const mail_id = await mailer.enqueue(sql, {
        kind: "verify_email",
        to: "ada@example.com",
        locale: "en",
        dedupe_key: crypto.randomUUID(),
        account_id: null,
        request_id: "request-1",
        data: { url: "http://localhost:8000/verify-email?token=t0ken", code: "123456", first_name: "Ada" },
        expires_at: new Date(Date.now() + 3_600_000),
        ...request,
        flow_id,
      });
      return { mail_id: mail_id!, flow_id };
    },
    async row(mail_id: string): Promise<StoredMail> {
      const [row] = await sql<StoredMail[]>`select * from mail where mail_id = ${mail_id}`;
      return row;
    },
    /** Makes everything that waits due now. */
    async hurry(): Promise<void> {
      await sql`update mail set next_attempt_at = now() where status in ('queued', 'sending')`;
    },
    async [Symbol.asyncDispose]() {
      for (const one of made) one.close();
      await database[Symbol.asyncDispose]();
    },
  };
}
