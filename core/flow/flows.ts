/** Writes intents, hands their stories to whoever can tell them now, and says who it was. */
import type postgres from "postgres";
import type { Story } from "../../workflows/lib/story.ts";
import type { ClientEvidence } from "../client_evidence.ts";
import type { Sql } from "../db/postgres.ts";
import { enqueueWorkflow, hurry, noteThere, settleEnded, settleFlow } from "../events/outbox.ts";
import { Problem } from "../http/problem.ts";
import type { Log } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { TemporalLink } from "../temporal/link.ts";
import { Pause, tell } from "./direct.ts";
import {
  findFlow,
  finishFlow,
  insertFlow,
  pauseFlow,
  recordExecutor,
  retryFlow,
  type StoredFlow,
  wakeFlow,
  workflowId,
} from "./flow.ts";
import { describe, StepRefused, type StepRunner } from "./step.ts";

export interface NewFlow {
  flow_id: string;
  /** What the person asked for: `registration`, `password_reset` … Shown under "your requests". */
  kind: string;
  /** The workflow type that tells the whole story. */
  workflow: string;
  account_id: string | null;
  request_id: string | null;
  /** What the request showed of its sender, for steps that judge it. */
  client?: ClientEvidence | null;
  /** Low priority is handed over when people are not waiting for the processor. Default `normal`. */
  priority?: "normal" | "low";
}

export interface Served {
  method: "temporal_workflow" | `direct_${string}`;
  workflow_id?: string;
  /** False when the story ended without coming to the milestone: it was refused, and what it did is undone. */
  reached: boolean;
}

export interface Flows {
  /** Writes the flow and its outbox row in the caller's transaction, beside the intent. */
  begin(tx: Sql, flow: NewFlow): Promise<void>;
  /**
   * Tells the story until `milestone`: by Temporal if it answers within its time limit, else in this process.
   * @param direct what the response calls the direct path, such as `direct_registration`
   * @throws {Problem} 503 `service_unavailable` when neither can; the intent stays and is finished later
   */
  carry(flow_id: string, milestone: string, direct: `direct_${string}`): Promise<Served>;
  /** Wakes a waiting story, in the transaction that changed what it waits for. */
  poke(tx: Sql, flow_id: string): Promise<void>;
  /** Tells one flow directly now, as far as it goes: the relay's work, and that of tests. */
  tellDirectly(flow_id: string): Promise<void>;
  /** Who would carry a story handed over now; for answers that do not wait for it. */
  methodNow(direct: `direct_${string}`): Served["method"];
}

export interface FlowsDeps {
  sql: postgres.Sql;
  log: Log;
  metrics: Metrics;
  temporal: TemporalLink;
  stories: Map<string, Story>;
  run: StepRunner;
  background(what: string, work: () => Promise<void>): void;
}

export function createFlows(deps: FlowsDeps): Flows {
  const { sql, log, metrics, temporal } = deps;

  async function carry(flow_id: string, milestone: string, direct: `direct_${string}`): Promise<Served> {
    const flow = await findFlow(sql, flow_id);
    if (!flow) throw new Error(`flow ${flow_id} was never begun`);
    const asked = temporal.ready();
    const served = asked && await byTemporal(flow, milestone) ||
      await directly(flow, milestone, direct, asked);
    metrics.inc("flow_served_total", { kind: flow.kind, method: served.method });
    return served;
  }

  async function byTemporal(flow: StoredFlow, milestone: string): Promise<Served | null> {
    try {
      const reached = await temporal.reach(flow, milestone);
      await sql.begin(async (tx) => {
        await recordExecutor(tx, flow.flow_id, "temporal", "temporal_workflow");
        if (flow.newest_message) await settleFlow(tx, flow.flow_id, flow.newest_message);
      });
      return { method: "temporal_workflow", workflow_id: workflowId(flow), reached };
    } catch (error) {
      // It may have begun there all the same: then both tell the story, and every step is still done once.
      log.warn("flow.temporal_missed", { flow_id: flow.flow_id, milestone, error });
      return null;
    }
  }

  async function directly(
    flow: StoredFlow,
    milestone: string,
    direct: `direct_${string}`,
    asked: boolean,
  ): Promise<Served> {
    const reached = await new Promise<boolean>((resolve, reject) => {
      deps.background(`tell ${flow.workflow}`, async () => {
        try {
          await takeOver(flow, direct, asked);
          const end = await tellOnce(flow, (name) => name === milestone && resolve(true));
          // A story that waits before the milestone cannot be waited for by a request.
          end === "retry" ? reject(new Error("a step failed and is tried again")) : resolve(false);
          await hurry(sql, flow.flow_id);
        } catch (error) {
          reject(error);
        }
      });
    }).catch((cause) => {
      throw new Problem(503, "service_unavailable", "Your request is kept and will be finished shortly.", {
        retry_after_seconds: 5,
        cause,
      });
    });
    return { method: direct, reached };
  }

  /** @param asked whether Temporal was asked just now and may have begun without our knowing */
  async function takeOver(flow: StoredFlow, direct: string, asked: boolean): Promise<void> {
    // One transaction, the flow first, as where Temporal answers: of two requests at once the later one is right.
    await sql.begin(async (tx) => {
      await recordExecutor(tx, flow.flow_id, "direct", direct);
      if (asked || flow.executor === "temporal") await noteThere(tx, flow.flow_id);
    });
  }

  /** One telling, its end recorded: finished, waiting, or to be tried again. */
  async function tellOnce(
    flow: StoredFlow,
    onReached?: (milestone: string) => void,
  ): Promise<"finished" | "waiting" | "retry"> {
    const { flow_id, workflow } = flow;
    try {
      const outcome = await tell({ ...deps, flow_id, workflow, onReached });
      await finishFlow(sql, flow_id, outcome);
      await settleEnded(sql, flow_id);
      return "finished";
    } catch (error) {
      if (error instanceof Pause) {
        await pauseFlow(sql, flow_id);
        return "waiting";
      }
      if (error instanceof StepRefused) {
        log.warn("flow.refused", { flow_id, workflow, error });
        await finishFlow(sql, flow_id, "failed");
        await settleEnded(sql, flow_id);
        return "finished";
      }
      log.warn("flow.telling_failed", { flow_id, workflow, error });
      await retryFlow(sql, flow_id, describe(error));
      return "retry";
    }
  }

  return {
    async begin(tx, flow) {
      await insertFlow(tx, flow);
      await enqueueWorkflow(tx, flow.flow_id, {
        priority: flow.priority,
        first_go: flow.priority !== "low",
      });
    },
    carry,
    async poke(tx, flow_id) {
      // Beside a message that is there already: that one may be on its way, too early to tell of this.
      if (await wakeFlow(tx, flow_id)) await enqueueWorkflow(tx, flow_id);
    },
    async tellDirectly(flow_id) {
      const flow = await findFlow(sql, flow_id);
      if (!flow || flow.finished_at) return;
      await takeOver(flow, `direct_${flow.kind}`, false);
      await tellOnce(flow);
    },
    methodNow: (direct) => (temporal.ready() ? "temporal_workflow" : direct),
  };
}
