/** Writes intents, hands their stories to whoever can tell them now, and says who it was. */
import type { Sql } from "../db/postgres.ts";

export interface NewFlow {
  flow_id: string;
  /** What the person asked for: `registration`, `password_reset` … Shown under "your requests". */
  kind: string;
  /** The workflow type that tells the whole story. */
  workflow: string;
  account_id: string | null;
  request_id: string | null;
  /** Low priority is handed over when people are not waiting for the processor. Default `normal`. */
  priority?: "normal" | "low";
}

export interface Served {
  method: "temporal_workflow" | `direct_${string}`;
  workflow_id?: string;
}

export interface Flows {
  /** Writes the flow and its outbox row in the caller's transaction, beside the intent. */
  begin(tx: Sql, flow: NewFlow): Promise<void>;
  /**
   * Tells the story until `milestone`: by Temporal if it answers within its time limit, else in this process.
   * Throws `Problem` 503 `service_unavailable` when neither can; the intent stays and is finished later.
   * @param direct what the response calls the direct path, such as `direct_registration`
   */
  carry(flow_id: string, milestone: string, direct: `direct_${string}`): Promise<Served>;
  /** Wakes a waiting story, in the transaction that changed what it waits for. */
  poke(tx: Sql, flow_id: string): Promise<void>;
  /** Tells one flow directly now, as far as it goes: the relay's work, and that of tests. */
  tellDirectly(flow_id: string): Promise<void>;
}
