/** What a mail may say: the standard words of the catalogue, those of the files here, and those that were written later. */
import type { Sql } from "../../../core/db/postgres.ts";
import type { MailKind, MailWording } from "../../../core/services/mod.ts";
import { standardVariant } from "../experiments/experiment.ts";
import { approvedNames, findStored, rewritesOf } from "./stored_variant.ts";
import { type Variant, wordingFrom } from "./variant.ts";
import { passwordReset } from "./variants/password_reset.ts";
import { securityTips } from "./variants/security_tips.ts";
import { verifyEmail } from "./variants/verify_email.ts";
import { verifyReminder } from "./variants/verify_reminder.ts";
import { welcome } from "./variants/welcome.ts";

const written: Variant[] = [...verifyEmail, ...verifyReminder, ...passwordReset, ...welcome, ...securityTips];

/** Those that come with the service, beside the standard words. */
export const variantsOf = (kind: string): Variant[] => written.filter((one) => one.kind === kind);

/** All that may be sent, the standard first. */
export async function variantNames(sql: Sql, kind: string): Promise<string[]> {
  return [
    standardVariant,
    ...variantsOf(kind).map(({ variant }) => variant),
    ...await approvedNames(sql, kind),
  ];
}

/** Null: the standard words, also where a variant is not there any more. */
export async function wordingOf(
  sql: Sql,
  { kind, variant, locale }: { kind: MailKind; variant: string; locale: string },
): Promise<MailWording | null> {
  if (variant === standardVariant) return null;
  const found = variantsOf(kind).find((one) => one.variant === variant);
  if (found) return wordingFrom(found, locale);
  const stored = await findStored(sql, kind, variant);
  return stored?.state === "approved"
    ? wordingFrom({ ...stored, texts: rewritesOf(stored.texts) }, locale)
    : null;
}
