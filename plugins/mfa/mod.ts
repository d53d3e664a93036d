/** Second factors, passkeys and the way back when they are lost: gates on the act of signing in. */
import { definePlugin } from "../../core/plugin.ts";
import { docsPage } from "./docs/mod.tsx";
import { sweepUnconfirmed } from "./authenticator.ts";
import { userMfa } from "./commands/user_mfa.ts";
import { userRecovery } from "./commands/user_recovery.ts";
import { type MfaConfig, mfaConfig } from "./config.ts";
import { factors } from "./factors/mod.ts";
import { gates } from "./gate.ts";
import { sweepMailedCodes } from "./mailed_code.ts";
import { tellNewDevice } from "./new_device.ts";
import { pages } from "./pages/mod.ts";
import { sweepCeremonies } from "./passkey/ceremony.ts";
import { ask_recovery, carry_out_recovery, check_recovery, check_recovery_proof } from "./recovery/steps.ts";
import { routes } from "./routes/mod.ts";
import { factorRecovery } from "./stories.ts";
import { checkSettings } from "./settings.ts";
import { tips } from "./tips.ts";

export default definePlugin<MfaConfig>({
  name: "mfa",
  about: "Second factors, passkeys, step-up, and the way back for whoever has lost theirs.",
  config: mfaConfig,
  migrations: new URL("./migrations/", import.meta.url),
  uses: ["mailer"],
  routes,
  workflows: { file: new URL("./workflows.ts", import.meta.url), names: ["FactorRecoveryWorkflow"] },
  stories: { FactorRecoveryWorkflow: factorRecovery },
  steps: { ask_recovery, check_recovery_proof, check_recovery, carry_out_recovery },
  on: { "session.started": tellNewDevice },
  gates,
  factors,
  commands: { "user mfa": userMfa, "user recovery": userRecovery },
  pages: [docsPage, ...pages],
  tips,
  links: () => [{ href: "/account/factors", key: "factors" }],
  metrics: {
    mfa_answer_total: {
      kind: "counter",
      help: "Answers to challenges: right, wrong, or resting after too many wrong ones",
      labels: ["method", "result"],
    },
    mfa_passkey_refused_total: {
      kind: "counter",
      help: "Passkeys that were shown and not accepted, by what was wrong",
      labels: ["why"],
    },
    mfa_recovery_total: {
      kind: "counter",
      help: "Recoveries of lost factors: asked, waiting, cancelled, done",
      labels: ["event"],
    },
    mfa_session_disowned_total: {
      kind: "counter",
      help: "Sign-ins that their account's owner did not start",
    },
    mfa_factor_changed_total: {
      kind: "counter",
      help: "Factors that were added or removed",
      labels: ["type", "change"],
    },
  },
  async sweep({ sql }) {
    await sweepUnconfirmed(sql);
    await sweepMailedCodes(sql);
    await sweepCeremonies(sql);
  },
  start: (ctx) => Promise.resolve(checkSettings(ctx)),
});
