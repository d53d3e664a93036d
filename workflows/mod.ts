/** The journeys no single plugin owns, as Temporal runs them. The names are stored data: see names.json. */
import {
  defineSignal,
  defineUpdate,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from "@temporalio/workflow";
import { authenticationSaga } from "./authentication_saga.ts";
import { keyRotation } from "./key_rotation.ts";
import { workflowOf } from "./lib/temporal_teller.ts";
import { sessionMonitor } from "./session_monitor.ts";
import { userLogin } from "./user_login.ts";

export const AuthenticationSagaWorkflow = workflowOf(authenticationSaga);
export const KeyRotationWorkflow = workflowOf(keyRotation);
export const SessionMonitorWorkflow = workflowOf(sessionMonitor);

/** Further methods for a sign-in that is still open, such as `["mfa", "device_verification"]`. */
const requireFactors = defineUpdate<boolean, [{ methods: string[] }]>("require_factors");
const riskChanged = defineSignal<[{ methods: string[] }]>("risk_changed");

const { raise_challenge } = proxyLocalActivities<
  { raise_challenge(input: { flow_id: string; methods: string[] }): Promise<boolean> }
>({ startToCloseTimeout: "10 seconds", retry: { maximumInterval: "10 seconds", maximumAttempts: 20 } });

export const UserLoginWorkflow = workflowOf(userLogin, (flow_id) => {
  setHandler(requireFactors, ({ methods }) => raise_challenge({ flow_id, methods }));
  setHandler(riskChanged, async ({ methods }) => void await raise_challenge({ flow_id, methods }));
});

const { ping } = proxyActivities<{ ping(input: { text: string }): Promise<string> }>({
  startToCloseTimeout: "5 seconds",
  retry: { maximumAttempts: 3 },
});

/** Through the server, a worker and back: what `/temporal-ping` measures. */
export async function PingWorkflow(input: { text: string }): Promise<string> {
  return await ping(input);
}
