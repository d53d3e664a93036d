/** How a sign-in's outcome looks on the wire; one shape for every method. */
import { deviceCookieName } from "../http/cookies.ts";
import type { CoreConfig } from "../config.ts";
import type { Answer, Cookie } from "../http/route.ts";
import { assessmentShape, refused, shownAssessment } from "./assessment.ts";
import type { SignInOutcome } from "./sign_in.ts";
import { z } from "zod";

export const signInOutcomeSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("session"),
    /** Present for `transport: "token"`. */
    access_token: z.string().optional(),
    refresh_token: z.string().optional(),
    token_type: z.enum(["Bearer", "DPoP"]).optional(),
    expires_in: z.int().describe("seconds"),
    session_id: z.uuid(),
    acr: z.string(),
    amr: z.array(z.string()).describe("RFC 8176"),
    device_token: z.string().optional().describe(
      "keep it, and send it as Flow-Shield-Device with later sign-ins: this device is then known",
    ),
    method: z.string().describe(
      "`temporal_workflow` or `direct_login`: who carries what follows the sign-in",
    ),
    ...assessmentShape,
  }),
  z.object({
    kind: z.literal("challenge"),
    challenge_id: z.uuid(),
    methods: z.array(z.string()),
    expires_at: z.iso.datetime(),
    ...assessmentShape,
  }),
]).meta({ id: "SignInOutcome" });

/** As long as browsers keep a cookie (RFC 6265bis §5.5). */
const deviceSeconds = 400 * 86_400;

/** `denied` is a problem like any other; the reason stays in the log. */
export function renderOutcome(
  outcome: SignInOutcome,
  method: string,
  core: Pick<CoreConfig, "backend_url" | "production">,
): Answer {
  const shown = shownAssessment(outcome.assessment, core);
  if (outcome.kind === "denied") {
    throw refused("sign_in_denied", "This sign-in was refused.", outcome.assessment, core);
  }
  if (outcome.kind === "challenge") {
    const { kind, challenge_id, methods, expires_at } = outcome;
    return {
      status: 200,
      body: { kind, challenge_id, methods, expires_at: expires_at.toISOString(), ...shown },
    };
  }
  const { session, tokens, cookie, device_secrets } = outcome;
  const device: Cookie[] = cookie && device_secrets
    ? [{ name: deviceCookieName(core), value: device_secrets, max_age_seconds: deviceSeconds }]
    : [];
  return {
    status: 200,
    body: {
      kind: "session",
      ...(tokens ?? { expires_in: cookie?.max_age_seconds }),
      session_id: session.session_id,
      acr: session.acr,
      amr: session.amr,
      ...(device_secrets && !cookie ? { device_token: device_secrets } : {}),
      method,
      ...shown,
    },
    cookies: cookie ? [cookie, ...device] : undefined,
  };
}
