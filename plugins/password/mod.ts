/** Accounts with a password: sign-up, sign-in, recovery, and the account's own page of the API. */
import type { Events } from "../../core/events/catalogue.ts";
import { definePlugin } from "../../core/plugin.ts";
import { breachFilter } from "./breach.ts";
import { passwordsFilter } from "./commands/passwords_filter.ts";
import { type PasswordConfig, passwordConfig } from "./config.ts";
import { setVerifier } from "./credential.ts";
import { passwordDocs } from "./docs/mod.tsx";
import { passwordFactor } from "./factor.ts";
import { sweepBackoff } from "./login_backoff.ts";
import { openReset } from "./open_reset.ts";
import { pages } from "./pages/mod.ts";
import { describeRegistration } from "./registration.ts";
import { closeResets } from "./reset.ts";
import { analyze } from "./routes/analyze.ts";
import { confirmReset } from "./routes/confirm_reset.ts";
import { getMe } from "./routes/get_me.ts";
import { getRequests } from "./routes/get_requests.ts";
import { login, loginOlderName } from "./routes/login.ts";
import { putMe } from "./routes/put_me.ts";
import { register, registerOlderName } from "./routes/register.ts";
import { registrationStatusRoute } from "./routes/registration_status.ts";
import { requestReset } from "./routes/request_reset.ts";
import { type PasswordCtx, runtimeOf } from "./runtime.ts";
import { ai_password_security_ml } from "./steps/analysis.ts";
import { apply_password, revoke_sessions } from "./steps/change.ts";
import { adopt, create_account, remove_account } from "./steps/registration.ts";
import { check_password_reset, open_password_reset } from "./steps/reset.ts";
import { passwordReset, passwordResetConfirmation, userRegistration } from "./stories.ts";

/** Who reads the old mailbox must not use a link that was sent there before. */
async function voidLinks({ account_id }: Events["account.email_changed"], ctx: PasswordCtx): Promise<void> {
  await ctx.sql.begin(async (tx) => {
    for (const flow_id of await closeResets(tx, account_id)) await ctx.flows.poke(tx, flow_id);
  });
}

export default definePlugin<PasswordConfig>({
  name: "password",
  about: "Sign-up, sign-in and recovery with a password, and what an account can change about itself.",
  config: passwordConfig,
  migrations: new URL("./migrations/", import.meta.url),
  uses: ["mailer"],
  provides: {
    passwords: (ctx) => ({
      set: setVerifier,
      adopt,
      openReset: (tx, request) => openReset(tx, ctx, request),
    }),
    registrations: () => ({ describe: describeRegistration }),
  },
  routes: [
    register,
    registerOlderName,
    registrationStatusRoute,
    login,
    loginOlderName,
    requestReset,
    confirmReset,
    analyze,
    getMe,
    putMe,
    getRequests,
  ],
  workflows: {
    file: new URL("./workflows.ts", import.meta.url),
    names: ["UserRegistrationWorkflow", "PasswordResetWorkflow", "PasswordResetConfirmationWorkflow"],
  },
  stories: {
    UserRegistrationWorkflow: userRegistration,
    PasswordResetWorkflow: passwordReset,
    PasswordResetConfirmationWorkflow: passwordResetConfirmation,
  },
  steps: {
    ai_password_security_ml,
    create_account,
    remove_account,
    open_password_reset,
    check_password_reset,
    apply_password,
    revoke_sessions,
  },
  provisioning: [{ step: "ai_password_security_ml" }],
  factors: [passwordFactor],
  on: { "account.email_changed": voidLinks },
  health: {
    hash: (ctx) => {
      const { waiting } = runtimeOf(ctx).queue;
      const full = waiting >= ctx.core.hash_queue_max;
      return Promise.resolve({
        up: !full,
        essential: false,
        detail: full ? `${waiting} passwords wait to be hashed; more are told to come back` : undefined,
      });
    },
  },
  metrics: {
    password_login_total: {
      kind: "counter",
      help: "Sign-ins with a password: session, challenge, denied, wrong, unverified, backed_off",
      labels: ["result"],
    },
    password_hash_waiting: { kind: "gauge", help: "Passwords that wait to be hashed" },
    password_hash_refused_total: {
      kind: "counter",
      help: "Requests refused because the hash queue was full",
    },
    password_analysis_total: {
      kind: "counter",
      help: "Passwords whose strength was asked for, by who answered: model, rules",
      labels: ["answered_by"],
    },
    password_range_total: {
      kind: "counter",
      help: "New passwords that a service of breached ones was asked about: found, clear, failed",
      labels: ["result"],
    },
    password_rehashed_total: { kind: "counter", help: "Passwords stored anew with another cost or key" },
  },
  commands: { "passwords filter": passwordsFilter },
  pages: [...pages, passwordDocs],
  sweep: async (ctx) => void await sweepBackoff(ctx.sql),
  busy: (ctx) => runtimeOf(ctx).queue.waiting > 0,
  async beside(ctx) {
    // The library of the model stops everything for a quarter of a second: better now than in somebody's sign-up.
    if (ctx.core.production) await runtimeOf(ctx).judge.open();
    return null;
  },
  async start(ctx) {
    if (ctx.core.production && ctx.config.bcrypt_cost < 10) {
      throw new Error(`PASSWORD_BCRYPT_COST: expected 10..16 in production, got ${ctx.config.bcrypt_cost}`);
    }
    await breachFilter(ctx.config.breach_filter_file);
  },
});
