/** The service `mailer`: takes mail in transactions, and tries what is due. Safe on any number of replicas. */
import type { CoreConfig } from "../config.ts";
import type { Pool } from "../db/postgres.ts";
import type { Keys } from "../keys/keys.ts";
import type { Log } from "../observe/log.ts";
import type { MetricDefinition, Metrics } from "../observe/metrics.ts";
import type { Health } from "../plugin.ts";
import type { Mailer } from "../services/mod.ts";
import {
  backoffSeconds,
  type Claim,
  type ClaimedMail,
  claimMail,
  countUnsent,
  enqueueMail,
  giveUpExpired,
  hurryDelayed,
  LEASE_SECONDS,
  mailOf,
  markDelayed,
  markFailed,
  markSent,
  openData,
  queueDepth,
} from "./mail.ts";
import { composeMessage } from "./message.ts";
import { AWAY_PREFIX, classify } from "./smtp_error.ts";
import { createMailTransport, type Transport } from "./transport.ts";

export interface MailerParts {
  sql: Pool;
  core: CoreConfig;
  keys: Keys;
  log: Log;
  metrics: Metrics;
  /** Instead of the one that the configuration says; for tests. */
  transport?: Transport;
}

export interface RunningMailer extends Mailer {
  /** Tries one mail that is due. False when there was none. */
  deliverNext(): Promise<boolean>;
  /** Ends what is past its time, and looks how much is waiting. */
  tidy(): Promise<void>;
  health(): Promise<Health>;
  close(): void;
}

/** A mail of the flow has to be tried again; the row says when. */
export class MailDelayed extends Error {
  override name = "MailDelayed";
}

export const mailMetrics: Record<string, MetricDefinition> = {
  mail_sent_total: { kind: "counter", help: "Mail that a server took.", labels: ["kind"] },
  mail_delayed_total: { kind: "counter", help: "Attempts that failed for now.", labels: ["kind"] },
  mail_failed_total: { kind: "counter", help: "Mail given up: refused or expired.", labels: ["kind"] },
  mail_queue_depth: { kind: "gauge", help: "Mail that waits or is being sent." },
  mail_wait_seconds: { kind: "histogram", help: "From being queued to being sent.", labels: ["kind"] },
};

const VERIFY_MILLISECONDS = 30_000;

export function createMailer(parts: MailerParts): RunningMailer {
  const { sql, core, keys, log, metrics } = parts;
  metrics.register(mailMetrics);
  const transport = parts.transport ?? createMailTransport(core, sql);
  // A lease outlives the longest attempt, so nobody else takes a mail that is still on its way.
  const lease_seconds = Math.max(LEASE_SECONDS, 5 * core.smtp_timeout_seconds);
  let lastFailure: string | null = null;
  let verified: { at: number; result: Promise<string | null> } | null = null;

  async function attempt(mail: ClaimedMail): Promise<void> {
    const { mail_id, kind, attempts, flow_id, request_id } = mail;
    const said = { mail_id, kind, attempts, flow_id, request_id };
    try {
      await transport.send(composeMessage(core, mail, openData(keys, mail)));
    } catch (error) {
      const failure = classify(error, mail.recipient);
      if (failure.kind === "recipient") {
        await markFailed(sql, mail, failure.text);
        metrics.inc("mail_failed_total", { kind });
        log.warn("mail.failed", { ...said, reason: failure.text });
        return;
      }
      if (failure.kind !== "later") lastFailure = failure.text;
      const seconds = backoffSeconds(attempts);
      await markDelayed(sql, mail, failure.text, seconds);
      metrics.inc("mail_delayed_total", { kind });
      log.warn("mail.delayed", { ...said, reason: failure.text, retry_in_seconds: Math.round(seconds) });
      return;
    }
    if (!await markSent(sql, mail_id)) return;
    metrics.inc("mail_sent_total", { kind });
    metrics.observe("mail_wait_seconds", (Date.now() - mail.created_at.getTime()) / 1000, { kind });
    log.info("mail.sent", said);
    if (lastFailure !== null) {
      lastFailure = null;
      await hurryDelayed(sql, AWAY_PREFIX);
    }
  }

  async function claimAndTry(claim: Omit<Claim, "lease_seconds">): Promise<string | null> {
    const mail = await claimMail(sql, { ...claim, lease_seconds });
    if (mail) await attempt(mail);
    return mail?.mail_id ?? null;
  }

  function giveUp(given: { mail_id: string; kind: string; attempts: number }[]): void {
    for (const { mail_id, kind, attempts } of given) {
      metrics.inc("mail_failed_total", { kind });
      log.warn("mail.failed", { mail_id, kind, attempts, reason: "expired" });
    }
  }

  /** What the server said last, asked at most every half minute. Null when it takes our mail. */
  function askServer(): Promise<string | null> {
    if (!verified || Date.now() - verified.at > VERIFY_MILLISECONDS) {
      const result = transport.verify().then(() => null, (error) => classify(error, "").text);
      verified = { at: Date.now(), result };
    }
    return verified.result;
  }

  return {
    enqueue: (tx, request) => enqueueMail(tx, keys, request),
    of: mailOf,
    async deliver(flow_id) {
      giveUp(await giveUpExpired(sql, flow_id));
      const tried: string[] = [];
      for (;;) {
        const mail_id = await claimAndTry({ flow_id, except: tried });
        if (mail_id === null) break;
        tried.push(mail_id);
      }
      const { queued, sending } = await countUnsent(sql, flow_id);
      if (queued + sending > 0) {
        throw new MailDelayed(`${queued + sending} mails of the flow are still to be sent`);
      }
    },
    deliverNext: async () => await claimAndTry({}) !== null,
    async tidy() {
      giveUp(await giveUpExpired(sql));
      metrics.set("mail_queue_depth", (await queueDepth(sql)).depth);
    },
    async health() {
      if (!core.smtp_server) {
        return { up: true, detail: "captured, read at /dev/mailbox", essential: false };
      }
      const { depth, delayed } = await queueDepth(sql);
      const waiting = `${depth} waiting, ${delayed} of them delayed`;
      const failure = lastFailure ?? await askServer();
      return { up: failure === null, detail: failure ? `${failure}; ${waiting}` : waiting, essential: false };
    },
    close: () => transport.close(),
  };
}
