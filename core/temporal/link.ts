/** The service's line to Temporal: found, connected, watched, and never waited for beyond a limit. */
import { Client, Connection, WithStartWorkflowOperation, WorkflowNotFoundError } from "@temporalio/client";
import {
  type DataConverter,
  defineSearchAttributeKey,
  SearchAttributeType,
  TypedSearchAttributes,
} from "@temporalio/common";
import proto from "@temporalio/proto";
import type { CoreConfig } from "../config.ts";
import { workflowId } from "../flow/flow.ts";
import type { Log } from "../observe/log.ts";
import { clientInterceptor, withRequestId } from "./interceptors.ts";
import type { RunningWorker, WorkerState } from "./worker.ts";

export const TASK_QUEUE = "flow-shield";

export interface TellableFlow {
  flow_id: string;
  workflow: string;
  account_id: string | null;
  request_id: string | null;
}

export interface TemporalStatus {
  temporal_connected: boolean;
  namespace: string;
  address: string | null;
  /** Where the server came from: `configured`, `path`, `cache`, `download`, `build`; null while there is none. */
  source: string | null;
  /** The server's process, when it is ours and this is no production; for the tour that stops it. */
  pid: number | null;
  task_queue: string;
  worker: { state: WorkerState | "elsewhere" | "none"; last_error: string | null };
  /** What is being done about it, for people: `building Temporal …`. */
  progress: string | null;
  last_error: string | null;
  open_workflows: number | null;
}

export interface TemporalLink {
  /** True when a story handed over now will most likely be told. */
  ready(): boolean;
  /** Starts or joins the flow's workflow and waits for a milestone. @throws when not answered within the limit */
  reach(flow: TellableFlow, milestone: string): Promise<boolean>;
  /** Starts the flow's workflow, or wakes it. */
  wake(flow: TellableFlow): Promise<void>;
  /** Wakes the flow's workflow, if there is one. */
  nudge(flow: TellableFlow): Promise<void>;
  ping(text: string): Promise<{ workflow_id: string; answer: string; took_ms: number }>;
  status(): Promise<TemporalStatus>;
  client(): Client | null;
  stop(): Promise<void>;
}

export interface Located {
  address: string;
  source: string;
  /** Of a server that is our child; another one after a restart. */
  pid?(): number;
}

export interface LinkDeps {
  core: CoreConfig;
  log: Log;
  dataConverter: DataConverter;
  /** Finds or starts a server; asked again after a pause when it fails. Null: none is wanted. */
  locate: (() => Promise<Located>) | null;
  progress(): string | null;
  /** Runs this process's worker on a connected server; null in an API-only process. */
  startWorker: ((at: Located) => Promise<RunningWorker>) | null;
}

type FlowWorkflow = (input: { flow_id: string }) => Promise<string>;

const attributes = {
  UserId: defineSearchAttributeKey("UserId", SearchAttributeType.KEYWORD),
  FlowStatus: defineSearchAttributeKey("FlowStatus", SearchAttributeType.KEYWORD),
  RiskLevel: defineSearchAttributeKey("RiskLevel", SearchAttributeType.KEYWORD),
  CorrelationId: defineSearchAttributeKey("CorrelationId", SearchAttributeType.KEYWORD),
};

/** Of gRPC's status codes, those that say something about the server rather than the call. */
const grpcStatus = { DEADLINE_EXCEEDED: 4, FAILED_PRECONDITION: 9, UNAVAILABLE: 14 };

const CALL_MILLISECONDS = 5_000;
const WATCH_UP_MILLISECONDS = 5_000;
const WATCH_DOWN_MILLISECONDS = 1_000;

export function createTemporalLink(deps: LinkDeps): TemporalLink {
  const { core, log } = deps;
  let at: Located | null = null;
  let connection: Connection | null = null;
  let client: Client | null = null;
  let worker: RunningWorker | null = null;
  let up = false;
  let last_error: string | null = null;
  let stopped = false;
  let wakeWatch = () => {};

  function lost(error: unknown): void {
    last_error = shorten(error);
    if (up) log.warn("temporal.lost", { error });
    up = false;
    wakeWatch();
  }

  /** A call with a limit of its own: a stopped server answers nothing, not even an error. */
  async function within<T>(
    milliseconds: number,
    call: (client: Client, connection: Connection) => Promise<T>,
  ): Promise<T> {
    if (!client || !connection) throw new Error("Temporal is not connected");
    const [to, through] = [client, connection];
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      return await Promise.race([
        through.withDeadline(Date.now() + milliseconds, () => call(to, through)),
        new Promise<never>((_, reject) => {
          timer = setTimeout(
            () => reject(new Error(`Temporal did not answer in ${milliseconds} ms`)),
            milliseconds + 100,
          );
        }),
      ]);
    } finally {
      clearTimeout(timer);
    }
  }

  const startOptions = (flow: TellableFlow) => ({
    workflowId: workflowId(flow),
    taskQueue: TASK_QUEUE,
    args: [{ flow_id: flow.flow_id }] as [{ flow_id: string }],
    workflowIdConflictPolicy: "USE_EXISTING" as const,
    typedSearchAttributes: new TypedSearchAttributes([
      { key: attributes.FlowStatus, value: "running" },
      ...(flow.account_id ? [{ key: attributes.UserId, value: flow.account_id }] : []),
      ...(flow.request_id ? [{ key: attributes.CorrelationId, value: flow.request_id }] : []),
    ]),
  });

  async function ping(text: string) {
    const began = performance.now();
    const workflow_id = `PingWorkflow/${crypto.randomUUID()}`;
    const answer = await within(
      CALL_MILLISECONDS,
      (client) =>
        client.workflow.execute<(input: { text: string }) => Promise<string>>("PingWorkflow", {
          workflowId: workflow_id,
          taskQueue: TASK_QUEUE,
          args: [{ text }],
          workflowExecutionTimeout: "30 seconds",
          typedSearchAttributes: new TypedSearchAttributes([{ key: attributes.FlowStatus, value: "ping" }]),
        }),
    );
    return { workflow_id, answer, took_ms: Math.round(performance.now() - began) };
  }

  async function connect(): Promise<void> {
    at = await deps.locate!();
    connection = await Connection.connect({
      address: at.address,
      connectTimeout: "5 seconds",
      // Nothing is asked twice here: where there is no answer, the direct path is the better second try.
      interceptors: [],
      ...tlsOptions(core),
    });
    client = new Client({
      connection,
      namespace: core.temporal_namespace,
      dataConverter: deps.dataConverter,
      interceptors: { workflow: [clientInterceptor] },
    });
    await registerSearchAttributes(connection, core.temporal_namespace);
    worker = await deps.startWorker?.(at) ?? null;
  }

  /** Connects, then watches: up means that a workflow went through a worker and back. */
  async function watch(): Promise<void> {
    while (!stopped) {
      try {
        if (!client) await connect();
        if (up) await within(2_000, (_, { workflowService }) => workflowService.getSystemInfo({}));
        else {
          await ping("up?");
          up = true;
          last_error = null;
          log.info("temporal.connected", { address: at?.address, source: at?.source });
        }
      } catch (error) {
        lost(error);
      }
      await new Promise<void>((resolve) => {
        if (stopped) return resolve();
        const timer = setTimeout(resolve, up ? WATCH_UP_MILLISECONDS : WATCH_DOWN_MILLISECONDS);
        wakeWatch = () => up || stopped ? (clearTimeout(timer), resolve()) : undefined;
      });
    }
  }

  const watching = deps.locate ? watch() : Promise.resolve();

  async function told<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      // A server that refuses is there; one that does not answer may not be.
      if (isSilence(error)) lost(error);
      throw error;
    }
  }

  const reachOnce = (flow: TellableFlow, milestone: string) =>
    within(
      core.temporal_request_milliseconds,
      (client) =>
        client.workflow.executeUpdateWithStart<FlowWorkflow, boolean, [string]>("reach", {
          args: [milestone],
          startWorkflowOperation: new WithStartWorkflowOperation(flow.workflow, startOptions(flow)),
        }),
    );

  return {
    ready: () => up,
    reach: (flow, milestone) =>
      told(() =>
        withRequestId(flow.request_id ?? flow.flow_id, async () => {
          try {
            return await reachOnce(flow, milestone);
          } catch (error) {
            // Something else reached the workflow in the very task that answered; the task is done again, and the
            // update with it only if it is sent again.
            if (!isLostTask(error)) throw error;
            return await reachOnce(flow, milestone);
          }
        })
      ),
    wake: (flow) =>
      told(() =>
        withRequestId(
          flow.request_id ?? flow.flow_id,
          () =>
            within(CALL_MILLISECONDS, async (client) =>
              void await client.workflow.signalWithStart(flow.workflow, {
                ...startOptions(flow),
                signal: "poke",
                signalArgs: [],
              })),
        )
      ),
    nudge: (flow) =>
      told(() =>
        within(CALL_MILLISECONDS, async ({ workflow }) => {
          try {
            await workflow.getHandle(workflowId(flow)).signal("poke");
          } catch (error) {
            // It never came there, or has ended.
            if (!(error instanceof WorkflowNotFoundError)) throw error;
          }
        })
      ),
    ping: (text) => told(() => ping(text)),
    async status() {
      const open = up
        ? await within(1_000, (client) => client.workflow.count(`ExecutionStatus = "Running"`)).catch(() =>
          null
        )
        : null;
      return {
        temporal_connected: up,
        namespace: core.temporal_namespace,
        address: at?.address ?? core.temporal_address,
        source: at?.source ?? null,
        pid: core.production ? null : at?.pid?.() ?? null,
        task_queue: TASK_QUEUE,
        worker: {
          state: worker?.state() ?? (deps.startWorker ? "none" : "elsewhere"),
          last_error: worker?.lastError() ?? null,
        },
        progress: deps.progress(),
        last_error,
        open_workflows: open?.count ?? null,
      };
    },
    client: () => client,
    async stop() {
      stopped = true;
      wakeWatch();
      up = false;
      await worker?.stop();
      await Promise.race([watching, new Promise((resolve) => setTimeout(resolve, CALL_MILLISECONDS))]);
      await connection?.close();
    },
  };
}

/** Adds the attributes our workflows are found by; a server that has them already is left as it is. */
async function registerSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { IndexedValueType } = proto.temporal.api.enums.v1;
  await connection.withDeadline(Date.now() + CALL_MILLISECONDS, async () => {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = Object.keys(attributes).filter((name) => !(name in (customAttributes ?? {})));
    if (missing.length === 0) return;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(
        missing.map((name) => [name, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD]),
      ),
    });
  });
}

export function tlsOptions(core: CoreConfig): { tls?: object; apiKey?: string } {
  const read = (path: string | null) => path ? Deno.readFileSync(path) : undefined;
  const [crt, key] = [read(core.temporal_tls_cert_path), read(core.temporal_tls_key_path)];
  const wanted = core.temporal_tls || core.temporal_tls_ca_path || crt || core.temporal_api_key;
  if (!wanted) return {};
  return {
    tls: {
      serverRootCACertificate: read(core.temporal_tls_ca_path),
      serverNameOverride: core.temporal_tls_server_name ?? undefined,
      clientCertPair: crt && key ? { crt, key } : undefined,
    },
    apiKey: core.temporal_api_key ?? undefined,
  };
}

const codeOf = (error: unknown): unknown => {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return code ?? (cause ? codeOf(cause) : undefined);
};

const isLostTask = (error: unknown) => codeOf(error) === grpcStatus.FAILED_PRECONDITION;

/** No answer within the limit, or nobody there; as against an answer that says no. */
const isSilence = (error: unknown) => {
  const code = codeOf(error);
  return code === undefined || code === grpcStatus.DEADLINE_EXCEEDED || code === grpcStatus.UNAVAILABLE;
};

function shorten(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.split("\n")[0].slice(0, 200);
}
