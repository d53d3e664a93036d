/** What an operator may set for `password`; variables are `PASSWORD_…`. */
import { type ConfigOf, duration, integer, list, text, url } from "../../core/config.ts";

export const passwordConfig = {
  bcrypt_cost: integer({
    default: 12,
    min: 4,
    max: 16,
    about:
      "Work factor of a verifier; each step doubles it. At least 10 in production. Raised at the next login.",
  }),
  length_min: integer({
    default: 8,
    min: 8,
    max: 64,
    unit: "characters",
    about: "Shortest password, counted after NFKC.",
  }),
  length_max: integer({
    default: 256,
    min: 64,
    max: 1024,
    unit: "characters",
    about: "Longest password, counted after NFKC.",
  }),
  reset_lifetime_minutes: duration({
    default: 60,
    unit: "minutes",
    min: 5,
    max: 1440,
    about: "How long a reset link works.",
  }),
  reset_mails_per_hour_max: integer({
    default: 5,
    min: 1,
    max: 50,
    unit: "mails",
    about: "Reset links sent to one account in an hour; the last one sent stays good.",
  }),
  registrations_open_max: integer({
    default: 5,
    min: 1,
    max: 50,
    unit: "registrations",
    about: "Unconfirmed sign-ups, each with its own password and mail, that one address may have at once.",
  }),
  backoff_free_tries: integer({
    default: 5,
    min: 1,
    max: 100,
    unit: "attempts",
    about: "Wrong passwords for one account before each further one has to wait.",
  }),
  backoff_free_tries_per_source: integer({
    default: 20,
    min: 1,
    max: 1000,
    unit: "attempts",
    about: "Wrong passwords from one network address before each further one has to wait.",
  }),
  backoff_seconds_max: duration({
    default: 900,
    unit: "seconds",
    min: 1,
    max: 3600,
    about: "Longest wait after a wrong password; the first is 2 seconds, and each doubles.",
  }),
  backoff_forget_minutes: duration({
    default: 60,
    unit: "minutes",
    min: 1,
    max: 1440,
    about: "Wrong passwords are forgotten after this time without another.",
  }),
  breach_filter_file: text({
    default: null,
    shape: "a path",
    about:
      "Known passwords that are refused, as written by `main.ts passwords filter build`; without it, some 600,000 that are shipped.",
  }),
  breach_range_url: url({
    default: null,
    protocols: ["https", "http"],
    base: true,
    about:
      "Asked about every new password by five hex digits of its SHA-1, such as https://api.pwnedpasswords.com/range. Off without it; a password is accepted when nobody answers.",
  }),
  breach_range_private: list({
    default: [],
    shape: "a host, host:port or network such as 10.1.0.0/16",
    about: "Private addresses where that service may be.",
  }),
  breach_range_seconds: duration({
    default: 2,
    unit: "seconds",
    min: 1,
    max: 10,
    about: "How long it may take to answer.",
  }),
};

export type PasswordConfig = ConfigOf<typeof passwordConfig>;
