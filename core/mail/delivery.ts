/** One attempt to hand over one mail: claimed, composed, sent, and what came of it written down. */
import type { CoreConfig } from "../config.ts";
import { isDatabaseAway, type Pool } from "../db/postgres.ts";
import type { Keys } from "../keys/keys.ts";
import type { Log } from "../observe/log.ts";
import type { MetricDefinition, Metrics } from "../observe/metrics.ts";
import type { Line } from "./line.ts";
import {
  backoffSeconds,
  type Claim,
  type ClaimedMail,
  claimMail,
  type GivenUp,
  hurryDelayed,
  LEASE_SECONDS,
  markDelayed,
  markFailed,
  markSent,
  openData,
} from "./mail.ts";
import { composeMessage, type Message } from "./message.ts";
import { AWAY_PREFIX, classify, type Failure } from "./smtp_error.ts";
import type { Transport } from "./transport.ts";

export interface DeliveryParts {
  sql: Pool;
  core: CoreConfig;
  keys: Keys;
  log: Log;
  metrics: Metrics;
  transport: Transport;
  line: Line;
}

export interface Delivery {
  /** Claims and tries one mail; its id, or null when there was none. @throws when the database is away */
  tryOne(claim: Omit<Claim, "lease_seconds">): Promise<string | null>;
  giveUp(given: GivenUp[]): void;
  /** Breaks off what is on its way: it is sent again elsewhere, as the same message. */
  interrupt(): void;
}

export const deliveryMetrics: Record<string, MetricDefinition> = {
  mail_sent_total: { kind: "counter", help: "Mail that a server took.", labels: ["kind"] },
  mail_delayed_total: { kind: "counter", help: "Attempts that failed for now.", labels: ["kind"] },
  mail_failed_total: { kind: "counter", help: "Mail given up: refused or expired.", labels: ["kind"] },
  mail_wait_seconds: {
    kind: "histogram",
    help: "From being queued to being sent.",
    labels: ["kind"],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200],
  },
};

/** A lease outlives the attempt and the writing down, so nobody takes a mail that is still on its way. */
const MARGIN_SECONDS = 60;
const INTERRUPTED_RETRY_SECONDS = 1;

export function createDelivery(parts: DeliveryParts): Delivery {
  const { sql, core, keys, log, metrics, transport, line } = parts;
  const lease_seconds = Math.max(LEASE_SECONDS, core.smtp_timeout_seconds + MARGIN_SECONDS);
  const onTheWay = new Set<AbortController>();
  let ending = false;

  /** @returns null when the mail was taken */
  async function handOver(mail: ClaimedMail): Promise<Failure | null> {
    let message: Message;
    try {
      message = composeMessage(core, mail, openData(keys, mail));
    } catch (error) {
      log.error("mail.cannot_be_composed", { mail_id: mail.mail_id, kind: mail.kind, error });
      return { kind: "later", text: `cannot be composed: ${error instanceof Error ? error.name : "error"}` };
    }
    if (ending || !line.admit()) return { kind: "away", text: line.reason() ?? `${AWAY_PREFIX}interrupted` };
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), core.smtp_timeout_seconds * 1000);
    onTheWay.add(limit);
    try {
      await transport.send(message, limit.signal);
    } catch (error) {
      return read(classify(error, mail.recipient));
    } finally {
      clearTimeout(timer);
      onTheWay.delete(limit);
    }
    return null;
  }

  /** What a failure says about the server. */
  function read(failure: Failure): Failure {
    if (ending) return { kind: "away", text: `${AWAY_PREFIX}interrupted` };
    if (failure.kind === "later" || failure.kind === "recipient") serverAnswered();
    else if (line.failed(failure.kind, failure.text)) {
      if (failure.kind === "config") log.error("mail.server_refuses_us", { reason: failure.text });
      else log.warn("mail.server_away", { reason: failure.text });
    }
    return failure;
  }

  function serverAnswered(): void {
    if (!line.answered()) return;
    log.info("mail.server_back");
    // What waited for the server goes now; if this is lost, it goes at its own time.
    hurryDelayed(sql, AWAY_PREFIX).catch((error) => log.warn("mail.hurry_failed", { error }));
  }

  async function attempt(mail: ClaimedMail): Promise<void> {
    const { mail_id, kind, attempts, flow_id, request_id } = mail;
    const said = { mail_id, kind, attempts, flow_id, request_id };
    const failure = await handOver(mail);
    if (failure === null) {
      serverAnswered();
      if (!await insist(() => markSent(sql, mail_id))) return;
      metrics.inc("mail_sent_total", { kind });
      metrics.observe("mail_wait_seconds", (Date.now() - mail.created_at.getTime()) / 1000, { kind });
      log.info("mail.sent", said);
    } else if (failure.kind === "recipient") {
      if (!await insist(() => markFailed(sql, mail, failure.text))) return;
      metrics.inc("mail_failed_total", { kind });
      log.warn("mail.failed", { ...said, reason: failure.text });
    } else {
      const seconds = ending ? INTERRUPTED_RETRY_SECONDS : backoffSeconds(attempts);
      if (!await insist(() => markDelayed(sql, mail, failure.text, seconds))) return;
      metrics.inc("mail_delayed_total", { kind });
      log.warn("mail.delayed", { ...said, reason: failure.text, retry_in_seconds: Math.round(seconds) });
    }
  }

  return {
    async tryOne(claim) {
      if (ending) return null;
      const mail = await claimMail(sql, { ...claim, lease_seconds });
      if (mail) await attempt(mail);
      return mail?.mail_id ?? null;
    },
    giveUp(given) {
      for (const { mail_id, kind, attempts } of given) {
        metrics.inc("mail_failed_total", { kind });
        log.warn("mail.failed", { mail_id, kind, attempts, reason: "expired" });
      }
    },
    interrupt() {
      ending = true;
      for (const one of onTheWay) one.abort();
    },
  };
}

/** What is not written down is sent again: worth some patience with a database that restarts. */
async function insist<T>(write: () => Promise<T>): Promise<T> {
  for (let wait = 200;; wait *= 2) {
    try {
      return await write();
    } catch (error) {
      if (wait > 5_000 || !isDatabaseAway(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
