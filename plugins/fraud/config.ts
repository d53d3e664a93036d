/** What an operator may set for `fraud`; variables are `FRAUD_…`. What follows from a score is a small table. */
import { boolean, choice, type ConfigOf, duration, integer, list, number, text } from "../../core/config.ts";

const row = (on: string, rows: string[]) =>
  list({
    default: rows,
    shape: "a row such as challenge>=0.4, review>=0.6 or deny>=0.97",
    pattern: /^(?:challenge|review|deny)>=(?:0\.\d{1,4}|1)$/,
    about:
      `What follows from which score ${on}; below all rows it is allowed, and of several the highest score counts.`,
  });

export const fraudConfig = {
  shadow: boolean({
    default: false,
    about: "Only note what would have been decided; nobody is challenged, put to review or refused.",
  }),
  local_addresses: choice({
    of: ["noted", "judged"],
    default: null,
    default_text: "noted in development, judged in production",
    about: "Whether requests from this machine and private networks are decided on, or only noted.",
  }),
  register: row("of a sign-up", ["challenge>=0.4", "review>=0.6", "deny>=0.97"]),
  sign_in: row("of a sign-in", ["challenge>=0.4", "review>=0.85", "deny>=0.97"]),
  reset_password: row("of a password reset", ["review>=0.6", "deny>=0.97"]),
  change_email: row("of a change of address", ["challenge>=0.3", "review>=0.6", "deny>=0.97"]),
  challenge_methods: list({
    default: ["mfa", "device_verification"],
    shape: "a method such as mfa, totp or device_verification",
    pattern: /^[a-z][a-z0-9_]{0,39}$/,
    about: "Which proofs a challenge takes: one of these, as far as the account has them.",
  }),
  deny_confidence_min: number({
    default: 0.3,
    min: 0,
    max: 1,
    about: "Nobody is refused on a score that can be relied on less than this; it is challenged or reviewed.",
  }),
  on_failure: choice({
    of: ["allow", "challenge", "deny"],
    default: "allow",
    about:
      "What happens to an act when nothing at all can be said of it, as when the evidence cannot be read.",
  }),
  model_milliseconds: duration({
    default: 20,
    unit: "milliseconds",
    min: 1,
    max: 1000,
    about: "A model that takes longer is not listened to: rules answer, and say so.",
  }),
  evidence_milliseconds: duration({
    default: 250,
    unit: "milliseconds",
    min: 10,
    max: 5000,
    about: "How long counters are waited for; then `on_failure` holds.",
  }),
  datacentre_list: text({
    default: null,
    length_max: 500,
    about: "File with networks of datacentres, one a line, such as 192.0.2.0/24.",
  }),
  tor_list: text({
    default: null,
    length_max: 500,
    about: "File with addresses of Tor exits, one a line.",
  }),
  asn_database: text({
    default: null,
    length_max: 500,
    about: "GeoIP database of providers (MaxMind DB), where GEOIP_DATABASE does not tell them.",
  }),
  mx_lookups: boolean({
    default: null,
    default_text: "on in production",
    about: "Whether it is asked, beside the request, if a mail domain takes mail.",
  }),
  retention_days: duration({
    default: 180,
    unit: "days",
    min: 31,
    max: 3650,
    about: "How long decisions and their evidence are kept.",
  }),
  train_days: duration({
    default: 7,
    unit: "days",
    min: 0,
    max: 365,
    about: "How often a model is trained anew, if there are new verdicts; 0: only when asked for.",
  }),
  simulated_rows: integer({
    default: 12_000,
    min: 0,
    max: 100_000,
    unit: "rows",
    about: "Simulated acts that are mixed into a training, so that a few verdicts do not spoil it.",
  }),
  models_kept: integer({
    default: 10,
    min: 2,
    max: 100,
    unit: "versions",
    about: "Models that can be gone back to.",
  }),
};

export type FraudConfig = ConfigOf<typeof fraudConfig>;
