import type { Variant } from "../variant.ts";

const kind = "welcome";

export const welcome: Variant[] = [
  {
    kind,
    variant: "first_step",
    about: "Names one thing to do first: a second way to sign in.",
    texts: {
      en: (standard, { site_name }) => ({
        subject: site_name
          ? `Your ${site_name} account is ready: one thing to do first`
          : "One thing to do first",
        preheader: "A minute now saves a locked-out evening later.",
        heading: "Your account is ready",
        paragraphs: [
          standard.paragraphs[0],
          "Your address is confirmed. One thing is worth a minute now: add a second way to sign in, so that a lost password does not lock you out.",
          standard.paragraphs[2],
        ],
        button: "Look at my account",
      }),
      de: (standard, { site_name }) => ({
        subject: site_name
          ? `Ihr Konto bei ${site_name} ist bereit: eines zuerst`
          : "Ihr Konto ist bereit: eines zuerst",
        preheader: "Eine Minute jetzt erspart einen ausgesperrten Abend.",
        heading: "Ihr Konto ist bereit",
        paragraphs: [
          standard.paragraphs[0],
          "Ihre Adresse ist bestätigt. Eines lohnt jetzt eine Minute: Fügen Sie einen zweiten Weg zur Anmeldung hinzu, damit ein verlorenes Passwort Sie nicht aussperrt.",
          standard.paragraphs[2],
        ],
        button: "Mein Konto ansehen",
      }),
    },
  },
  {
    kind,
    variant: "plain",
    about: "Only what has happened, without thanks or offers.",
    texts: {
      en: (standard, { site_name }) => ({
        subject: site_name ? `Your ${site_name} account is active` : "Your account is active",
        heading: "Your account is active",
        paragraphs: [standard.paragraphs[0], "Your address is confirmed. You can sign in now."],
        button: "Sign in",
      }),
      de: (standard, { site_name }) => ({
        subject: site_name ? `Ihr Konto bei ${site_name} ist aktiv` : "Ihr Konto ist aktiv",
        heading: "Ihr Konto ist aktiv",
        paragraphs: [standard.paragraphs[0], "Ihre Adresse ist bestätigt. Sie können sich jetzt anmelden."],
        button: "Anmelden",
      }),
    },
  },
];
