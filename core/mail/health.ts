/** How the sending of mail feels, for operators. */
import type { CoreConfig } from "../config.ts";
import type { Pool } from "../db/postgres.ts";
import type { Health } from "../plugin.ts";
import type { Line } from "./line.ts";
import { queueDepth } from "./mail.ts";
import { classify } from "./smtp_error.ts";
import type { Transport } from "./transport.ts";

const VERIFY_MILLISECONDS = 30_000;

export function mailHealth(
  { sql, core, transport, line }: {
    sql: Pool;
    core: Pick<CoreConfig, "smtp_server">;
    transport: Transport;
    line: Line;
  },
): () => Promise<Health> {
  let asked_at = 0;
  /** What the server said when asked; undefined while it never was. */
  let said: string | null | undefined;

  /** At most every half minute, and nobody waits for the answer: a slow server must not make `/health` slow. */
  function ask(): void {
    if (Date.now() - asked_at < VERIFY_MILLISECONDS) return;
    asked_at = Date.now();
    transport.verify().then(() => said = null, (error) => said = classify(error, "").text);
  }

  return async () => {
    if (!core.smtp_server) return { up: true, detail: "captured, read at /dev/mailbox", essential: false };
    ask();
    const { depth, delayed } = await queueDepth(sql);
    const last = line.lastSuccess();
    const failure = line.reason() ?? said ?? null;
    const parts = [
      failure,
      said === undefined && last === null ? "not asked yet" : null,
      `${depth} waiting, ${delayed} of them delayed`,
      last && `last sent ${last.toISOString()}`,
    ];
    return { up: failure === null, detail: parts.filter(Boolean).join("; "), essential: false };
  };
}
