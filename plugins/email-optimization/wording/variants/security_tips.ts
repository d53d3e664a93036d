import { stringsFor } from "../../../../core/i18n/mod.ts";
import { tipTitle } from "../../../../core/i18n/tip_text.ts";
import type { MailParams } from "../../../../core/i18n/mail_text.ts";
import type { Variant } from "../variant.ts";

const kind = "security_tips";
/** The gravest stands first. */
const first = (locale: string, { tips }: MailParams) =>
  tips?.[0] ? tipTitle(stringsFor(locale).tips.words, tips[0]) : null;

export const securityTips: Variant[] = [
  {
    kind,
    variant: "first_named",
    about: "Names the one thing that matters most.",
    texts: {
      en: (standard, params) => ({
        subject: first("en", params) ?? standard.subject,
        preheader: "Found in the check-up of your account.",
        button: "Do it now",
      }),
      de: (standard, params) => ({
        subject: first("de", params) ?? standard.subject,
        preheader: "Gefunden bei der Durchsicht Ihres Kontos.",
        button: "Jetzt erledigen",
      }),
    },
  },
  {
    kind,
    variant: "two_minutes",
    about: "Says how little time it takes.",
    texts: {
      en: (_, { site_name }) => ({
        subject: site_name ? `Two minutes for your ${site_name} account` : "Two minutes for your account",
        preheader: "What to do, and where.",
        heading: "Two minutes for your account",
      }),
      de: (_, { site_name }) => ({
        subject: site_name ? `Zwei Minuten für Ihr Konto bei ${site_name}` : "Zwei Minuten für Ihr Konto",
        preheader: "Was zu tun ist, und wo.",
        heading: "Zwei Minuten für Ihr Konto",
      }),
    },
  },
];
