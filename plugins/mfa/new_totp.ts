/** An authenticator app that is being set up. */
import { findById } from "../../core/account.ts";
import type { Sql } from "../../core/db/postgres.ts";
import { stringsFor } from "../../core/i18n/mod.ts";
import { insertAuthenticator } from "./authenticator.ts";
import type { MfaCtx } from "./ctx.ts";
import { otpauthUri, toBase32 } from "./totp.ts";
import { insertTotp } from "./totp_secret.ts";
import { z } from "zod";

export const newTotpSchema = z.object({
  authenticator_id: z.uuid(),
  secret: z.string().describe("base32 (RFC 4648 §6), to type where a QR code cannot be scanned"),
  otpauth_uri: z.string().describe("what a QR code carries"),
});
export type NewTotp = z.infer<typeof newTotpSchema>;

export const defaultTotpName = (locale: string): string => stringsFor(locale).mfa.totp.type;

/** Counts for nothing until a code of it was shown. */
export async function beginTotp(
  tx: Sql,
  ctx: MfaCtx,
  { account_id, name, authenticator_id }: { account_id: string; name: string; authenticator_id?: string },
): Promise<NewTotp> {
  const made = await insertAuthenticator(tx, {
    account_id,
    type: "totp",
    name,
    confirmed: false,
    authenticator_id,
  });
  const secret = await insertTotp(tx, ctx.keys, made.authenticator_id);
  return await shownOnce(tx, ctx, account_id, made.authenticator_id, secret);
}

export async function shownOnce(
  sql: Sql,
  { config, core }: Pick<MfaCtx, "config" | "core">,
  account_id: string,
  authenticator_id: string,
  secret: Uint8Array,
): Promise<NewTotp> {
  const account = await findById(sql, account_id);
  const issuer = config.issuer_name ?? core.site_name;
  return {
    authenticator_id,
    secret: toBase32(secret),
    otpauth_uri: otpauthUri({ secret, issuer, label: account?.email ?? issuer }),
  };
}
