/** Was oben auf den Seiten eines Kontos steht, wenn es etwas zu sagen gibt. */
import type { notices as english } from "./en_notices.ts";

export const notices: typeof english = {
  label: "Bitte beachten",
  mail_bounces: {
    text: ({ email, since }) =>
      `Post an ${email} kommt seit dem ${since} zurück; Codes und Warnungen erreichen Sie also nicht. Ändern Sie die ` +
      `Adresse, oder sehen Sie nach, ob das Postfach voll ist.`,
    link: "Adresse ändern",
  },
};
