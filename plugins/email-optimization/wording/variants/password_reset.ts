import type { Variant } from "../variant.ts";

const kind = "password_reset";

export const passwordReset: Variant[] = [
  {
    kind,
    variant: "as_you_asked",
    about: "Says first that it was asked for, so that it is not taken for a trick.",
    texts: {
      en: (standard, { site_name }) => ({
        subject: site_name
          ? `The password link you asked ${site_name} for`
          : "The password link you asked for",
        preheader: "Not you? Then there is nothing to do.",
        paragraphs: [
          standard.paragraphs[0],
          "Here is the link to choose a new password. If you did not ask for it, leave this mail alone: nothing changes.",
          standard.paragraphs[2],
        ],
      }),
      de: (standard, { site_name }) => ({
        subject: site_name
          ? `Der Passwort-Link, den Sie bei ${site_name} angefordert haben`
          : "Der Passwort-Link, den Sie angefordert haben",
        preheader: "Nicht Sie? Dann ist nichts zu tun.",
        paragraphs: [
          standard.paragraphs[0],
          "hier ist der Link, mit dem Sie ein neues Passwort wählen. Haben Sie ihn nicht angefordert, lassen Sie diese E-Mail liegen: Es ändert sich nichts.",
          standard.paragraphs[2],
        ],
      }),
    },
  },
  {
    kind,
    variant: "short",
    about: "As few words as will do.",
    texts: {
      en: (standard) => ({
        subject: "Your password link",
        heading: "Your password link",
        paragraphs: [standard.paragraphs[0], standard.paragraphs[2]],
      }),
      de: (standard) => ({
        subject: "Ihr Passwort-Link",
        heading: "Ihr Passwort-Link",
        paragraphs: [standard.paragraphs[0], standard.paragraphs[2]],
      }),
    },
  },
];
