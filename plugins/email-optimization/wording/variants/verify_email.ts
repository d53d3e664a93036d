import { groupCode } from "../../../../core/i18n/mail_text.ts";
import type { Variant } from "../variant.ts";

const kind = "verify_email";

export const verifyEmail: Variant[] = [
  {
    kind,
    variant: "code_first",
    about:
      "The code stands in the subject and above the button: for who signs up here and reads mail on a telephone.",
    code_first: true,
    texts: {
      en: (standard, { code }) =>
        code
          ? {
            subject: `${groupCode(code)} is your code`,
            preheader: "Type it where you signed up, or press the button in the mail.",
            paragraphs: [
              standard.paragraphs[0],
              "Thank you for signing up. One step is left.",
              standard.paragraphs[2],
            ],
            code_line: `Type this code where you signed up: ${groupCode(code)}`,
            button: "Or confirm by this button",
          }
          : {},
      de: (standard, { code }) =>
        code
          ? {
            subject: `${groupCode(code)} ist Ihr Code`,
            preheader: "Geben Sie ihn dort ein, wo Sie sich registriert haben, oder drücken Sie den Knopf.",
            paragraphs: [
              standard.paragraphs[0],
              "danke für Ihre Registrierung. Ein Schritt fehlt noch.",
              standard.paragraphs[2],
            ],
            code_line: `Geben Sie diesen Code dort ein, wo Sie sich registriert haben: ${groupCode(code)}`,
            button: "Oder mit diesem Knopf bestätigen",
          }
          : {},
    },
  },
  {
    kind,
    variant: "one_step_left",
    about: "Says what is gained, and that little is missing for it.",
    texts: {
      en: (standard, { site_name }) => ({
        subject: site_name ? `One step left for your ${site_name} account` : "One step left for your account",
        preheader: "Press once, and it is yours.",
        heading: "One step left",
        paragraphs: [
          standard.paragraphs[0],
          "Your account is made and waits for you. Press the button, and it is yours.",
          standard.paragraphs[2],
        ],
        button: "Open my account",
      }),
      de: (standard, { site_name }) => ({
        subject: site_name
          ? `Ein Schritt noch bis zu Ihrem Konto bei ${site_name}`
          : "Ein Schritt noch bis zu Ihrem Konto",
        preheader: "Ein Druck, und es gehört Ihnen.",
        heading: "Ein Schritt fehlt noch",
        paragraphs: [
          standard.paragraphs[0],
          "Ihr Konto ist angelegt und wartet auf Sie. Drücken Sie den Knopf, und es gehört Ihnen.",
          standard.paragraphs[2],
        ],
        button: "Mein Konto öffnen",
      }),
    },
  },
];
