/**
 * Tells a story as a Temporal workflow. Steps that only touch our own database run as local activities: no round
 * trip through the server, and a repeat after a lost worker finds them done. What talks to others is an ordinary
 * activity with its own retries.
 */
import {
  allHandlersFinished,
  type ChildWorkflowHandle,
  condition,
  ContinueAsNew,
  continueAsNew,
  defineSignal,
  defineUpdate,
  ParentClosePolicy,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from "@temporalio/workflow";
import { isWaiting, type Outcome, REFUSED, type Story, type Teller } from "./story.ts";

export interface WorkflowInput {
  flow_id: string;
}

type Activities = Record<
  string,
  (input: WorkflowInput & { executor: "temporal"; outcome?: string }) => Promise<unknown>
>;

const flowStatus = { name: "FlowStatus", type: "KEYWORD" } as const;
const riskLevel = { name: "RiskLevel", type: "KEYWORD" } as const;

/** Something the story waits for has changed. */
export const pokeSignal = defineSignal("poke");
/** Waits until the story comes to a milestone; false when it ended without. Also pokes. */
export const reachUpdate = defineUpdate<boolean, [string]>("reach");

const local = proxyLocalActivities<Activities>({
  startToCloseTimeout: "10 seconds",
  scheduleToCloseTimeout: "24 hours",
  localRetryThreshold: "5 seconds",
  retry: {
    initialInterval: "250 milliseconds",
    maximumInterval: "30 seconds",
    nonRetryableErrorTypes: [REFUSED],
  },
});

const outside = proxyActivities<Activities>({
  startToCloseTimeout: "2 minutes",
  scheduleToCloseTimeout: "24 hours",
  retry: { initialInterval: "5 seconds", maximumInterval: "10 minutes", nonRetryableErrorTypes: [REFUSED] },
});

export type FlowWorkflow = (input: WorkflowInput) => Promise<Outcome>;

/** @param more further handlers of this workflow type, set before the story begins */
export function workflowOf(story: Story, more?: (flow_id: string) => void): FlowWorkflow {
  return async ({ flow_id }) => {
    const tale = begin(flow_id);
    more?.(flow_id);
    try {
      const outcome = await story(tale.teller);
      await finish(flow_id, outcome);
      tale.end();
      // A child's end is waited for; what it began meanwhile is begun again by its parent.
      if (!workflowInfo().parent) await tale.settle();
      return outcome;
    } catch (error) {
      if (!(error instanceof ContinueAsNew)) await finish(flow_id, "failed");
      throw error;
    } finally {
      tale.end();
      await condition(allHandlersFinished);
    }
  };
}

/** A child's end is not the flow's end: only the workflow at the root says how it ended. */
async function finish(flow_id: string, outcome: Outcome | "failed"): Promise<void> {
  if (workflowInfo().parent) return;
  upsertSearchAttributes([{ key: flowStatus, value: outcome }]);
  await local.finish_flow({ flow_id, executor: "temporal", outcome });
}

function riskOf(result: unknown): string | null {
  if (typeof result !== "object" || result === null || !("risk_level" in result)) return null;
  return typeof result.risk_level === "string" ? result.risk_level : null;
}

interface Tale {
  teller: Teller;
  end(): void;
  /** Resolves when what was done meanwhile has ended, or after a while: then the mail queue's own pump takes over. */
  settle(): Promise<void>;
}

function begin(flow_id: string): Tale {
  const milestones = new Set<string>();
  const children = new Set<ChildWorkflowHandle<FlowWorkflow>>();
  let pokes = 0;
  let pending = 0;
  let ended = false;

  function poke() {
    pokes++;
    for (const child of children) void child.signal(pokeSignal).catch(() => undefined);
  }
  setHandler(pokeSignal, poke);
  setHandler(reachUpdate, async (name) => {
    poke();
    await condition(() => ended || milestones.has(name));
    return milestones.has(name);
  });

  const input = { flow_id, executor: "temporal" as const };
  let shown: string | null = null;
  /** A result that names a risk makes the workflow found by it. Tellings of before have no such results. */
  function showRisk(result: unknown): void {
    const risk_level = riskOf(result);
    if (risk_level === null || risk_level === shown) return;
    shown = risk_level;
    upsertSearchAttributes([{ key: riskLevel, value: risk_level }]);
  }
  const teller: Teller = {
    flow_id,
    async step<T>(name: string) {
      const result = await local[name](input);
      showRisk(result);
      return result as T;
    },
    meanwhile(name) {
      // Its failure is the mail's, not the story's: the row says what happened and the queue tries on.
      pending++;
      void outside[name](input).catch(() => undefined).finally(() => pending--);
    },
    async until<T>(name: string) {
      for (;;) {
        const seen = pokes;
        const answer = await local[name](input);
        showRisk(answer);
        if (!isWaiting(answer)) return answer as T;
        const wait = Math.max(1_000, new Date(answer.wait_until).getTime() - Date.now());
        await condition(() => pokes > seen, wait);
        // Telling a story again from its start is safe, so a long history is simply left behind.
        if (workflowInfo().continueAsNewSuggested && !workflowInfo().parent) {
          await condition(allHandlersFinished);
          await continueAsNew<FlowWorkflow>({ flow_id });
        }
      }
    },
    async child(workflow) {
      const handle = await startChild<FlowWorkflow>(workflow, {
        workflowId: `${workflow}/${flow_id}`,
        args: [{ flow_id }],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        typedSearchAttributes: workflowInfo().typedSearchAttributes,
      });
      children.add(handle);
      try {
        return await handle.result();
      } finally {
        children.delete(handle);
      }
    },
    async all<T>(parts: (() => Promise<T>)[]) {
      const ends = await Promise.allSettled(parts.map((part) => part()));
      const failure = ends.find((end) => end.status === "rejected");
      if (failure) throw failure.reason;
      return ends.map((end) => (end as PromiseFulfilledResult<Awaited<T>>).value);
    },
    // A child's milestones are its own: the parent marks them again when the child has ended.
    reached: (milestone) => void milestones.add(milestone),
    isPause: () => false,
  };
  return {
    teller,
    end: () => void (ended = true),
    settle: async () => void await condition(() => pending === 0, "1 minute"),
  };
}
