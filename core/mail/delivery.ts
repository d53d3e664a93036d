/** One attempt to hand over one mail: claimed, composed, sent, and what came of it written down. */
import type { CoreConfig } from "../config.ts";
import { isDatabaseAway, type Pool, type Sql } from "../db/postgres.ts";
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
  markHeld,
  markSent,
  openData,
} from "./mail.ts";
import { composeMessage, kindsThatMayWait, type Message } from "./message.ts";
import type { MailAdvice, MailOutcome, MailPlan } from "../services/mod.ts";
import { AWAY_PREFIX, classify, type Failure } from "./smtp_error.ts";
import type { Transport } from "./transport.ts";

export interface DeliveryParts {
  sql: Pool;
  core: CoreConfig;
  keys: Keys;
  log: Log;
  metrics: Metrics;
  advice(): MailAdvice | null;
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
/** Advice that takes longer is not waited for: the mail goes as it is. */
const ADVICE_MILLISECONDS = 500;
const HOUR = 3_600_000;

type SendPlan = MailPlan & { act: "send" };

export function createDelivery(parts: DeliveryParts): Delivery {
  const { sql, core, keys, log, metrics, advice, transport, line } = parts;
  const lease_seconds = Math.max(LEASE_SECONDS, core.smtp_timeout_seconds + MARGIN_SECONDS);
  const onTheWay = new Set<AbortController>();
  let ending = false;

  async function planFor(mail: ClaimedMail): Promise<MailPlan | null> {
    const { data_sealed: _, request_id: __, ...shown } = mail;
    try {
      return await within(ADVICE_MILLISECONDS, advice()?.prepare(shown) ?? null);
    } catch (error) {
      log.warn("mail.advice_missed", { mail_id: mail.mail_id, kind: mail.kind, error });
      return null;
    }
  }

  function compose(mail: ClaimedMail, plan: SendPlan | null): Message {
    const data = openData(keys, mail);
    if (!plan) return composeMessage(core, mail, data);
    try {
      return composeMessage(core, mail, data, { plan });
    } catch (error) {
      // Words of somebody's making do not keep a mail from going.
      log.error("mail.advice_unusable", { mail_id: mail.mail_id, kind: mail.kind, error });
      return composeMessage(core, mail, data);
    }
  }

  /** @returns null when the mail was taken */
  async function handOver(mail: ClaimedMail, plan: SendPlan | null): Promise<Failure | null> {
    let message: Message;
    try {
      message = compose(mail, plan);
    } catch (error) {
      log.error("mail.cannot_be_composed", { mail_id: mail.mail_id, kind: mail.kind, error });
      const name = error instanceof Error ? error.name : "error";
      return { kind: "later", text: `cannot be composed: ${name}`, smtp: null };
    }
    if (ending || !line.admit()) {
      return { kind: "away", text: line.reason() ?? `${AWAY_PREFIX}interrupted`, smtp: null };
    }
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
    if (ending) return { kind: "away", text: `${AWAY_PREFIX}interrupted`, smtp: null };
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
    const plan = await planFor(mail);
    if (plan?.act === "wait" && mayWait(mail, plan.until)) {
      if (await insist(() => markHeld(sql, mail, plan.until))) {
        log.info("mail.held", { ...said, until: plan.until.toISOString() });
      }
      return;
    }
    const failure = plan?.act === "drop"
      ? { kind: "recipient" as const, text: plan.reason, smtp: null }
      : await handOver(mail, plan?.act === "send" ? plan : null);
    const outcome = {
      mail_id,
      kind,
      attempts,
      reason: failure?.text ?? null,
      smtp: failure?.smtp ?? null,
      plan,
    };
    const refused = failure?.kind === "recipient";
    const told = (result: MailOutcome["result"], write: (tx: Sql) => Promise<boolean>) =>
      tell({ ...outcome, result, recipient_refused: refused && plan?.act !== "drop" }, write);
    if (failure === null) {
      serverAnswered();
      if (!await told("sent", (tx) => markSent(tx, mail_id))) return;
      metrics.inc("mail_sent_total", { kind });
      metrics.observe("mail_wait_seconds", (Date.now() - mail.created_at.getTime()) / 1000, { kind });
      log.info("mail.sent", said);
    } else if (refused) {
      if (!await told("failed", (tx) => markFailed(tx, mail, failure.text))) return;
      metrics.inc("mail_failed_total", { kind });
      log.warn("mail.failed", { ...said, reason: failure.text });
    } else {
      const seconds = ending ? INTERRUPTED_RETRY_SECONDS : backoffSeconds(attempts);
      if (!await told("delayed", (tx) => markDelayed(tx, mail, failure.text, seconds))) return;
      metrics.inc("mail_delayed_total", { kind });
      log.warn("mail.delayed", { ...said, reason: failure.text, retry_in_seconds: Math.round(seconds) });
    }
  }

  /** Writes down what came of it, and lets whoever gave advice hear, in one transaction. */
  async function tell(outcome: MailOutcome, write: (tx: Sql) => Promise<boolean>): Promise<boolean> {
    const adviser = advice();
    if (!adviser) return await insist(() => write(sql));
    return await insist(() =>
      sql.begin(async (tx) => {
        if (!await write(tx)) return false;
        try {
          await tx.savepoint((inner) => adviser.heard(inner, outcome));
        } catch (error) {
          if (isDatabaseAway(error)) throw error;
          log.error("mail.advice_not_heard", { mail_id: outcome.mail_id, kind: outcome.kind, error });
        }
        return true;
      })
    );
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

/** Only what may, and only while it is still worth reading then. */
function mayWait({ kind, expires_at }: ClaimedMail, until: Date): boolean {
  return kindsThatMayWait.has(kind) && until.getTime() > Date.now() &&
    until.getTime() < expires_at.getTime() - HOUR;
}

async function within<T>(milliseconds: number, work: Promise<T> | T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
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
