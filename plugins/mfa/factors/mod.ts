import type { Factor } from "../../../core/plugin.ts";
import { enrollTotpFactor } from "./enroll_totp.ts";
import { deviceVerificationFactor, emailCodeFactor } from "./mailed.ts";
import { enrollPasskeyFactor } from "./enroll_passkey.ts";
import { passkeyFactor } from "./passkey.ts";
import { recoveryCodeFactor } from "./recovery_code.ts";
import { totpFactor } from "./totp.ts";

export const factors: Factor[] = [
  passkeyFactor,
  totpFactor,
  recoveryCodeFactor,
  emailCodeFactor,
  deviceVerificationFactor,
  enrollPasskeyFactor,
  enrollTotpFactor,
];
