/// <reference lib="dom" />
/** What a browser does with passkeys (Web Authentication Level 3), and what its refusals mean to a person. */
import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
} from "@simplewebauthn/browser";
import type { Strings } from "../types.ts";

export type PasskeyWords = Strings["islands"]["passkey"];
/** Which words say what happened. */
export type PasskeyFault = Exclude<keyof PasskeyWords, "waiting" | "use">;

export const supported = browserSupportsWebAuthn;
export const canFillIn = browserSupportsWebAuthnAutofill;
export const stopAsking = () => WebAuthnAbortService.cancelCeremony();

/** The service's answer cannot be used; `text` is its own words. */
export class OptionsRefused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** @throws {OptionsRefused}; TypeError when there is no connection */
export async function askOptions(path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
    credentials: "same-origin",
    signal: AbortSignal.timeout(15_000),
  });
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw new OptionsRefused(typeof json.code === "string" ? json.code : `http_${answer.status}`);
  }
  return json.options;
}

/** Shows the browser's dialogue, or with `fill_in` offers passkeys where the user name is typed. Answers JSON. */
export async function show(options: unknown, fill_in = false): Promise<string> {
  const optionsJSON = options as PublicKeyCredentialRequestOptionsJSON;
  return JSON.stringify(await startAuthentication({ optionsJSON, useBrowserAutofill: fill_in }));
}

export async function create(options: unknown): Promise<string> {
  const optionsJSON = options as PublicKeyCredentialCreationOptionsJSON;
  return JSON.stringify(await startRegistration({ optionsJSON }));
}

/** Null when somebody else has taken over, so that there is nothing to say. */
export function faultOf(error: unknown): PasskeyFault | null {
  if (error instanceof OptionsRefused) return "failed";
  if (error instanceof WebAuthnError) {
    if (error.code === "ERROR_CEREMONY_ABORTED") return null;
    if (error.code === "ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED") return "there_already";
    if (error.code === "ERROR_INVALID_DOMAIN" || error.code === "ERROR_INVALID_RP_ID") return "wrong_place";
    if (/^ERROR_AUTHENTICATOR_(MISSING|NO)_/.test(error.code)) return "unsuitable";
  }
  const name = error instanceof Error ? error.name : "";
  // Browsers do not tell a press of "cancel" from a key that is not there (§14.5.1): to say more would guess.
  if (name === "NotAllowedError") return "cancelled";
  if (name === "AbortError") return null;
  if (name === "TimeoutError" || name === "TypeError") return "no_connection";
  return "failed";
}
