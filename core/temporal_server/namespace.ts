// When a Temporal server can be used: it answers, and its namespace is known to every part of it.
import { Connection, isGrpcServiceError } from "@temporalio/client";
import { msToTs } from "@temporalio/common/lib/time.js";

const frontendService = "temporal.api.workflowservice.v1.WorkflowService";
/** Of gRPC's health protocol. */
const serving = 1;
// Of gRPC.
const notFound = 5;
const alreadyExists = 6;

/**
 * Waits until the server at `address` answers, registers the namespace if it is missing, and waits until workflows can
 * be started in it.
 *
 * @param options.retention_days for how long closed workflows are kept in a namespace that is registered now.
 * @throws Error after `limit_ms`, with the last failure as its cause; the reason of `signal`, at once.
 */
export async function waitForNamespace(options: {
  address: string;
  namespace: string;
  retention_days: number;
  limit_ms: number;
  signal: AbortSignal;
}): Promise<void> {
  const { address, namespace, signal } = options;
  const until = Date.now() + options.limit_ms;
  // gRPC's own first connection would wait longer and longer between its attempts, and a call before the server is
  // healthy fills its log with stack traces; so a plain connection first, then the question it expects.
  await retry(until, signal, "listens", async () => {
    const [hostname, port] = splitAddress(address);
    (await Deno.connect({ hostname, port })).close();
  });
  const connection = Connection.lazy({ address });
  try {
    const service = connection.workflowService;
    const call = <T>(act: () => Promise<T>) => connection.withDeadline(Date.now() + 3_000, act);
    await retry(until, signal, "is healthy", async () => {
      const health = await call(() => connection.healthService.check({ service: frontendService }));
      if (health.status !== serving) throw new Error(`health ${health.status}`);
    });
    await retry(
      until,
      signal,
      `has the namespace ${namespace}`,
      () =>
        call(() => service.describeNamespace({ namespace })).catch(async (error) => {
          if (!hasCode(error, notFound)) throw error;
          await call(() =>
            service.registerNamespace({
              namespace,
              workflowExecutionRetentionPeriod: msToTs(options.retention_days * 86_400_000),
            })
          ).catch((error) => {
            if (!hasCode(error, alreadyExists)) throw error;
          });
        }),
    );
    // Each part has its own copy of the list of namespaces, and learns of a new one a little later.
    await retry(until, signal, `can use the namespace ${namespace}`, async () => {
      await call(() =>
        service.describeTaskQueue({ namespace, taskQueue: { name: "ready" }, taskQueueType: 1 })
      );
      await call(() => service.describeWorkflowExecution({ namespace, execution: { workflowId: "ready" } }))
        .catch((error) => {
          // The answer of a part that knows the namespace and looked for the workflow.
          if (!hasCode(error, notFound) || !/workflow/i.test(error.message)) throw error;
        });
    });
  } finally {
    await connection.close();
  }
}

async function retry<T>(until: number, signal: AbortSignal, what: string, act: () => Promise<T>): Promise<T> {
  while (true) {
    signal.throwIfAborted();
    try {
      return await act();
    } catch (cause) {
      signal.throwIfAborted();
      if (Date.now() > until) throw new Error(`waited in vain until Temporal ${what}`, { cause });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function hasCode(error: unknown, code: number): boolean {
  return isGrpcServiceError(error) && error.code === code;
}

function splitAddress(address: string): [string, number] {
  const colon = address.lastIndexOf(":");
  return [address.slice(0, colon), Number(address.slice(colon + 1))];
}
