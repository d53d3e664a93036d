/** How an authenticator looks on the wire. */
import { z } from "zod";
import type { Authenticator } from "./authenticator.ts";

export interface PasskeyDetails {
  aaguid: string;
  /** What its maker calls it; null: not known. */
  provider: string | null;
  synced: boolean;
}

export const authenticatorSchema = z.object({
  authenticator_id: z.uuid(),
  type: z.enum(["totp", "passkey", "email_code"]),
  name: z.string(),
  created_at: z.iso.datetime(),
  last_used_at: z.iso.datetime().nullable(),
  passkey: z.object({
    aaguid: z.uuid().describe("the model of authenticator; all zeros: not told"),
    provider: z.string().nullable(),
    synced: z.boolean().describe("copied to other devices of its owner"),
  }).optional(),
}).meta({ id: "Authenticator" });

export function showAuthenticator(
  { authenticator_id, type, name, created_at, last_used_at }: Authenticator,
  passkey?: PasskeyDetails,
): z.infer<typeof authenticatorSchema> {
  return {
    authenticator_id,
    type,
    name,
    created_at: created_at.toISOString(),
    last_used_at: last_used_at?.toISOString() ?? null,
    ...passkey ? { passkey } : {},
  };
}

/** What its owner calls it: one line, 1 to 60 characters. */
export const nameField = z.string().trim().min(1).max(60)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]*$/u, "on one line");

export const recoveryCodesField = z.array(z.string())
  .describe("ten, such as 7K2M-9QXT-04RB-VYWD; shown here and never again");
