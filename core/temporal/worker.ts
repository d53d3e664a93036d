/** One worker for the workflows and activities of all plugins, kept running while the service runs. */
import { readFile } from "node:fs/promises";
import { NativeConnection, Runtime, Worker } from "@temporalio/worker";
import type { DataConverter } from "@temporalio/common";
import type { CoreConfig } from "../config.ts";
import type { Log } from "../observe/log.ts";
import { activityInterceptor } from "./interceptors.ts";
import { TASK_QUEUE, tlsOptions } from "./link.ts";

export type WorkerState = "starting" | "running" | "draining" | "stopped" | "failed";

export interface RunningWorker {
  state(): WorkerState;
  lastError(): string | null;
  /** Takes no new work, finishes what it has, ends. */
  stop(): Promise<void>;
}

// deno-lint-ignore no-explicit-any -- activities have different arguments
export type Activities = Record<string, (input: any) => Promise<unknown>>;

export interface WorkerDeps {
  core: CoreConfig;
  log: Log;
  dataConverter: DataConverter;
  activities: Activities;
  bundle(): Promise<string>;
}

const RESTART_MILLISECONDS = 2_000;
let installed = false;

/** Once per process, before the first worker: our log, and no signal handlers of its own. */
function installRuntime(log: Log): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    shutdownSignals: [],
    logger: {
      log: (level, message) => log.debug("temporal.sdk", { sdk_level: level, message }),
      trace: () => {},
      debug: () => {},
      info: (message) => log.debug("temporal.sdk", { message }),
      warn: (message, meta) => log.debug("temporal.sdk", { message, error: meta?.error }),
      error: (message, meta) => log.warn("temporal.sdk", { message, error: meta?.error }),
    },
    telemetryOptions: { logging: { filter: "ERROR", forward: {} } },
  });
}

/** Starts a worker and starts it again whenever it ends by itself. */
export function startWorker(deps: WorkerDeps, at: { address: string }): RunningWorker {
  const { core, log } = deps;
  let state: WorkerState = "starting";
  let last_error: string | null = null;
  let worker: Worker | null = null;
  let stopping = false;
  let wake = () => {};

  async function runOnce(): Promise<void> {
    installRuntime(log);
    const code = await readFile(await deps.bundle(), "utf8");
    const connection = await NativeConnection.connect({ address: at.address, ...tlsOptions(core) });
    try {
      worker = await Worker.create({
        connection,
        namespace: core.temporal_namespace,
        taskQueue: TASK_QUEUE,
        workflowBundle: { code },
        activities: deps.activities,
        dataConverter: deps.dataConverter,
        interceptors: { activity: [() => ({ inbound: activityInterceptor })] },
        // Bounds for a small machine: memory is what cached workflows cost.
        maxCachedWorkflows: 200,
        workflowThreadPoolSize: 1,
        maxConcurrentWorkflowTaskExecutions: 20,
        maxConcurrentLocalActivityExecutions: 20,
        maxConcurrentActivityTaskExecutions: 20,
        shutdownGraceTime: "8 seconds",
        shutdownForceTime: "12 seconds",
      });
      if (stopping) return;
      state = "running";
      last_error = null;
      log.info("worker.running", { task_queue: TASK_QUEUE });
      await worker.run();
    } finally {
      worker = null;
      await connection.close();
    }
  }

  async function keepRunning(): Promise<void> {
    while (!stopping) {
      try {
        await runOnce();
      } catch (error) {
        state = "failed";
        last_error = error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : "unknown";
        log.error("worker.failed", { error });
      }
      if (!stopping) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, RESTART_MILLISECONDS);
          wake = () => (clearTimeout(timer), resolve());
        });
      }
    }
    state = "stopped";
  }

  const running = keepRunning();
  return {
    state: () => state,
    lastError: () => last_error,
    async stop() {
      stopping = true;
      state = "draining";
      wake();
      if (worker?.getState() === "RUNNING") worker.shutdown();
      await running;
    },
  };
}
