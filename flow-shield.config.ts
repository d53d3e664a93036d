/** The capabilities that are on, each with its options. The environment wins over what is written here. */
import { configure, defineConfig } from "./core/plugin.ts";
import emailVerification from "./plugins/email-verification/mod.ts";
import password from "./plugins/password/mod.ts";

export default defineConfig({
  plugins: [
    // bcrypt_cost: 12, length_min: 8, reset_lifetime_minutes: 60 … see plugins/password/config.ts
    configure(password, {}),
    // code_lifetime_hours: 24 … see plugins/email-verification/config.ts
    configure(emailVerification, {}),
  ],
});
