/** Hands the request id that came with the start on to every activity and child. */
import type { Headers, WorkflowInterceptorsFactory } from "@temporalio/workflow";

export const interceptors: WorkflowInterceptorsFactory = () => {
  let carried: Headers = {};
  const withCarried = <I extends { headers: Headers }>(input: I): I => ({
    ...input,
    headers: { ...carried, ...input.headers },
  });
  return {
    inbound: [{
      execute(input, next) {
        if (input.headers.request_id) carried = { request_id: input.headers.request_id };
        return next(input);
      },
    }],
    outbound: [{
      scheduleActivity: (input, next) => next(withCarried(input)),
      scheduleLocalActivity: (input, next) => next(withCarried(input)),
      startChildWorkflowExecution: (input, next) => next(withCarried(input)),
      continueAsNew: (input, next) => next(withCarried(input)),
    }],
  };
};
