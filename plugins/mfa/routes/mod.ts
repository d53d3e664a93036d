import type { Route } from "../../../core/plugin.ts";
import { addEmailCode } from "./email_code.ts";
import { listFactors, removeFactor, renameFactor } from "./factors.ts";
import { addPasskeyRoute, beginPasskey } from "./passkeys.ts";
import { passkeyOptions, passkeySignIn } from "./passkey_sign_in.ts";
import { notMe } from "./not_me.ts";
import { askRecovery, cancelRecoveryRoute, confirmRecovery } from "./recovery.ts";
import { renewRecoveryCodes } from "./recovery_codes.ts";
import { addTotp, confirmTotp } from "./totp.ts";

export const routes: Route[] = [
  listFactors,
  renameFactor,
  removeFactor,
  passkeyOptions,
  passkeySignIn,
  beginPasskey,
  addPasskeyRoute,
  addTotp,
  confirmTotp,
  renewRecoveryCodes,
  addEmailCode,
  askRecovery,
  confirmRecovery,
  cancelRecoveryRoute,
  notMe,
];
