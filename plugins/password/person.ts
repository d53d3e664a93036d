/** What a person may be called, and the shapes of addresses and passwords in a body. */
import { z } from "zod";
import { Problem } from "../../core/http/problem.ts";
import { type EmailAddress, parseEmail } from "../../core/email_address.ts";

/**
 * Control and format characters (bidi overrides among them) forge what others read; brackets and addresses of web
 * pages in a name would make our mail carry somebody else's message to an address nobody has confirmed.
 */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}<>]|:\/\/|www\./iu;

function line(max: number, about: string) {
  return z.string().trim()
    .refine((text) => text.isWellFormed(), "must be well-formed text")
    .refine((text) => [...text].length <= max, `must have at most ${max} characters`)
    .refine((text) => !FORBIDDEN.test(text), "must be plain text on one line, without links")
    .transform((text) => text === "" ? null : text.normalize("NFC"))
    .nullable().optional().describe(about);
}

export const profileFields = {
  username: z.string().trim()
    .refine(
      (text) => text === "" || /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,31}$/u.test(text),
      "must be 1 to 32 letters, digits, . _ -",
    )
    .transform((text) => text === "" ? null : text.normalize("NFC"))
    .nullable().optional().describe("a display name; not unique"),
  first_name: line(64, "at most 64 characters, on one line"),
  last_name: line(64, "at most 64 characters, on one line"),
};

/** Its length is the policy's business, which has a code for it; this bound only keeps nonsense out. */
export const passwordField = z.string().min(1).max(4096)
  .refine((text) => text.isWellFormed(), "must be well-formed text")
  .meta({ format: "password" });

export const emailField = z.string().min(1).max(320).meta({ format: "email" });

/** @throws {Problem} 422 naming the field */
export function readEmail(text: string, field = "email"): EmailAddress {
  const parsed = parseEmail(text);
  if ("problem" in parsed) {
    throw new Problem(422, parsed.problem, parsed.detail, { fields: { [field]: parsed.detail } });
  }
  return parsed;
}
