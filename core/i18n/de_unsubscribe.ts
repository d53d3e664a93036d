/** Words of the page where mail that one may do without is left, in German. */
import type { unsubscribe as english } from "./en_unsubscribe.ts";

export const unsubscribe: typeof english = {
  in_mail: "Weniger Mail von uns",
  title: "Möchten Sie weniger Mail von uns?",
  lead:
    "Drücken Sie den Knopf, und wir schicken Ihnen nichts mehr, was Sie entbehren können. Codes, Links und Warnungen, die Ihr Konto braucht, kommen weiterhin.",
  submit: "Diese Mails abbestellen",
  left_title: "Diese Mails sind abbestellt",
  left: "Ab jetzt schicken wir Ihnen nur, was Ihr Konto braucht.",
  undo: "Doch wieder erhalten",
  back: "Sie erhalten sie wieder.",
};
