import type { Variant } from "../variant.ts";

const kind = "verify_reminder";

export const verifyReminder: Variant[] = [
  {
    kind,
    variant: "deadline",
    about: "Says in the subject that the time is running out.",
    texts: {
      en: (standard, { site_name }) => ({
        subject: site_name ? `Your ${site_name} sign-up ends soon` : "Your sign-up ends soon",
        preheader: "One press keeps it.",
        heading: "Your sign-up ends soon",
        button: "Keep my account",
        paragraphs: [standard.paragraphs[0], standard.paragraphs[2], "One press on the button keeps it."],
      }),
      de: (standard, { site_name }) => ({
        subject: site_name
          ? `Ihre Registrierung bei ${site_name} läuft bald ab`
          : "Ihre Registrierung läuft bald ab",
        preheader: "Ein Druck, und sie bleibt.",
        heading: "Ihre Registrierung läuft bald ab",
        button: "Mein Konto behalten",
        paragraphs: [
          standard.paragraphs[0],
          standard.paragraphs[2],
          "Ein Druck auf den Knopf, und sie bleibt.",
        ],
      }),
    },
  },
  {
    kind,
    variant: "help_offered",
    about: "Asks whether something went wrong, instead of urging.",
    texts: {
      en: (standard) => ({
        subject: "Did something go wrong?",
        preheader: "Your address is not confirmed yet. Here is a new link.",
        heading: "Did something go wrong?",
        paragraphs: [
          standard.paragraphs[0],
          "Your address is not confirmed yet. Perhaps the first mail was lost: here is a new button and a new code.",
          standard.paragraphs[2],
        ],
      }),
      de: (standard) => ({
        subject: "Hat etwas nicht geklappt?",
        preheader: "Ihre Adresse ist noch nicht bestätigt. Hier ist ein neuer Link.",
        heading: "Hat etwas nicht geklappt?",
        paragraphs: [
          standard.paragraphs[0],
          "Ihre Adresse ist noch nicht bestätigt. Vielleicht ging die erste E-Mail verloren: Hier sind ein neuer Knopf und ein neuer Code.",
          standard.paragraphs[2],
        ],
      }),
    },
  },
];
