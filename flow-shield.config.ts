/** The capabilities that are on, each with its options. The environment wins over what is written here. */
import { configure, defineConfig } from "./core/plugin.ts";
import emailOptimization from "./plugins/email-optimization/mod.ts";
import emailVerification from "./plugins/email-verification/mod.ts";
import fraud from "./plugins/fraud/mod.ts";
import mfa from "./plugins/mfa/mod.ts";
import oauth2 from "./plugins/oauth2/mod.ts";
import password from "./plugins/password/mod.ts";
import securityTips from "./plugins/security-tips/mod.ts";

export default defineConfig({
  plugins: [
    // bcrypt_cost: 12, length_min: 8, reset_lifetime_minutes: 60 … see plugins/password/config.ts
    configure(password, {}),
    // code_lifetime_hours: 24 … see plugins/email-verification/config.ts
    configure(emailVerification, {}),
    // policy: "required", required_roles: ["operator"], recovery_hours: 72 … see plugins/mfa/config.ts
    configure(mfa, {}),
    // shadow: true, challenge_at: 0.3, deny_at: 0.97 … see plugins/fraud/config.ts
    configure(fraud, {}),
    // send_time: false, hold_hours: 12 … see plugins/email-optimization/config.ts
    configure(emailOptimization, {}),
    // digest: "everyone", every_days: 90 … see plugins/security-tips/config.ts
    configure(securityTips, {}),
    // registration: "auto", scopes: ["orders:read=See your orders"] … see plugins/oauth2/config.ts
    configure(oauth2, {}),
  ],
});
