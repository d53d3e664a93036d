import type { Factor } from "../../../core/plugin.ts";
import { enrollTotpFactor } from "./enroll_totp.ts";
import { deviceVerificationFactor, emailCodeFactor } from "./mailed.ts";
import { recoveryCodeFactor } from "./recovery_code.ts";
import { totpFactor } from "./totp.ts";

export const factors: Factor[] = [
  totpFactor,
  recoveryCodeFactor,
  emailCodeFactor,
  deviceVerificationFactor,
  enrollTotpFactor,
];
