/** What browsers send of a ceremony, as JSON (Web Authentication Level 3 §5.1), each part with a bound. */
import { Buffer } from "node:buffer";
import { z } from "zod";

const base64url = (max: number) => z.string().regex(/^[A-Za-z0-9_-]+$/, "is not base64url").min(1).max(max);
/** §6.1: at most 1,023 bytes. */
const credentialId = base64url(1364);
/** From authenticators that are there, up to a few hundred bytes. */
const clientDataJSON = base64url(4000);

const shared = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal("public-key"),
  authenticatorAttachment: z.enum(["platform", "cross-platform"]).nullish(),
  clientExtensionResults: z.looseObject({}).optional(),
};

export const assertionSchema = z.looseObject({
  ...shared,
  response: z.looseObject({
    clientDataJSON,
    authenticatorData: base64url(4000),
    signature: base64url(2000),
    userHandle: base64url(128).nullish(),
  }),
}).meta({ id: "AuthenticationResponseJSON" });

export const attestationSchema = z.looseObject({
  ...shared,
  response: z.looseObject({
    clientDataJSON,
    attestationObject: base64url(20_000),
    transports: z.array(z.string().max(20)).max(8).optional(),
  }),
}).meta({ id: "RegistrationResponseJSON" });

export type Assertion = z.infer<typeof assertionSchema>;

/**
 * The challenge that a browser says it has signed; null when it says none, or was asked inside a page of somebody else's.
 * Only looked up by it: checked later.
 */
export function challengeOf(client_data: string): string | null {
  try {
    const { challenge, crossOrigin, topOrigin } = JSON.parse(
      Buffer.from(client_data, "base64url").toString(),
    );
    // §7.1 steps 10 and 11, §7.2 steps 13 and 14: none of our pages is shown in a frame.
    if (crossOrigin || topOrigin !== undefined) return null;
    return typeof challenge === "string" && /^[A-Za-z0-9_-]{43}$/.test(challenge) ? challenge : null;
  } catch {
    return null;
  }
}

/** RFC 8176: `hwk` cannot leave its device, `swk` is kept in an account of its owner's; `mfa`: its user was verified. */
export const amrOf = (backup_eligible: boolean, user_verified: boolean): string[] => [
  backup_eligible ? "swk" : "hwk",
  "user",
  ...user_verified ? ["mfa"] : [],
];
