/** The service `risk`: what others tell us of, kept in a queue with a bound and written in batches. */
import type { RiskNote } from "../../core/services/mod.ts";
import { createBursts, raiseOpenLogins } from "./adaptive.ts";
import type { FraudCtx } from "./ctx.ts";
import { isJudged } from "./local.ts";
import { signalKeys } from "./evidence/keys.ts";
import { insertSignals, type Signal } from "./signal.ts";

export interface Notes {
  note(seen: RiskNote): void;
  /** Everything noted so far is written, or lost and said so. */
  flush(): Promise<void>;
}

const waitingMax = 5_000;
const batchMax = 500;
/** So long is waited for company. */
const waitMilliseconds = 50;

export function createNotes(ctx: FraudCtx): Notes {
  const { sql, keys, metrics, log } = ctx;
  let waiting: Signal[] = [];
  const bursts = createBursts();
  let scheduled = false;
  let writing: Promise<void> = Promise.resolve();

  function later(): void {
    if (scheduled) return;
    scheduled = true;
    // Awaited at shutdown, so what was noted is not lost.
    ctx.background("write risk notes", async () => {
      await new Promise((resolve) => setTimeout(resolve, waitMilliseconds));
      scheduled = false;
      await write();
    });
  }

  function write(): Promise<void> {
    writing = writing.then(async () => {
      while (waiting.length > 0) {
        const batch = waiting.slice(0, batchMax);
        waiting = waiting.slice(batch.length);
        try {
          await insertSignals(sql, batch);
        } catch (error) {
          metrics.inc("fraud_note_lost_total", {}, batch.length);
          log.warn("fraud.notes_lost", { count: batch.length, error });
        }
      }
    });
    return writing;
  }

  return {
    note({ kind, account_id, identifier_tag, client }) {
      try {
        if (waiting.length >= waitingMax) return metrics.inc("fraud_note_lost_total");
        const local = !isJudged(ctx, client.ip);
        const signal = signalKeys(keys, { client, account_id, identifier_tag, domain: null, local });
        const country = local ? null : ctx.geo.location(client.ip)?.country_code ?? null;
        waiting.push({ ...signal, kind, country, decision_id: null, local_part: null, at: new Date() });
        later();
        const failed = kind === "password_wrong" || kind === "code_wrong";
        if (failed && account_id !== null && bursts.failed(account_id)) {
          ctx.background("raise logins", async () => void await raiseOpenLogins(ctx, account_id, "failures"));
        }
      } catch (error) {
        // Whoever notes something is in the middle of an answer that does not depend on it.
        log.warn("fraud.note_failed", { error });
      }
    },
    flush: write,
  };
}
