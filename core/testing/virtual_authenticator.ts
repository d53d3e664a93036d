/** A browser's own pretended authenticator (WebDriver's extension of Web Authentication Level 3 §11, over CDP). */
import type { Page } from "./browser.ts";

export interface VirtualAuthenticatorOptions {
  /** `internal`: of the device; `usb`: a key that is plugged in. Default `internal`. */
  transport?: "internal" | "usb";
  /** Its user can show a PIN or a finger. Default true. */
  verifies?: boolean;
  /** Its passkeys may be copied to other devices. Default true. */
  synced?: boolean;
}

export interface VirtualAuthenticator {
  /** Ids of the credentials it keeps, as base64url. */
  credentials(): Promise<string[]>;
  /** As its owner would in the settings of the device. */
  forget(): Promise<void>;
  /** Whether its user is there and agrees; without, a prompt stays open until it is cancelled. */
  present(here: boolean): Promise<void>;
  /** Whether the PIN or finger is right. */
  verified(right: boolean): Promise<void>;
  remove(): Promise<void>;
}

/** Every prompt of the page's browser tab is answered by it from now on. */
export async function virtualAuthenticator(
  page: Page,
  { transport = "internal", verifies = true, synced = true }: VirtualAuthenticatorOptions = {},
): Promise<VirtualAuthenticator> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport,
      hasResidentKey: true,
      hasUserVerification: verifies,
      isUserVerified: verifies,
      automaticPresenceSimulation: true,
      defaultBackupEligibility: synced,
      defaultBackupState: synced,
    },
  });
  return {
    async credentials() {
      const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
      return credentials.map(({ credentialId }) =>
        credentialId.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
      );
    },
    forget: async () => void await cdp.send("WebAuthn.clearCredentials", { authenticatorId }),
    present: async (enabled) =>
      void await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled }),
    verified: async (isUserVerified) =>
      void await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    remove: async () => void await cdp.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId }),
  };
}
