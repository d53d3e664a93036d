/** Proves that a person reads an address: a link and a code in one mail, reminders, and an end. */
import { sweepAttempts } from "./code_attempt.ts";
import { definePlugin } from "../../core/plugin.ts";
import { pages } from "./pages/mod.tsx";
import { type VerificationConfig, verificationConfig } from "./config.ts";
import { resend } from "./routes/resend.ts";
import { verifyEmail } from "./routes/verify_email.ts";
import { createVerification } from "./service.ts";
import { activate_account, check_email_verification } from "./steps.ts";
import { callOffChanges } from "./call_off.ts";
import { emailChange, emailVerification } from "./stories.ts";

export default definePlugin<VerificationConfig>({
  name: "email-verification",
  about: "Proves that a person reads an address before an account is opened or moved there.",
  config: verificationConfig,
  migrations: new URL("./migrations/", import.meta.url),
  uses: ["mailer"],
  provides: { verification: createVerification },
  routes: [verifyEmail, resend],
  workflows: {
    file: new URL("./workflows.ts", import.meta.url),
    names: ["EmailVerificationWorkflow", "EmailChangeWorkflow"],
  },
  pages,
  islands: ["LiveStatus", "ResendButton"].map((name) => new URL(`./islands/${name}.tsx`, import.meta.url)),
  stories: { EmailVerificationWorkflow: emailVerification, EmailChangeWorkflow: emailChange },
  steps: { check_email_verification, activate_account },
  on: { "password.changed": callOffChanges },
  sweep: async (ctx) => void await sweepAttempts(ctx.sql),
});
