/** What an operator may set for `mfa`; variables are `MFA_…`. */
import { choice, type ConfigOf, duration, integer, list, text } from "../../core/config.ts";

export const mfaConfig = {
  policy: choice({
    of: ["optional", "required"],
    default: "optional",
    about: "Whether every account needs a second factor. Who has none sets one up at the next sign-in.",
  }),
  required_from: text({
    default: null,
    length_max: 30,
    shape: "a date such as 2027-01-31, which begins at midnight UTC",
    pattern: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
    about: "From when `required` holds; without it, at once.",
  }),
  required_roles: list({
    default: [],
    shape: "a role such as operator",
    pattern: /^[a-z][a-z0-9_-]{0,39}$/,
    about: "Roles whose accounts need a second factor, whatever the policy of others.",
  }),
  issuer_name: text({
    default: null,
    default_text: "SITE_NAME",
    length_max: 60,
    about: "What authenticator apps show beside the code.",
  }),
  attempts_max: integer({
    default: 10,
    min: 3,
    max: 100,
    unit: "attempts",
    about: "Wrong answers with one kind of factor of one account, over all sign-ins, before it has to rest.",
  }),
  attempts_rest_minutes: duration({
    default: 15,
    unit: "minutes",
    min: 1,
    max: 1440,
    about: "How long it then rests; other kinds go on.",
  }),
  rp_id: text({
    default: null,
    default_text: "the host of FRONTEND_URL",
    length_max: 253,
    shape: "a domain such as example.org",
    pattern: /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+)$/,
    about: "The domain that passkeys are for. Another one makes all there are useless.",
  }),
  origins: list({
    default: [],
    shape: "an origin such as https://app.example.org or android:apk-key-hash:…",
    about: "Where passkeys may be used besides FRONTEND_URL: apps of your own.",
  }),
  recovery_hours: duration({
    default: 72,
    unit: "hours",
    min: 1,
    max: 720,
    about: "How long a recovery of lost factors waits, and can be called off, before it is carried out.",
  }),
};

export type MfaConfig = ConfigOf<typeof mfaConfig>;
