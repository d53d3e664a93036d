/** Sends what nobody else sends: the safety net below the workflows, and the arm of the direct path. */
import { listen } from "../db/listen.ts";
import type { Pool } from "../db/postgres.ts";
import type { Log } from "../observe/log.ts";
import { MAIL_CHANNEL } from "./mail.ts";
import type { RunningMailer } from "./mailer.ts";

export interface Pump {
  /** Ends after the mails that are on their way. */
  stop(): Promise<void>;
}

const POLL_MILLISECONDS = 5_000;
const CONCURRENCY = 3;

export function startPump({ sql, mailer, log }: { sql: Pool; mailer: RunningMailer; log: Log }): Pump {
  let stopped = false;
  let wake = () => {};

  /** Mail after mail until none is due. */
  async function drain(): Promise<void> {
    while (!stopped && await mailer.deliverNext());
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        await mailer.tidy();
        await Promise.all(Array.from({ length: CONCURRENCY }, drain));
      } catch (error) {
        log.warn("mail.pump_failed", { error });
      }
      if (!stopped) await nap();
    }
  }

  function nap(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MILLISECONDS);
      wake = () => (clearTimeout(timer), resolve());
    });
  }

  const listening = listen(sql, MAIL_CHANNEL, () => wake());
  const running = run();
  return {
    async stop() {
      stopped = true;
      wake();
      await Promise.all([running, listening.stop()]);
    },
  };
}
