/** Carries the request id from the request into workflows, and from there into the log lines of activities. */
import { AsyncLocalStorage } from "node:async_hooks";
import { defaultPayloadConverter, type Headers } from "@temporalio/common";
import type { WorkflowClientInterceptor } from "@temporalio/client";
import type { ActivityInboundCallsInterceptor } from "@temporalio/worker";

const current = new AsyncLocalStorage<string>();

/** The request whose work is being done; null outside any. */
export const currentRequestId = (): string | null => current.getStore() ?? null;

export const withRequestId = <T>(request_id: string, work: () => T): T => current.run(request_id, work);

const headerOf = (): Headers => {
  const request_id = currentRequestId();
  return request_id ? { request_id: defaultPayloadConverter.toPayload(request_id) } : {};
};

export const clientInterceptor: WorkflowClientInterceptor = {
  signalWithStart: (input, next) => next({ ...input, headers: { ...input.headers, ...headerOf() } }),
  start: (input, next) => next({ ...input, headers: { ...input.headers, ...headerOf() } }),
  startUpdateWithStart: (input, next) =>
    next({ ...input, workflowStartHeaders: { ...input.workflowStartHeaders, ...headerOf() } }),
};

export const activityInterceptor: ActivityInboundCallsInterceptor = {
  execute(input, next) {
    const carried = input.headers.request_id;
    if (!carried) return next(input);
    return withRequestId(String(defaultPayloadConverter.fromPayload(carried)), () => next(input));
  },
};
