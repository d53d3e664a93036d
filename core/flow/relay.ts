/**
 * Tells others what the outbox says they have to be told, and tells stories on that nobody else tells. Any number
 * of replicas run it at once; what one has taken the others pass over.
 */
import type postgres from "postgres";
import { listen } from "../db/listen.ts";
import { claimMessages, type Message, outboxDepth, postpone, settle } from "../events/outbox.ts";
import type { Log } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { AnyCtx, AnyPlugin } from "../plugin.ts";
import type { TemporalLink } from "../temporal/link.ts";
import { claimDue, findFlow, recordExecutor } from "./flow.ts";
import type { Flows } from "./flows.ts";
import { describe } from "./step.ts";

export interface RelayDeps {
  sql: postgres.Sql;
  log: Log;
  metrics: Metrics;
  temporal: TemporalLink;
  flows: Flows;
  plugins: { plugin: AnyPlugin; ctx: AnyCtx }[];
  takeover_seconds: number;
  /** True while people wait for the processor: what follows a sign-in then waits, for a bounded time. */
  busy(): boolean;
}

export interface Relay {
  /** Ends after the round under way. */
  stop(): Promise<void>;
}

const POLL_MILLISECONDS = 2_000;
/** However busy it is: what follows a sign-in is not put off for longer than this. */
const PATIENCE_MILLISECONDS = 30_000;

export function startRelay(deps: RelayDeps): Relay {
  const { sql, log, metrics, temporal, busy } = deps;
  const handlers = new Map(deps.plugins.map(({ plugin, ctx }) => [plugin.name, { plugin, ctx }]));
  let stopped = false;
  let wake = () => {};
  let calmAt = Date.now();

  async function handOver(message: Message & { kind: "workflow" }): Promise<void> {
    const flow = await findFlow(sql, message.payload.flow_id);
    if (flow?.finished_at && message.payload.there) await temporal.nudge(flow);
    else if (flow && !flow.finished_at) {
      await temporal.wake(flow);
      await recordExecutor(sql, flow.flow_id, "temporal", "temporal_workflow");
      log.info("relay.handed_over", { flow_id: flow.flow_id, workflow: flow.workflow });
    }
  }

  async function announce(message: Message & { kind: "event" }): Promise<void> {
    const { event, plugin: name, payload } = message.payload;
    const found = handlers.get(name);
    const handler = found?.plugin.on?.[event as keyof NonNullable<AnyPlugin["on"]>];
    // A plugin that was switched off meanwhile no longer wants to know.
    if (found && handler) await (handler as (p: unknown, ctx: AnyCtx) => Promise<void>)(payload, found.ctx);
  }

  async function deliver(message: Message): Promise<void> {
    try {
      if (message.kind === "workflow") await handOver(message);
      else await announce(message);
      await settle(sql, [message.outbox_id]);
    } catch (error) {
      log.warn("relay.postponed", { kind: message.kind, attempts: message.attempts, error });
      await postpone(sql, message, describe(error));
    }
  }

  /** One look at what is due; true when there may be more. */
  async function round(): Promise<boolean> {
    if (!busy()) calmAt = Date.now();
    const low_priority = !busy() || Date.now() - calmAt > PATIENCE_MILLISECONDS;
    const messages = await claimMessages(sql, { workflows: temporal.ready(), low_priority });
    await Promise.all(messages.map(deliver));
    const due = await claimDue(sql, {
      temporal_up: temporal.ready(),
      takeover_seconds: deps.takeover_seconds,
    });
    await Promise.all(due.map((flow_id) => deps.flows.tellDirectly(flow_id)));
    return messages.length > 0 || due.length > 0;
  }

  async function run(): Promise<void> {
    while (!stopped) {
      let more = false;
      try {
        more = await round();
        if (!more) metrics.set("outbox_depth", await outboxDepth(sql));
      } catch (error) {
        log.warn("relay.round_failed", { error });
      }
      if (!more && !stopped) await nap();
    }
  }

  function nap(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MILLISECONDS);
      wake = () => (clearTimeout(timer), resolve());
    });
  }

  const listening = listen(sql, "outbox", () => wake());
  const running = run();
  return {
    async stop() {
      stopped = true;
      wake();
      await running;
      await (await listening).stop();
    },
  };
}
