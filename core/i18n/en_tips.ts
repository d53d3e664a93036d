/** The check-up of an account: what would make it safer, on its page and in a mail. */
import type { MailParams, MailText } from "./mail_text.ts";
import { tipLine, type TipParams, tipTitle } from "./tip_text.ts";

const devices = ({ count }: TipParams) => count === "1" ? "A device" : `${count} devices`;
const apps = ({ count }: TipParams) => count === "1" ? "An app" : `${count} apps`;

/** By the code that a plugin gives its tip. */
const words = {
  second_factor_missing: {
    title: () => "Add a second way to show that it is you",
    text: () =>
      "A password alone can be guessed, or taken from another site. A passkey takes a minute to add.",
    link: "Sign-in methods",
  },
  recovery_codes_missing: {
    title: () => "Make recovery codes",
    text: () => "If you lose the device you sign in with, a code on paper lets you in.",
    link: "Make codes",
  },
  recovery_codes_few: {
    title: ({ count }: TipParams) =>
      count === "0"
        ? "You have no recovery code left"
        : `You have ${count} recovery code${count === "1" ? "" : "s"} left`,
    text: () => "Make new ones before you need them. The old ones end with that.",
    link: "Make new codes",
  },
  devices_unused: {
    title: (p: TipParams) => `${devices(p)} you no longer use ${p.count === "1" ? "is" : "are"} signed in`,
    text: () =>
      "Unused sign-ins end by themselves in time. End them now if an old phone may have another owner.",
    link: "Look at the devices",
  },
  apps_unused: {
    title: (p: TipParams) => `${apps(p)} you no longer use may still see your data`,
    text: () => "What was not used for half a year can ask again when you need it.",
    link: "Look at the apps",
  },
};

export const tips = {
  title: "Check-up",
  lead: "What would make your account safer. It is looked at each time you open this page.",
  none: "Nothing to do",
  none_text: "We have looked, and have nothing to say. That is good.",
  mail_title: "By mail",
  mail_text: (days: number) =>
    `If there is something to do, we can write to you, at most every ${days} days. Nothing to do, no mail.`,
  mail_on: "You get this mail.",
  mail_off: "You do not get this mail.",
  turn_on: "Write to me",
  turn_off: "Write no more",
  saved: "Saved.",
  words,
};

const count = (p: MailParams) => p.tips?.length ?? 0;

export const tipsMails = {
  security_tips: (p: MailParams): MailText => ({
    subject: count(p) === 1
      ? "One thing would make your account safer"
      : `${count(p)} things would make your account safer`,
    preheader: p.tips?.[0] ? tipTitle(words, p.tips[0]) : "A look at your account.",
    heading: "Your account's check-up",
    paragraphs: [
      p.name ? `Hello ${p.name},` : "Hello,",
      "we have looked at how your account is kept, and found something to do:",
      ...(p.tips ?? []).map((tip) => tipLine(words, tip)),
    ],
    button: "Open the check-up",
    code_line: null,
    footer:
      "You get this mail because you asked for it, or because whoever runs this service sends it to all. The check-up page turns it off.",
  }),
};
