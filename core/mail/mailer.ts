/** The service `mailer`: takes mail in transactions, and tries what is due. Safe on any number of replicas. */
import type { CoreConfig } from "../config.ts";
import type { Pool } from "../db/postgres.ts";
import type { Keys } from "../keys/keys.ts";
import type { Log } from "../observe/log.ts";
import type { MetricDefinition, Metrics } from "../observe/metrics.ts";
import type { Health } from "../plugin.ts";
import type { MailAdvice, Mailer } from "../services/mod.ts";
import { createDelivery, deliveryMetrics } from "./delivery.ts";
import { mailHealth } from "./health.ts";
import { createLine } from "./line.ts";
import {
  countUnsent,
  enqueueMail,
  giveUpExpired,
  hurryDelayed,
  mailOf,
  queueDepth,
  type Whose,
} from "./mail.ts";
import { createSlots, SlotsTaken } from "./slots.ts";
import { AWAY_PREFIX } from "./smtp_error.ts";
import { CONNECTIONS_MAX, createMailTransport, type Transport } from "./transport.ts";

export interface MailerParts {
  sql: Pool;
  core: CoreConfig;
  keys: Keys;
  log: Log;
  metrics: Metrics;
  /** Who decides on wording and hour, where a plugin does. */
  advice?: () => MailAdvice | null;
  /** Instead of the one that the configuration says; for tests. */
  transport?: Transport;
}

export interface RunningMailer extends Mailer {
  /** Tries one mail that is due. False when there was none, or the server is given a rest. */
  deliverNext(): Promise<boolean>;
  /** Ends what is past its time, looks how much is waiting, and whether a server that was away is back. */
  tidy(): Promise<void>;
  /** Answers from what is known; asks the server behind the caller's back. */
  health(): Promise<Health>;
  /** Breaks off what is on its way; its mails are free for others at once. */
  interrupt(): void;
  close(): void;
}

/** A mail of the flow has to be tried again; the row says when. */
export class MailDelayed extends Error {
  override name = "MailDelayed";
}

export const mailMetrics: Record<string, MetricDefinition> = {
  ...deliveryMetrics,
  mail_queue_depth: { kind: "gauge", help: "Mail that waits or is being sent." },
};

/** Flows that wait for one of the connections; those beyond are left to the pump. */
const WAITING_MAX = 200;
/** How long a delivery waits for another that is sending the same mail, and how often it looks. */
const OTHERS_MILLISECONDS = 3_000;
const LOOK_MILLISECONDS = 150;
/**
 * How often a server that is away is asked whether it is back. Twice as long each time it says so and is not: one that
 * takes mail and never answers would send the same mail to the same person again and again.
 */
const LOOK_BACK_MILLISECONDS = 15_000;
const LOOK_BACK_MILLISECONDS_MAX = 600_000;

type Unsent = Awaited<ReturnType<typeof countUnsent>>;
const unsent = ({ queued, sending }: Unsent) => queued + sending;

export function createMailer(parts: MailerParts): RunningMailer {
  const { sql, core, keys, metrics } = parts;
  metrics.register(mailMetrics);
  const transport = parts.transport ?? createMailTransport(core, sql);
  const line = createLine();
  const delivery = createDelivery({ ...parts, advice: parts.advice ?? (() => null), transport, line });
  const slots = createSlots({
    at_once: CONNECTIONS_MAX,
    waiting_max: WAITING_MAX,
    wait_milliseconds: core.smtp_timeout_seconds * 1000 + 5_000,
  });
  const health = mailHealth({ sql, core, transport, line });
  let begun = false;
  let looked_at = 0;
  let looked_in_vain = 0;

  async function deliver(whose: Whose): Promise<void> {
    if (unsent(await countUnsent(sql, whose)) === 0) return;
    const tried: string[] = [];
    for (;;) {
      const mail_id = await slots.run(() => delivery.tryOne({ whose, except: tried }));
      if (mail_id === null) break;
      tried.push(mail_id);
    }
    const left = unsent(await afterOthers(whose));
    if (left === 0) return;
    const given = await giveUpExpired(sql, whose);
    delivery.giveUp(given);
    if (left > given.length) {
      throw new MailDelayed(`${left - given.length} mails are still to be sent`);
    }
  }

  async function delivered(whose: Whose): Promise<void> {
    try {
      await deliver(whose);
    } catch (error) {
      if (error instanceof SlotsTaken) throw new MailDelayed("too many mails at once", { cause: error });
      throw error;
    }
  }

  /** What another executor has in its hands will most likely be sent in a moment. */
  async function afterOthers(whose: Whose): Promise<Unsent> {
    const patience = Date.now() + OTHERS_MILLISECONDS;
    for (;;) {
      const counts = await countUnsent(sql, whose);
      if (counts.sending === 0 || Date.now() > patience) return counts;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
    }
  }

  /** Mail that waits for its time because the server was away does not wait longer than the server. */
  async function lookWhetherBack(): Promise<void> {
    try {
      await transport.verify();
      looked_in_vain++;
      line.relent();
      // One mail shows whether it takes more than a greeting; then the others follow.
      await hurryDelayed(sql, AWAY_PREFIX, 1);
    } catch {
      // Still away.
    }
  }

  return {
    enqueue: (tx, request) => enqueueMail(tx, keys, request),
    of: mailOf,
    deliver: (flow_id) => delivered({ flow_id }),
    deliverMail: (mail_id) => delivered({ mail_id }),
    async deliverNext() {
      if (line.resting()) return false;
      return await slots.run(() => delivery.tryOne({})) !== null;
    },
    async tidy() {
      delivery.giveUp(await giveUpExpired(sql));
      const { depth, delayed } = await queueDepth(sql);
      metrics.set("mail_queue_depth", depth);
      // Whoever starts the service may just have mended its configuration.
      if (!begun) await hurryDelayed(sql, AWAY_PREFIX);
      begun = true;
      if (!line.mayComeBack()) looked_in_vain = 0;
      const pause = Math.min(LOOK_BACK_MILLISECONDS_MAX, LOOK_BACK_MILLISECONDS * 2 ** looked_in_vain);
      if (delayed > 0 && line.mayComeBack() && Date.now() - looked_at > pause) {
        looked_at = Date.now();
        void lookWhetherBack();
      }
    },
    health,
    interrupt: delivery.interrupt,
    close() {
      delivery.interrupt();
      transport.close();
    },
  };
}
