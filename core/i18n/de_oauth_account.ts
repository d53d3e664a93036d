/** Wörter zu Abmelden, Geräten, verbundenen Apps und Angaben für Apps, auf Deutsch. */
import type { oauthAccount as english } from "./en_oauth_account.ts";

export const oauthAccount: typeof english = {
  may: "Sie darf",
  scopes: {
    openid: "wissen, dass Sie es sind",
    profile: "Ihren Namen und Ihr Profil sehen",
    email: "Ihre E-Mail-Adresse sehen",
    address: "Ihre Postanschrift sehen",
    phone: "Ihre Telefonnummer sehen",
    offline_access: "dies auch tun, wenn Sie nicht da sind",
  },
  logout: {
    title: "Abmelden?",
    lead: (app, who) =>
      `${
        app ? `${app} möchte Sie abmelden.` : "Sie sind dabei, sich abzumelden."
      } Sie sind angemeldet als ${who}.`,
    other: (app, who) =>
      `${
        app ?? "Eine App"
      } möchte jemand anderen abmelden, aber angemeldet sind Sie als ${who}. Trotzdem abmelden?`,
    submit: "Abmelden",
    stay: "Angemeldet bleiben",
    done: "Sie sind abgemeldet",
    done_lead: "Die Apps, die Sie benutzt haben, erfahren, dass Ihre Sitzung beendet ist.",
    telling: "Auch die Apps, die Sie benutzt haben, werden abgemeldet. Das dauert einen Moment.",
    frame: "Abmelden bei einer App",
    go_on: "Weiter",
    home: "Zur Startseite",
  },
  device: {
    title: "Gerät verbinden",
    lead: "Geben Sie den Code ein, den Ihr Gerät zeigt.",
    code: "Code auf dem Gerät",
    code_hint: "Acht Buchstaben, etwa BCDF-GHJK. Groß und klein, Leerzeichen und Strich sind gleich.",
    decide: (app) => `${app} verbinden?`,
    decide_lead: (who) => `Die App handelt dann als ${who}.`,
    warning:
      "Machen Sie nur weiter, wenn dieser Code auf einem Gerät vor Ihnen steht. Hat Ihnen jemand den Code oder den Link geschickt, will er in Ihr Konto.",
    app: "App",
    allow: "Verbinden",
    deny: "Nicht verbinden",
    allowed: "Verbunden",
    allowed_lead: "Gehen Sie zurück zu Ihrem Gerät; es macht in einigen Sekunden von selbst weiter.",
    denied: "Nicht verbunden",
    denied_lead: "Dem Gerät wurde abgesagt. Es hat nichts bekommen.",
  },
  apps: {
    title: "Verbundene Apps",
    lead: "Apps, denen Sie etwas erlaubt haben, und was.",
    empty: "Noch keine Apps",
    empty_text:
      "Wenn Sie sich mit diesem Konto bei einer App anmelden, steht sie hier, mit allem, was sie sehen und tun darf.",
    first_allowed: "Erlaubt seit",
    last_used: "Zuletzt benutzt",
    open: "Öffnen",
    revoke: "Trennen",
    revoke_app: (app) => `${app} trennen`,
    revoke_means:
      "Trennen beendet den Zugriff sofort. Die App fragt Sie wieder, wenn Sie sich das nächste Mal bei ihr anmelden.",
    revoked: "Getrennt. Die App hat keinen Zugriff mehr.",
  },
  about: {
    title: "Was Apps über Sie wissen dürfen",
    lead:
      "Alles ist freiwillig. Eine App sieht etwas davon erst, wenn Sie es ihr erlaubt haben; Name und Adresse stehen unter Profil.",
    person: "Über Sie",
    person_lead: "Für Apps, die Ihr Profil oder Ihre Telefonnummer sehen dürfen.",
    address: "Postanschrift",
    address_lead: "Für Apps, die Ihre Postanschrift sehen dürfen.",
    fields: {
      nickname: "Spitzname",
      middle_name: "Weitere Vornamen",
      gender: "Geschlecht",
      birthdate: "Geburtsdatum",
      zoneinfo: "Zeitzone",
      phone_number: "Telefonnummer",
      website: "Website",
      profile: "Seite über Sie",
      picture: "Bild",
      street_address: "Straße und Hausnummer",
      postal_code: "Postleitzahl",
      locality: "Ort",
      region: "Bundesland oder Region",
      country: "Land",
    },
    hints: {
      gender: "In Ihren Worten.",
      birthdate: "Etwa 1815-12-10; ohne das Jahr 0000-12-10.",
      zoneinfo: "Etwa Europe/Berlin.",
      phone_number: "Mit dem Land, etwa +49 30 901820. Apps erfahren, dass sie niemand geprüft hat.",
      picture: "Die Adresse eines Bildes, die mit https:// beginnt.",
    },
    address_problem: "Nehmen Sie einfachen Text, und nicht zu viel davon.",
  },
};

export const oauthFieldProblems = {
  user_code: "Der Code fehlt.",
  nickname: "Ein Spitzname hat höchstens 64 Zeichen in einer Zeile.",
  middle_name: "Diese Namen haben höchstens 64 Zeichen in einer Zeile.",
  gender: "Hier sind höchstens 40 Zeichen in einer Zeile möglich.",
  birthdate: "Schreiben Sie das Datum wie 1815-12-10, ohne das Jahr wie 0000-12-10.",
  zoneinfo: "Diese Zeitzone gibt es nicht. Schreiben Sie sie wie Europe/Berlin.",
  phone_number: "Schreiben Sie die Nummer mit dem Land, wie +49 30 901820.",
  website: "Schreiben Sie die ganze Adresse, beginnend mit https://.",
  profile: "Schreiben Sie die ganze Adresse, beginnend mit https://.",
  picture: "Schreiben Sie die ganze Adresse, beginnend mit https://.",
};

export const oauthProblems = {
  user_code_unknown:
    "Auf diesen Code wartet kein Gerät. Sehen Sie noch einmal auf das Gerät; Codes gelten einige Minuten.",
  logout_invalid: "Die App wollte etwas, das sie nicht angemeldet hat; Sie wurden nicht abgemeldet.",
};
