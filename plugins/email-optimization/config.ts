/** What an operator may set for `email-optimization`; variables are `EMAIL_OPTIMIZATION_…`. */
import { boolean, choice, type ConfigOf, duration, integer, list } from "../../core/config.ts";
import { webhookSettings } from "./webhooks/settings.ts";

export const emailConfig = {
  send_time: boolean({
    default: true,
    about: "Whether mail that may wait goes at the hour at which its reader is likely about.",
  }),
  hold_hours: duration({
    default: 20,
    unit: "hours",
    min: 1,
    max: 72,
    about: "No mail waits longer for a better hour.",
  }),
  mx_lookups: boolean({
    default: null,
    default_text: "on in production",
    about: "Whether it is asked, before a mail is sent, if its domain takes mail.",
  }),
  dkim: choice({
    of: ["published", "always", "never"],
    default: "published",
    about:
      "When mail is signed by the service's own key: once its record is found in DNS, in any case, or not at all.",
  }),
  sending_addresses: list({
    default: [],
    shape: "an IP address such as 192.0.2.10",
    pattern: /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$|^(?=.*:)[0-9a-fA-F.:]{2,45}$/,
    about:
      "Public addresses that mail leaves from, where they are not those of SMTP_SERVER: for doctor mail alone.",
  }),
  generator_cents: integer({
    default: 200,
    min: 0,
    max: 100_000,
    unit: "cents",
    about:
      "What proposing wordings may cost in a month, where there is a key of OpenAI or Anthropic; 0: nothing is asked.",
  }),
  retention_days: duration({
    default: 180,
    unit: "days",
    min: 31,
    max: 3650,
    about: "How long decisions about mail and what came of them are kept.",
  }),
  ...webhookSettings,
};

export type EmailConfig = ConfigOf<typeof emailConfig>;
