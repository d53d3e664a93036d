/** Who asks for a session, as every way of signing in hands it to `signIn`. */
import type { ClientEvidence } from "../client_evidence.ts";
import { deviceCookieName } from "../http/cookies.ts";
import type { CoreConfig } from "../config.ts";
import type { Call } from "../http/route.ts";
import type { Caller } from "./sign_in.ts";

const secretShape = /^[A-Za-z0-9_-]{43}$/;
/** One for each account that a browser was used for; the one not used for longest gives way. */
const secretsMax = 5;

export const readDeviceSecrets = (shown: string | undefined): string[] =>
  (shown ?? "").split(".", secretsMax).filter((one) => secretShape.test(one));

/** What a browser keeps from now on. */
export const writeDeviceSecrets = (added: string, kept: string[]): string =>
  [added, ...kept].slice(0, secretsMax).join(".");

/** Apps send it back as the sign-in's answer gave it to them: they have no cookies. */
export const deviceHeader = "flow-shield-device";

/** @param dpop_jkt of the key that was proven (RFC 9449 §6) */
export function callerOf(
  call: Pick<Call, "ip" | "user_agent" | "request_id" | "visitor" | "headers" | "cookies" | "locale"> & {
    client?: ClientEvidence;
  },
  core: Pick<CoreConfig, "backend_url">,
  dpop_jkt: string | null = null,
): Caller {
  const { ip, user_agent, request_id, visitor, headers, cookies, locale } = call;
  const shown = headers.get(deviceHeader) ?? cookies[deviceCookieName(core)];
  return {
    ip,
    user_agent,
    request_id,
    locale,
    renews: visitor?.via === "cookie" ? visitor.session_id : null,
    session_id: visitor?.session_id ?? null,
    device_secrets: readDeviceSecrets(shown),
    dpop_jkt,
    client: call.client ?? null,
  };
}
