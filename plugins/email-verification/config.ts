/** What an operator may set for `email-verification`; variables are `EMAIL_VERIFICATION_…`. */
import { type ConfigOf, duration, integer } from "../../core/config.ts";

export const verificationConfig = {
  code_lifetime_hours: duration({
    default: 24,
    unit: "hours",
    min: 1,
    max: 168,
    about: "How long link and code work; afterwards a sign-up is deleted and its address is free.",
  }),
  code_attempts_max: integer({
    default: 5,
    min: 3,
    max: 10,
    unit: "attempts",
    about:
      "Wrong codes for one address before a new mail has to be asked for; three times as many in a lifetime.",
  }),
  resends_max: integer({
    default: 5,
    min: 1,
    max: 20,
    unit: "mails",
    about: "Mails one request may ask for again, and one address in an hour.",
  }),
  first_reminder_hours: duration({
    default: 3,
    unit: "hours",
    min: 0,
    max: 167,
    about: "When the first reminder is sent; 0 sends none.",
  }),
  second_reminder_hours: duration({
    default: 20,
    unit: "hours",
    min: 0,
    max: 167,
    about: "When the second reminder is sent; 0 sends none.",
  }),
};

export type VerificationConfig = ConfigOf<typeof verificationConfig>;
