/** Makes tokens and codes, and queues the mails that carry them: each mail has both, and both are new. */
import { Buffer } from "node:buffer";
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Sql } from "../../core/db/postgres.ts";
import type { Keys } from "../../core/keys/keys.ts";
import type { Ctx } from "../../core/plugin.ts";
import type { MailKind } from "../../core/services/mod.ts";
import { hashSecret } from "../../core/session/session.ts";
import type { VerificationConfig } from "./config.ts";
import { newCode } from "./rules.ts";
import { type EmailVerification, insertToken, renewCode } from "./verification.ts";

export type VerificationCtx = Ctx<VerificationConfig>;

/** A code has a million values, so its hash is keyed, and bound to its flow. */
export function hashCode(keys: Pick<Keys, "hmac">, flow_id: string, code: string): Uint8Array {
  return keys.hmac("email_code", `${flow_id}/${code}`);
}

export function isCode(
  keys: Pick<Keys, "hmacAll">,
  { flow_id, code_hash }: EmailVerification,
  code: string,
): boolean {
  return keys.hmacAll("email_code", `${flow_id}/${code}`).some((hash) =>
    hash.length === code_hash.length && timingSafeEqual(hash, code_hash)
  );
}

export const hashAddress = (keys: Pick<Keys, "hmac">, email_key: string) =>
  keys.hmac("email_code_address", email_key);

const kinds = {
  registration: { first: "verify_email", reminder: "verify_reminder" },
  email_change: { first: "email_change_verify", reminder: "email_change_verify" },
} as const satisfies Record<string, Record<string, MailKind>>;

/** Queues the mail of this number with its link; the verification already has the hash of `code`. */
export async function queueLetter(
  tx: Sql,
  ctx: VerificationCtx,
  verification: EmailVerification,
  code: string,
  reminder = false,
): Promise<void> {
  const token = Buffer.from(randomBytes(32)).toString("base64url");
  await insertToken(tx, verification.flow_id, hashSecret(token));
  const { flow_id, account_id, purpose, first_name, expires_at } = verification;
  await ctx.service("mailer").enqueue(tx, {
    kind: kinds[purpose][reminder ? "reminder" : "first"],
    to: verification.email,
    locale: verification.locale,
    dedupe_key: `verify_email/${flow_id}/${verification.sends}`,
    flow_id,
    account_id,
    request_id: verification.request_id,
    data: {
      url: `${ctx.core.frontend_url}/verify?token=${token}`,
      code,
      expires_at: expires_at.toISOString(),
      ...first_name ? { first_name } : {},
    },
    expires_at,
  });
}

/** One more mail: a reminder, or because somebody asked. False when it is not open, or has had enough. */
export async function sendAgain(
  tx: Sql,
  ctx: VerificationCtx,
  flow_id: string,
  { reminder }: { reminder: boolean },
): Promise<boolean> {
  const code = newCode();
  const renewed = await renewCode(tx, {
    flow_id,
    code_hash: hashCode(ctx.keys, flow_id, code),
    // The first, the reminders, and those that were asked for.
    sends_max: 3 + ctx.config.resends_max,
    reminder,
  });
  if (renewed) await queueLetter(tx, ctx, renewed, code, reminder);
  return renewed !== null;
}
