/** Sends what nobody else sends: the safety net below the workflows, and the arm of the direct path. */
import { listen } from "../db/listen.ts";
import type { Pool } from "../db/postgres.ts";
import type { Log } from "../observe/log.ts";
import { MAIL_CHANNEL, PUMP_AFTER_SECONDS } from "./mail.ts";
import type { RunningMailer } from "./mailer.ts";
import { SlotsTaken } from "./slots.ts";

export interface Pump {
  /** Ends after the mails that are on their way; what takes longer than the grace is broken off. */
  stop(): Promise<void>;
}

const POLL_MILLISECONDS = 5_000;
const CONCURRENCY = 3;
/** In one round, for each of the above; then what is past its time is ended before more is sent. */
const ROUND_MAX = 20;
const GRACE_MILLISECONDS = 5_000;
/** Mail that was told of is due a little later: its flow's own executor goes first. */
const AFTER_NOTIFY_MILLISECONDS = PUMP_AFTER_SECONDS * 1_000 + 100;

export function startPump({ sql, mailer, log }: { sql: Pool; mailer: RunningMailer; log: Log }): Pump {
  let stopped = false;
  let wake = () => {};
  /** When the mail that was told of first is due. */
  let due_at = Infinity;

  /** Mail after mail. True when there may be more. */
  async function round(): Promise<boolean> {
    for (let count = 0; count < ROUND_MAX; count++) {
      if (stopped || !await mailer.deliverNext()) return false;
    }
    return true;
  }

  /** True when there is more to do at once. */
  async function turn(): Promise<boolean> {
    await mailer.tidy();
    // All of them end before the next turn, also when one of them cannot go on.
    const ends = await Promise.allSettled(Array.from({ length: CONCURRENCY }, round));
    for (const end of ends) {
      if (end.status === "rejected" && !(end.reason instanceof SlotsTaken)) throw end.reason;
    }
    return ends.some((end) => end.status === "fulfilled" && end.value);
  }

  async function run(): Promise<void> {
    while (!stopped) {
      let more = false;
      try {
        more = await turn();
      } catch (error) {
        log.warn("mail.pump_failed", { error });
      }
      if (!stopped && !more) await nap();
    }
  }

  function nap(): Promise<void> {
    return new Promise((resolve) => {
      const until_due = Math.max(0, due_at - Date.now());
      due_at = Infinity;
      const timer = setTimeout(resolve, Math.min(POLL_MILLISECONDS, until_due));
      wake = () => (clearTimeout(timer), resolve());
    });
  }

  const listening = listen(sql, MAIL_CHANNEL, () => {
    due_at = Math.min(due_at, Date.now() + AFTER_NOTIFY_MILLISECONDS);
  });
  const running = run();
  return {
    async stop() {
      stopped = true;
      wake();
      const timer = setTimeout(() => mailer.interrupt(), GRACE_MILLISECONDS);
      await Promise.all([running.finally(() => clearTimeout(timer)), listening.stop()]);
    },
  };
}
