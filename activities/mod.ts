/** Assembles the steps and stories that no single plugin owns, in the form of a plugin like any other. */
import { type AnyPlugin, definePlugin } from "../core/plugin.ts";
import { authenticationSaga } from "../workflows/authentication_saga.ts";
import { keyRotation } from "../workflows/key_rotation.ts";
import { sessionMonitor } from "../workflows/session_monitor.ts";
import { userLogin } from "../workflows/user_login.ts";
import { beginKeyRotation, rotate_signing_keys } from "./keys.ts";
import {
  assessRegistrationRisk,
  clear_registration_risk,
  finalise_registration,
  planRegistration,
} from "./registration.ts";
import { send_email } from "./send_email.ts";
import { check_challenge, check_session, close_session, watch_session } from "./session.ts";

/** @param plugins the others that are on: they contribute to a registration */
export function journeys(plugins: AnyPlugin[]): AnyPlugin {
  return definePlugin({
    name: "journeys",
    about:
      "Stories that span capabilities: registration, what follows a sign-in, the life of a session, the rotation of keys.",
    config: {},
    uses: ["mailer"],
    workflows: {
      file: new URL("../workflows/mod.ts", import.meta.url),
      names: [
        "AuthenticationSagaWorkflow",
        "KeyRotationWorkflow",
        "SessionMonitorWorkflow",
        "UserLoginWorkflow",
        "PingWorkflow",
      ],
    },
    stories: {
      AuthenticationSagaWorkflow: authenticationSaga,
      KeyRotationWorkflow: keyRotation,
      SessionMonitorWorkflow: sessionMonitor,
      UserLoginWorkflow: userLogin,
    },
    steps: {
      assess_registration_risk: assessRegistrationRisk(plugins),
      clear_registration_risk,
      plan_registration: planRegistration(plugins),
      finalise_registration,
      send_email,
      check_challenge,
      watch_session,
      check_session,
      close_session,
      rotate_signing_keys,
    },
    start: beginKeyRotation,
  });
}
