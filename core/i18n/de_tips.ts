/** Die Durchsicht eines Kontos: was es sicherer machte, auf seiner Seite und in einer Mail. */
import type { tips as english, tipsMails as englishMails } from "./en_tips.ts";
import type { MailParams } from "./mail_text.ts";
import { tipLine, type TipParams, tipTitle } from "./tip_text.ts";

const one = ({ count }: TipParams) => count === "1";

const words: typeof english.words = {
  second_factor_missing: {
    title: () => "Fügen Sie einen zweiten Nachweis hinzu",
    text: () =>
      "Ein Passwort allein kann erraten oder anderswo gestohlen werden. Ein Passkey ist in einer Minute hinzugefügt.",
    link: "Anmeldewege",
  },
  recovery_codes_missing: {
    title: () => "Machen Sie sich Wiederherstellungscodes",
    text: () => "Geht das Gerät verloren, mit dem Sie sich anmelden, lässt ein Code auf Papier Sie ein.",
    link: "Codes machen",
  },
  recovery_codes_few: {
    title: ({ count }) =>
      count === "0"
        ? "Sie haben keinen Wiederherstellungscode mehr"
        : `Sie haben noch ${count} Wiederherstellungscode${count === "1" ? "" : "s"}`,
    text: () => "Machen Sie neue, bevor Sie sie brauchen. Die alten gelten dann nicht mehr.",
    link: "Neue Codes machen",
  },
  devices_unused: {
    title: (p) =>
      one(p)
        ? "Ein Gerät, das Sie nicht mehr benutzen, ist angemeldet"
        : `${p.count} Geräte, die Sie nicht mehr benutzen, sind angemeldet`,
    text: () =>
      "Ungenutzte Anmeldungen enden mit der Zeit von selbst. Beenden Sie sie gleich, wenn ein altes Telefon jemand anderem gehören könnte.",
    link: "Geräte ansehen",
  },
  apps_unused: {
    title: (p) =>
      one(p)
        ? "Eine App, die Sie nicht mehr benutzen, darf noch Ihre Daten sehen"
        : `${p.count} Apps, die Sie nicht mehr benutzen, dürfen noch Ihre Daten sehen`,
    text: () => "Was ein halbes Jahr lang nicht benutzt wurde, kann neu fragen, wenn Sie es brauchen.",
    link: "Apps ansehen",
  },
};

export const tips: typeof english = {
  title: "Durchsicht",
  lead: "Was Ihr Konto sicherer machte. Nachgesehen wird jedes Mal, wenn Sie diese Seite öffnen.",
  none: "Nichts zu tun",
  none_text: "Wir haben nachgesehen und nichts gefunden. Das ist gut so.",
  mail_title: "Per E-Mail",
  mail_text: (days) =>
    `Gibt es etwas zu tun, können wir Ihnen schreiben, höchstens alle ${days} Tage. Gibt es nichts, kommt keine Mail.`,
  mail_on: "Sie bekommen diese Mail.",
  mail_off: "Sie bekommen diese Mail nicht.",
  turn_on: "Schreiben Sie mir",
  turn_off: "Nicht mehr schreiben",
  saved: "Gespeichert.",
  words,
};

const count = (p: MailParams) => p.tips?.length ?? 0;

export const tipsMails: typeof englishMails = {
  security_tips: (p) => ({
    subject: count(p) === 1
      ? "Eines machte Ihr Konto sicherer"
      : `${count(p)} Dinge machten Ihr Konto sicherer`,
    preheader: p.tips?.[0] ? tipTitle(words, p.tips[0]) : "Ein Blick auf Ihr Konto.",
    heading: "Die Durchsicht Ihres Kontos",
    paragraphs: [
      p.name ? `Hallo ${p.name},` : "Hallo,",
      "wir haben nachgesehen, wie es um Ihr Konto steht, und etwas gefunden:",
      ...(p.tips ?? []).map((tip) => tipLine(words, tip)),
    ],
    button: "Durchsicht öffnen",
    code_line: null,
    footer:
      "Sie bekommen diese Mail, weil Sie darum gebeten haben oder weil der Betreiber dieses Dienstes sie allen schickt. Die Seite „Durchsicht“ stellt sie ab.",
  }),
};
