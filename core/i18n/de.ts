import { fraud, fraudNav, fraudProblems, refused } from "./de_fraud.ts";
import { challenge, mfa, mfaFieldProblems, mfaIslands, mfaProblems } from "./de_mfa.ts";
import { mailDomain, messageScore } from "./de_deliverability.ts";
import { email, emailFieldProblems, emailNav, emailProblems } from "./de_email.ts";
import { notices } from "./de_notices.ts";
import { mfaMails } from "./de_mfa_mails.ts";
import { oauth, oauthWayProblems } from "./de_oauth.ts";
import { oauthAccount, oauthFieldProblems, oauthProblems } from "./de_oauth_account.ts";
import { formatsFor } from "./format.ts";
import { passwordIslands, passwords } from "./de_passwords.ts";
import { tips, tipsMails } from "./de_tips.ts";
import { unsubscribe } from "./de_unsubscribe.ts";
import { groupCode, type MailParams } from "./mail_text.ts";
import type { Strings } from "./mod.ts";

const format = formatsFor("de");
const hello = (p: MailParams) => p.name ? `Hallo ${p.name},` : "Guten Tag,";
const good_for = (p: MailParams) => format.duration(p.expires_in_seconds ?? 86_400);
const at = (p: MailParams) => p.when ? ` am ${format.dateTime(p.when)}` : "";

export const de: Strings = {
  locale: "de",
  language: "Deutsch",
  format,
  app: {
    name: "Flow Shield",
    description: "Registrieren, anmelden, wiederherstellen: übersteht Neustarts, auf eigener Maschine.",
  },
  shell: {
    skip: "Zum Inhalt springen",
    home_link: "Flow Shield, Startseite",
    main_nav: "Hauptmenü",
    tour: "Rundgang",
    status: "Status",
    docs: "API-Doku",
    inbox: "Posteingang",
    operate: "Betrieb",
    sign_in: "Anmelden",
    sign_up: "Konto anlegen",
    sign_out: "Abmelden",
    account_menu: (name) => `Konto von ${name}`,
    language: "Sprache",
    theme: "Darstellung",
    themes: { system: "Auto", light: "Hell", dark: "Dunkel" },
    footer: "Selbst betrieben. Die Konten bleiben auf dieser Maschine.",
  },
  common: {
    optional: "freiwillig",
    back: "Zurück",
    continue: "Weiter",
    cancel: "Abbrechen",
    save: "Speichern",
    error_summary: "Bitte noch einmal ansehen",
    or: "oder",
    none: "keine",
    never: "nie",
    unknown: "unbekannt",
    what_next: "Wie es weitergeht",
    new_window: "öffnet in neuem Fenster",
  },
  fields: {
    email: "E-Mail-Adresse",
    new_email: "Neue E-Mail-Adresse",
    password: "Passwort",
    new_password: "Neues Passwort",
    current_password: "Bisheriges Passwort",
    first_name: "Vorname",
    last_name: "Nachname",
    username: "Benutzername",
    code: "Sechsstelliger Code",
    password_hint:
      "Mindestens 8 Zeichen. Ein paar Wörter hintereinander sind gut; jedes Zeichen ist erlaubt.",
    code_hint: "Er steht in der E-Mail unter dem Knopf.",
  },
  field_problems: {
    email: "Es fehlt eine Adresse. Schreiben Sie sie wie name@example.com.",
    password: "Es fehlt das Passwort.",
    new_password: "Es fehlt das neue Passwort.",
    current_password: "Es fehlt Ihr bisheriges Passwort.",
    code: "Der Code hat sechs Ziffern, wie in der E-Mail.",
    username: "Ein Benutzername hat 1 bis 32 Buchstaben, Ziffern, Punkte, Binde- oder Unterstriche.",
    first_name: "Ein Name hat höchstens 64 Zeichen, auf einer Zeile und ohne Links.",
    last_name: "Ein Name hat höchstens 64 Zeichen, auf einer Zeile und ohne Links.",
    ...oauthFieldProblems,
    ...mfaFieldProblems,
    ...emailFieldProblems,
  },
  home: {
    title: "Willkommen",
    lead_title: "Registrierungen, die ankommen, was auch ausfällt.",
    lead:
      "Flow Shield ist ein Anmeldedienst, den Sie selbst betreiben. Jede Anfrage wird zuerst notiert und dann Schritt für Schritt ausgeführt, sodass ein Absturz mittendrin nichts verliert.",
    create: "Ein Konto anlegen",
    look_around: "Zum Rundgang",
    signed_in: (name) => `Sie sind angemeldet als ${name}.`,
    to_account: "Zum Konto",
    tour_title: "Der Rundgang",
    tour_lead: "Acht Stationen, etwa sechs Minuten. Alles geschieht auf dieser Maschine.",
    done: "erledigt",
    /** Where plugins lead, by the key of their link. */
    links: {
      demo: {
        title: "Bei einer App anmelden",
        text:
          "Neben diesem Dienst läuft eine Demo-App. Melden Sie sich dort mit Ihrem Konto an, und sehen Sie die Token, die sie bekommt.",
        link: "Demo-App öffnen",
      },
      factors: {
        title: "Ohne Passwort anmelden",
        text:
          "Fügen Sie einen Passkey hinzu, melden Sie sich ab und mit ihm wieder an. Oder eine Authenticator-App: Dann genügt ein Passwort allein nicht mehr.",
        link: "Passkey hinzufügen",
      },
    },
    stops: {
      create: {
        title: "Ein Konto anlegen",
        text: "Eine erfundene Adresse wie ada@example.com genügt: Keine E-Mail verlässt diese Maschine.",
        link: "Konto anlegen",
      },
      inbox: {
        title: "Die E-Mail lesen",
        text: "Sie liegt im Posteingang dieser Maschine, so wie ein Mailprogramm sie zeigen würde.",
        text_real: "Sie geht über den eingerichteten Mailserver an die Adresse, die Sie angegeben haben.",
        link: "Posteingang öffnen",
      },
      verify: {
        title: "Die Adresse bestätigen",
        text:
          "Drücken Sie den Knopf in der E-Mail oder tippen Sie die sechs Ziffern ab. Die offene Seite bemerkt es von selbst.",
        link: "Code eingeben",
      },
      account: {
        title: "Das Konto ansehen",
        text:
          "Profil, Passwort, angemeldete Geräte und Ihre Anfragen mit jedem Schritt, den sie gegangen sind.",
        link: "Konto öffnen",
      },
      status: {
        title: "Sehen, was läuft",
        text: "Postgres, Temporal, sein Worker und die Post, jeweils in Worten.",
        link: "Status öffnen",
      },
      docs: {
        title: "Die API aufrufen",
        text:
          "Die Seiten, die Sie eben benutzt haben, sind ihre Clients. Jeder Aufruf lässt sich im Browser probieren.",
        link: "API-Doku lesen",
      },
      unplug: {
        title: "Jetzt Temporal anhalten und zusehen",
        text:
          "Registrieren Sie sich noch einmal, während es nicht antwortet. Die Schritte werden direkt ausgeführt, die E-Mail kommt trotzdem, und wenn Temporal zurück ist, übernimmt es den Rest. Die Anfragen des Kontos nennen den Weg einer jeden.",
        command_label: "In einem zweiten Terminal; hält Temporal eine Minute lang an:",
        link: "Status beobachten",
      },
    },
  },
  sign_up: {
    title: "Konto anlegen",
    lead: "Eine Adresse, ein Passwort. Mit einer E-Mail stellen wir sicher, dass die Adresse Ihnen gehört.",
    add_name: "Namen angeben",
    name_why: "Für die Anrede in E-Mails. Das geht auch später.",
    submit: "Konto anlegen",
    have_account: "Schon ein Konto?",
    sign_in: "Anmelden",
    next: {
      written: "Ihre Anfrage wird notiert",
      written_text: "Ab hier geht nichts mehr verloren, auch nicht bei Stromausfall.",
      mail: "Eine E-Mail macht sich auf den Weg",
      mail_text: "Mit einem Knopf und einem sechsstelligen Code. Beide gelten 24 Stunden.",
      confirm: "Sie bestätigen und melden sich an",
      confirm_text: "Ohne Bestätigung wird die Adresse wieder frei.",
    },
  },
  /** On the way to an app. */
  for_app: {
    lead: "Um weiterzugehen zu",
    logo: (app) => `Logo von ${app}`,
    policy: "Datenschutz",
    terms: "Nutzungsbedingungen",
    again: (email) =>
      `Sie sind angemeldet als ${email}. Die App möchte, dass Sie noch einmal zeigen, dass Sie es sind.`,
  },
  sign_in: {
    title: "Anmelden",
    lead: "Schön, dass Sie wieder da sind.",
    submit: "Anmelden",
    forgot: "Passwort vergessen?",
    no_account: "Neu hier?",
    sign_up: "Konto anlegen",
    session_ended: "Ihre Sitzung ist beendet. Melden Sie sich an, um dort weiterzumachen, wo Sie waren.",
    signed_out: "Sie sind abgemeldet.",
    aside_title: "Worauf wir achten",
    aside: {
      private: "Ihr Passwort wird nie gespeichert",
      private_text: "Nur ein Hash davon, und es steht in keinem Protokoll.",
      sessions: "Sie sehen jedes Gerät",
      sessions_text: "Ihr Konto nennt sie mit Adresse und Zeit und meldet jedes davon sofort ab.",
      lockout: "Niemand sperrt Sie aus",
      lockout_text: "Raten bremst nur den, der rät. Offene Sitzungen bleiben offen.",
    },
  },
  check_mail: {
    title: "Sehen Sie in Ihre Post",
    lead: (email) =>
      `Wir schicken eine E-Mail an ${email}. Drücken Sie den Knopf darin oder tippen Sie den Code hier ein.`,
    lead_bare: "Tippen Sie die angegebene Adresse ein und den Code aus unserer E-Mail an sie.",
    unverified:
      "Ihre Adresse ist noch nicht bestätigt. Tippen Sie den Code aus unserer E-Mail ein oder fordern Sie hier eine neue an.",
    submit: "Adresse bestätigen",
    no_mail: "Noch keine E-Mail?",
    no_mail_text: "Sehen Sie im Spam-Ordner nach und prüfen Sie die Schreibweise der Adresse.",
    other_address: "Andere Adresse verwenden",
    open_inbox: "Posteingang dieser Maschine öffnen",
    progress: "Stand",
  },
  verify: {
    title: "Adresse bestätigen",
    lead: "Ein Druck, und Ihr Konto ist aktiv.",
    lead_email: (email) => `Ein Druck, und ${email} ist bestätigt.`,
    submit: "Adresse bestätigen",
    why: "Das Öffnen dieser Seite hat noch nichts geändert: Manche Mailprogramme öffnen Links vor Ihnen.",
    no_token:
      "Dieser Link ist unvollständig. Öffnen Sie ihn noch einmal aus der E-Mail oder tippen Sie den Code ein.",
    use_code: "Stattdessen den Code eingeben",
  },
  verified: {
    title: "Ihre Adresse ist bestätigt",
    lead: "Ihr Konto ist aktiv. Melden Sie sich mit dem gewählten Passwort an.",
    lead_signed_in: "Ihr Konto ist aktiv und Sie sind angemeldet.",
    changed: "Ab jetzt melden Sie sich mit der neuen Adresse an.",
    sign_in: "Anmelden",
    to_account: "Zum Konto",
  },
  forgot: {
    title: "Passwort vergessen?",
    lead: "Nennen Sie Ihre Adresse. Hat sie ein Konto, schicken wir einen Link für ein neues Passwort.",
    submit: "Link schicken",
    back: "Zurück zur Anmeldung",
    next: {
      same: "Dieselbe Antwort für alle",
      same_text: "Diese Seite verrät nicht, ob eine Adresse ein Konto hat.",
      link: "Der Link gilt einmal",
      link_text: "Ein neuerer ersetzt ihn, und er verfällt bald.",
      sessions: "Danach meldet sich jedes Gerät neu an",
      sessions_text: "Wer das alte Passwort kannte, ist draußen.",
    },
  },
  forgot_sent: {
    title: "Achten Sie auf die E-Mail mit dem Link",
    lead: (email) => `Wenn ${email} ein Konto hat, ist ein Link für ein neues Passwort unterwegs.`,
    nothing: "Nach ein paar Minuten noch nichts da? Sehen Sie im Spam-Ordner nach.",
    again: "Noch einmal anfordern",
  },
  reset: {
    title: "Neues Passwort wählen",
    lead: "Danach sind alle Geräte abgemeldet, auch dieses.",
    submit: "Passwort ändern",
    no_token:
      "Dieser Link ist unvollständig. Öffnen Sie ihn noch einmal aus der E-Mail oder fordern Sie einen neuen an.",
    new_link: "Neuen Link anfordern",
  },
  reset_done: {
    title: "Ihr Passwort ist geändert",
    lead: "Alle Geräte sind abgemeldet. Melden Sie sich mit dem neuen Passwort an.",
    submit: "Anmelden",
  },
  setup: {
    title: "Diesen Dienst betreiben",
    lead: "Dieser Link macht ein Konto zum Betreiber. Er gilt einmal.",
    what:
      "Wer betreibt, sieht die Entscheidungen über Registrierungen und Anmeldungen, beurteilt sie und kann Konten einfrieren. Später wird jemand Betreiber durch: main.ts user roles EMAIL add operator",
    signed_out:
      "Melden Sie sich mit dem Konto an, das den Dienst betreiben soll, oder legen Sie es an. Danach geht es hier weiter.",
    sign_in: "Anmelden",
    sign_up: "Konto anlegen",
    as: (email) => `Sie sind angemeldet als ${email}.`,
    submit: "Zum Betreiber machen",
    closed_title: "Dieser Link gilt nicht mehr",
    closed:
      "Er wurde benutzt, ist abgelaufen oder unvollständig, oder es gibt schon einen Betreiber. Solange es keinen gibt, druckt dies auf der Maschine einen neuen: main.ts setup link",
    done_title: "Sie betreiben diesen Dienst",
    done: "Ihr Konto ist ab jetzt Betreiber. „Betrieb“ in der Kopfzeile führt hierher:",
    done_empty: "Ihr Konto ist ab jetzt Betreiber.",
  },
  challenge,
  mfa,
  fraud,
  refused,
  oauth,
  oauth_account: oauthAccount,
  mail_domain: mailDomain,
  message_score: messageScore,
  notices,
  tips,
  email_pages: email,
  unsubscribe,
  nav: {
    account: "Konto",
    operator: "Betrieb",
    profile: "Profil",
    security: "Sicherheit",
    sessions: "Geräte",
    factors: "Anmeldewege",
    requests: "Ihre Anfragen",
    about: "Über Sie",
    apps: "Verbundene Apps",
    tips: "Durchsicht",
    ...fraudNav,
    ...emailNav,
  },
  account: {
    profile_title: "Profil",
    profile_lead: "Was wir über Sie wissen. Nötig ist nur die Adresse.",
    profile_saved: "Gespeichert.",
    verified: "bestätigt",
    unverified: "nicht bestätigt",
    member_since: "Dabei seit",
    user_id: "Kontonummer",
    change_email_link: "Unter Sicherheit ändern",
    security_title: "Sicherheit",
    security_lead: "Ihr Passwort und Ihre Adresse.",
    password_title: "Passwort",
    password_lead: "Alle anderen Geräte werden abgemeldet, und wir schicken Ihnen einen Hinweis.",
    password_submit: "Passwort ändern",
    password_saved: "Ihr Passwort ist geändert. Andere Geräte sind abgemeldet.",
    email_title: "E-Mail-Adresse",
    email_lead: (email) =>
      `Zurzeit ${email}. Die neue Adresse bekommt eine E-Mail zur Bestätigung, die alte einen Hinweis.`,
    email_submit: "Adresse ändern",
    email_pending: (email) =>
      `Wir schicken eine E-Mail an ${email}. Geändert wird, wenn Sie dort bestätigen.`,
    email_pending_code: "Den Code daraus eingeben",
    sessions_title: "Geräte",
    sessions_lead:
      "Wo Sie angemeldet sind, und welche Geräte nicht nach einem zweiten Faktor gefragt werden.",
    sessions_link: "Zeigen, wo Sie angemeldet sind",
    devices_title: "Angemeldete Geräte",
    devices_lead: "Etwas Unbekanntes dabei? Melden Sie es ab und ändern Sie Ihr Passwort.",
    remembered: (until: string) => `Hier wird bis ${until} nicht nach einem zweiten Faktor gefragt.`,
    session_revoked: "Abgemeldet.",
    others_revoked: "Alle anderen Geräte sind abgemeldet.",
    device_forgotten: "Dort wird wieder nach einem zweiten Faktor gefragt.",
    requests_title: "Ihre Anfragen",
    requests_lead: "Alles, worum Sie gebeten haben, mit jedem Schritt. Nichts davon ist vor Ihnen verborgen.",
    requests_empty: "Noch keine Anfragen",
    requests_empty_text: "Was Sie beginnen, etwa eine Adressänderung, erscheint hier mit seinen Schritten.",
    request_id: "Anfrage",
    workflow_id: "Workflow",
    started: "Begonnen",
    finished: "Beendet",
    took: "Dauer",
    steps: "Schritte",
  },
  requests: {
    kinds: {
      registration: "Registrierung",
      password_reset: "Passwort zurücksetzen",
      password_reset_confirmation: "Neues Passwort nach dem Zurücksetzen",
      password_change: "Passwortänderung",
      email_change: "Adressänderung",
      login: "Anmeldung",
      factor_recovery: "Wiederherstellung nach verlorenen Faktoren",
      step_up: "Noch einmal gezeigt, dass Sie es sind",
      session: "Sitzung",
      back_channel_logout: "Abmelden bei einer App",
    },
    methods: {
      temporal_workflow: "von Temporal getragen",
      direct: "direkt ausgeführt, ohne Temporal",
    },
    states: {
      running: "läuft",
      waiting: "wartet",
      completed: "beendet",
      expired: "verfallen",
      compensated: "rückgängig gemacht",
      failed: "fehlgeschlagen",
    },
    step_states: {
      running: "läuft",
      waiting: "wartet",
      retrying: "wird erneut versucht",
      done: "erledigt",
      failed: "fehlgeschlagen",
      compensated: "rückgängig gemacht",
    },
    steps: {
      ask_recovery: "Link zum Beginnen schicken",
      check_recovery_proof: "Auf den Klick warten",
      check_recovery: "Die Wartezeit abwarten",
      carry_out_recovery: "Zweite Faktoren entfernen",
      assess_registration_risk: "Risiko einschätzen",
      plan_registration: "Planen, was dazugehört",
      ai_password_security_ml: "Vermerken, wie stark das Passwort ist",
      create_account: "Konto anlegen",
      remove_account: "Konto wieder entfernen",
      send_email: "E-Mail verschicken",
      check_email_verification: "Auf Bestätigung der Adresse warten",
      activate_account: "Konto freischalten",
      finalise_registration: "Registrierung abschließen",
      open_password_reset: "Link erzeugen",
      check_password_reset: "Warten, bis der Link benutzt wird",
      apply_password: "Neues Passwort setzen",
      revoke_sessions: "Geräte abmelden",
      check_challenge: "Weitere Faktoren prüfen",
      watch_session: "Sitzung zu beobachten beginnen",
      check_session: "Sitzung beobachten",
      close_session: "Sitzung schließen",
      revoke_tokens: "Zugriff der App beenden",
      notify_back_channel_logout: "Der App Bescheid geben",
    },
    method: "Wie",
    attempts: (n) => n === 1 ? "1 Versuch" : `${n} Versuche`,
  },
  status: {
    title: "Status",
    all_up: "Alles läuft",
    all_up_text:
      "Anfragen sind dauerhaft: Jede wird von einem Workflow getragen, der einen Neustart übersteht.",
    direct: "Direkter Betrieb",
    direct_text:
      "Temporal fehlt, deshalb werden Anfragen sofort in diesem Prozess ausgeführt. Nichts geht verloren, und was wartet, wird übergeben, sobald Temporal zurück ist.",
    trouble: "Etwas ist ausgefallen",
    trouble_text: "Was betroffen ist, steht unten. Bereits notierte Anfragen sind sicher.",
    parts_title: "Teile",
    checked: "Geprüft",
    temporal_title: "Temporal",
    details: {
      address: "Adresse",
      namespace: "Namespace",
      source: "Woher es kommt",
      worker: "Worker",
      open_workflows: "Offene Workflows",
      progress: "In Arbeit",
      last_error: "Letzter Fehler",
    },
    sources: {
      configured: "eingestellt (TEMPORAL_ADDRESS)",
      path: "auf dieser Maschine gefunden",
      cache: "von einem früheren Start",
      download: "heruntergeladen",
      build: "aus den offiziellen Modulen gebaut",
    },
    workers: {
      starting: "startet",
      running: "läuft",
      draining: "beendet seine Arbeit",
      stopped: "angehalten",
      failed: "ausgefallen",
      elsewhere: "läuft in einem anderen Prozess",
      none: "keiner",
    },
  },
  mailbox: {
    title: "Posteingang",
    lead:
      "E-Mails, die verschickt worden wären, auf dieser Maschine aufgefangen. Im Produktivbetrieb gibt es diese Seite nicht.",
    empty: "Noch keine E-Mail",
    empty_text: "Legen Sie ein Konto an, dann erscheint hier die Bestätigungs-E-Mail.",
    to: "An",
    from: "Von",
    subject: "Betreff",
    date: "Datum",
    filter: "E-Mails zeigen an",
    filter_submit: "Filtern",
    show_all: "Alle zeigen",
    back: "Alle E-Mails",
    html: "Wie gestaltet",
    text: "Nur Text",
    html_frame: (subject) => `Die E-Mail „${subject}“`,
    links: "Links in dieser E-Mail",
    code: "Code in dieser E-Mail",
    views: "Ansicht",
    attempts: "Versuche",
    last_error: "Letzter Fehler",
    states: {
      queued: "in der Warteschlange",
      sending: "wird verschickt",
      sent: "verschickt",
      delayed: "verzögert",
      failed: "nicht verschickt",
    },
  },
  error_page: {
    what: "Was Sie tun können",
    home: "Zur Startseite",
    again: "Noch einmal versuchen",
    status: "Sehen, was läuft",
    request_id: "Anfragenummer",
    request_id_why: "Wenn Sie um Hilfe bitten, schicken Sie sie mit: Sie führt zu den Protokollzeilen.",
    titles: {
      bad_request: "Die Anfrage war nicht lesbar",
      unauthorized: "Bitte melden Sie sich an",
      forbidden: "Das ist nicht erlaubt",
      not_found: "Diese Seite gibt es nicht",
      timeout: "Das hat zu lange gedauert",
      too_large: "Das war zu viel auf einmal",
      unsupported: "Diese Art von Inhalt wird nicht verstanden",
      gone: "Dieser Link gilt nicht mehr",
      too_many: "Bitte einen Moment warten",
      unavailable: "Gerade nicht verfügbar",
      internal: "Bei uns ist etwas schiefgegangen",
    },
  },
  problems: {
    tips_mail_off: "Dieser Dienst schreibt keine solche Mail.",
    invalid_request: "Im Formular fehlt etwas oder es passt nicht. Prüfen Sie die markierten Felder.",
    invalid_email: "Das sieht nicht nach einer E-Mail-Adresse aus. Schreiben Sie sie wie name@example.com.",
    email_confusable:
      "Diese Adresse enthält Buchstaben, die anderen gleichen. Tippen Sie sie selbst, statt sie einzufügen.",
    password_too_short: "Zu kurz. Mindestens 8 Zeichen; ein paar Wörter hintereinander sind gut.",
    password_too_long: "Zu lang. Höchstens 256 Zeichen.",
    password_too_common:
      "Dieses Passwort gehört zu den ersten, die Angreifer probieren. Wählen Sie ein anderes.",
    password_same_as_email:
      "Das Passwort ist Ihre Adresse oder ein Teil davon. Wählen Sie eines, das niemand ableiten kann.",
    password_personal:
      "Das ist kaum mehr als Ihr Name, Ihre Adresse oder der Name dieser Seite. Nehmen Sie Wörter, die nichts mit Ihnen zu tun haben.",
    password_breached:
      "Dieses Passwort ist aus einem Datendiebstahl bei anderen bekannt, Angreifer probieren es also. Wählen Sie eines, das Sie sonst nirgends benutzen.",
    invalid_credentials:
      "Adresse und Passwort passen nicht zusammen. Prüfen Sie beides oder setzen Sie das Passwort zurück.",
    email_unverified:
      "Ihre Adresse ist noch nicht bestätigt. Öffnen Sie unsere E-Mail oder fordern Sie auf der nächsten Seite eine neue an.",
    too_many_requests: (retry_after_seconds) =>
      retry_after_seconds
        ? `Zu viele Versuche. Warten Sie ${
          format.duration(retry_after_seconds)
        } und versuchen Sie es dann erneut.`
        : "Zu viele Versuche. Warten Sie ein wenig und versuchen Sie es dann erneut.",
    judge_busy: "Gerade werden sehr viele Passwörter beurteilt. Sie können trotzdem weitermachen.",
    hash_queue_full: (retry_after_seconds) =>
      `Gerade melden sich sehr viele an. Versuchen Sie es in ${
        format.duration(retry_after_seconds ?? 5)
      } erneut.`,
    token_invalid:
      "Dieser Link ist ungültig. Öffnen Sie ihn noch einmal aus der E-Mail oder fordern Sie einen neuen an.",
    token_used: "Dieser Link wurde schon benutzt. Waren Sie das, melden Sie sich einfach an.",
    token_expired: "Dieser Link ist verfallen. Fordern Sie einen neuen an.",
    code_wrong: "Dieser Code stimmt nicht. Sehen Sie in die neueste E-Mail; sie ersetzt ältere Codes.",
    code_attempts_exhausted:
      "Zu viele falsche Codes, deshalb gilt dieser nicht mehr. Fordern Sie eine neue E-Mail an.",
    current_password_wrong:
      "Das ist nicht Ihr bisheriges Passwort. Falls Sie es vergessen haben, melden Sie sich ab und setzen Sie es zurück.",
    email_unavailable:
      "Diese Adresse ist nicht möglich. Nehmen Sie eine andere oder melden Sie sich an, falls es Ihre ist.",
    token_reused: "Diese Sitzung wurde zur Sicherheit beendet. Melden Sie sich neu an.",
    session_required: "Bitte melden Sie sich an, um fortzufahren.",
    session_expired: "Ihre Sitzung ist beendet. Melden Sie sich neu an, um fortzufahren.",
    csrf_failed:
      "Dieses Formular ließ sich Ihrem Besuch nicht zuordnen. Laden Sie die Seite neu und schicken Sie es noch einmal ab.",
    payload_too_large: "Das Gesendete ist zu groß. Kürzen Sie es und versuchen Sie es noch einmal.",
    unsupported_media_type:
      "Diese Art von Inhalt wird hier nicht verstanden. Schicken Sie das Formular dieser Seite oder JSON.",
    not_found: "Hier ist nichts. Prüfen Sie die Adresse oder beginnen Sie auf der Startseite.",
    challenge_invalid:
      "Diese Bestätigung ist vorbei oder unbekannt. Melden Sie sich neu an, um eine zu beginnen.",
    request_timeout:
      "Das hat bei uns zu lange gedauert und wurde abgebrochen. Versuchen Sie es gleich noch einmal.",
    body_timeout:
      "Ihre Anfrage kam zu langsam an. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.",
    body_incomplete: "Ihre Anfrage ist unterwegs abgebrochen. Senden Sie sie noch einmal.",
    invalid_json: "Der Inhalt ist kein gültiges JSON. Prüfen Sie Klammern und Anführungszeichen.",
    invalid_utf8: "Der Inhalt ist kein gültiges UTF-8. Speichern Sie ihn so und senden Sie ihn noch einmal.",
    method_not_allowed:
      "Diese Adresse nimmt solche Anfragen nicht an. Gehen Sie zurück und nutzen Sie das Formular der Seite.",
    setup_link_closed:
      "Dieser Link gilt nicht mehr: er wurde benutzt oder ist abgelaufen, oder es gibt schon einen Betreiber.",
    operator_only:
      "Das ist für Betreiber des Dienstes. Wer ihn betreibt, kann Ihrem Konto diese Rolle geben.",
    origin_not_allowed: "Diese Website darf den Dienst nicht aufrufen. Der Betreiber kann es erlauben.",
    sign_in_denied: "Diese Anmeldung wurde abgelehnt. Fragen Sie den Betreiber dieses Dienstes.",
    registration_denied: "Diese Registrierung wurde abgelehnt. Fragen Sie den Betreiber dieses Dienstes.",
    email_change_denied: "Diese Änderung wurde abgelehnt. Fragen Sie den Betreiber dieses Dienstes.",
    service_unavailable: (retry_after_seconds) =>
      `Ein Teil des Dienstes ist nicht erreichbar. Nichts ging verloren; versuchen Sie es in ${
        format.duration(retry_after_seconds ?? 10)
      } erneut.`,
    internal_error: "Das liegt an uns, nicht an Ihnen. Es ist vermerkt; versuchen Sie es gleich noch einmal.",
    ...oauthProblems,
    ...oauthWayProblems,
    ...mfaProblems,
    ...fraudProblems,
    ...emailProblems,
  },
  passwords,
  islands: {
    ...mfaIslands,
    ...passwordIslands,
    reveal: { show: "Passwort zeigen", hide: "Passwort verbergen", shown: "Ihr Passwort ist sichtbar" },
    code: { checking: "Code wird geprüft …" },
    live: {
      account: "Konto angelegt",
      mail_queued: "E-Mail in der Warteschlange",
      mail_sent: "E-Mail verschickt",
      mail_delayed: "E-Mail verzögert",
      mail_delayed_text: "Der Mailserver hat sie noch nicht angenommen. Nächster Versuch {when}.",
      mail_failed: "E-Mail konnte nicht verschickt werden",
      mail_failed_text:
        "Die Adresse wurde abgelehnt. Prüfen Sie die Schreibweise oder nehmen Sie eine andere.",
      waiting: "Warten auf Ihre Bestätigung",
      verified: "Adresse bestätigt",
      verified_text: "Alles fertig. Es kann weitergehen.",
      expired: "Diese Registrierung ist verfallen",
      expired_text:
        "Sie wurde nicht rechtzeitig bestätigt. Nichts davon bleibt, und die Adresse ist wieder frei.",
      offline: "Keine Verbindung. Neuer Versuch läuft …",
      continue: "Weiter zur Anmeldung",
      start_again: "Neu beginnen",
    },
    resend: {
      send: "E-Mail noch einmal schicken",
      wait: "Noch einmal in {duration}",
      sent: "Eine neue E-Mail ist unterwegs. Ältere Codes gelten nicht mehr.",
      failed: "Das hat nicht geklappt. Versuchen Sie es gleich noch einmal.",
    },
    sessions: {
      current: "dieses Gerät",
      current_session: "diese Sitzung",
      forget: "Hier wieder fragen",
      forget_label: "Auf {device} wieder nach einem zweiten Faktor fragen",
      forgotten: "Auf {device} wird wieder nach einem zweiten Faktor gefragt.",
      last_used: "Zuletzt benutzt",
      signed_in: "Angemeldet",
      revoke: "Abmelden",
      revoke_label: "{device} abmelden",
      revoke_others: "Alle anderen Geräte abmelden",
      revoked: "{device} ist abgemeldet.",
      revoked_others: "Alle anderen Geräte sind abgemeldet.",
      unknown_device: "Unbekanntes Gerät",
      only_this: "Kein anderes Gerät ist angemeldet.",
    },
    refresh: { ended: "Ihre Sitzung ist beendet.", sign_in: "Neu anmelden" },
    status: {
      parts: {
        api: "Webdienst",
        database: "Postgres",
        temporal: "Temporal",
        outbox: "Weitergabe",
        mail: "Post",
        hash: "Passwort-Hashing",
      },
      states: {
        up: "läuft",
        down: "ausgefallen",
        degraded: "nicht da",
        starting: "startet",
        unknown: "unbekannt",
      },
      texts: {
        api: {
          up: "Beantwortet Anfragen.",
          down: "Antwortet nicht. Läuft der Prozess?",
        },
        database: {
          up: "Hält Konten, Sitzungen und Anfragen.",
          down: "Nicht erreichbar. Registrieren und Anmelden warten, bis es zurück ist.",
        },
        temporal: {
          up: "Trägt jede Anfrage durch Neustarts.",
          down: "Nicht da. Anfragen werden solange direkt ausgeführt; nichts geht verloren.",
        },
        outbox: {
          up: "Gibt notierte Anfragen weiter.",
          down: "Kommt nicht voran. Was notiert ist, ist sicher, es dauert nur länger.",
        },
        mail: {
          up: "Nimmt Post an und gibt sie weiter.",
          down: "Nimmt keine Post an. Sie wird aufgehoben und erneut versucht.",
        },
        hash: { up: "Hat Platz.", down: "Warteschlange voll. Anmelden bittet um ein paar Sekunden Geduld." },
        other: { up: "Läuft.", down: "Läuft nicht." },
      },
      live: "Live",
      paused: "Keine Antwort. Neuer Versuch läuft …",
    },
  },
  mail_layout: {
    link: "Wenn der Knopf nicht funktioniert, öffnen Sie diese Adresse in Ihrem Browser:",
  },
  mails: {
    verify_email: (p) => ({
      subject: "Bestätigen Sie Ihre E-Mail-Adresse",
      preheader: p.code ? `Ihr Code lautet ${groupCode(p.code)}` : "Ein Druck, und Ihr Konto ist aktiv.",
      heading: "Bestätigen Sie Ihre E-Mail-Adresse",
      paragraphs: [
        hello(p),
        "danke für Ihre Registrierung. Drücken Sie den Knopf, um zu bestätigen, dass diese Adresse Ihnen gehört.",
        `Knopf und Code gelten ${good_for(p)}.`,
      ],
      button: "Adresse bestätigen",
      code_line: p.code
        ? `Oder geben Sie diesen Code dort ein, wo Sie sich registriert haben: ${groupCode(p.code)}`
        : null,
      footer:
        "Sie erhalten diese E-Mail, weil sich jemand mit dieser Adresse registriert hat. Waren Sie das nicht, tun Sie nichts: Ohne Bestätigung entsteht kein Konto.",
    }),
    verify_reminder: (p) => ({
      subject: "Ihr Konto wartet noch auf Sie",
      preheader: "Bestätigen Sie Ihre Adresse, bevor sie wieder frei wird.",
      heading: "Noch Interesse?",
      paragraphs: [
        hello(p),
        "Sie haben sich registriert, aber Ihre Adresse ist noch nicht bestätigt. Ein Druck genügt.",
        `Nach ${good_for(p)} löschen wir die Registrierung, und die Adresse ist wieder frei.`,
      ],
      button: "Adresse bestätigen",
      code_line: p.code
        ? `Oder geben Sie diesen Code dort ein, wo Sie sich registriert haben: ${groupCode(p.code)}`
        : null,
      footer:
        "Sie erhalten diese Erinnerung, weil sich jemand mit dieser Adresse registriert hat. Es gibt höchstens zwei davon.",
    }),
    already_registered: (p) => ({
      subject: "Sie haben schon ein Konto",
      preheader: "Jemand wollte sich mit Ihrer Adresse registrieren.",
      heading: "Sie haben schon ein Konto",
      paragraphs: [
        hello(p),
        "jemand, vielleicht Sie selbst, wollte sich mit dieser Adresse registrieren. Sie hat schon ein Konto, deshalb wurde nichts geändert.",
        "Melden Sie sich mit Ihrem bisherigen Passwort an. Falls Sie es vergessen haben, wählen Sie dort über „Passwort vergessen?“ ein neues.",
      ],
      button: "Anmelden",
      code_line: null,
      footer:
        "Sie erhalten diese E-Mail, weil diese Adresse hier ein Konto hat. Waren Sie das nicht, ist nichts zu tun.",
    }),
    address_too_similar: (p) => ({
      subject: "Diese Adresse gleicht einer anderen zu sehr",
      preheader: "Wir konnten kein Konto dafür anlegen.",
      heading: "Diese Adresse gleicht einer anderen zu sehr",
      paragraphs: [
        hello(p),
        "Sie haben sich mit einer Adresse registriert, die von einer anderen mit Konto kaum zu unterscheiden ist. Um beide zu schützen, haben wir kein Konto angelegt.",
        "Haben Sie ein Konto unter einer ähnlichen Schreibweise, melden Sie sich damit an. Sonst verwenden Sie eine andere Adresse.",
      ],
      button: "Mit anderer Adresse registrieren",
      code_line: null,
      footer:
        "Sie erhalten diese E-Mail, weil sich jemand mit dieser Adresse registriert hat. Es wurde kein Konto angelegt.",
    }),
    welcome: (p) => ({
      subject: p.site_name ? `Willkommen bei ${p.site_name}` : "Willkommen",
      preheader: "Ihre Adresse ist bestätigt und Ihr Konto aktiv.",
      heading: "Willkommen",
      paragraphs: [
        hello(p),
        "Ihre Adresse ist bestätigt und Ihr Konto aktiv.",
        "In Ihrem Konto sehen Sie Ihre Geräte und jede Anfrage mit allen Schritten.",
      ],
      button: "Konto öffnen",
      code_line: null,
      footer: "Sie erhalten diese E-Mail einmal, weil Sie diese Adresse bestätigt haben.",
    }),
    password_reset: (p) => ({
      subject: "Wählen Sie ein neues Passwort",
      preheader: `Der Link gilt einmal und ${good_for(p)} lang.`,
      heading: "Wählen Sie ein neues Passwort",
      paragraphs: [
        hello(p),
        "jemand, hoffentlich Sie selbst, hat für dieses Konto ein neues Passwort angefordert.",
        `Der Link gilt einmal und ${good_for(p)} lang. Danach sind alle Geräte abgemeldet.`,
      ],
      button: "Neues Passwort wählen",
      code_line: null,
      footer:
        "Sie erhalten diese E-Mail, weil ein neues Passwort angefordert wurde. Waren Sie das nicht, tun Sie nichts: Ihr Passwort bleibt, wie es ist.",
    }),
    password_changed: (p) => ({
      subject: "Ihr Passwort wurde geändert",
      preheader: "Waren Sie das, ist nichts zu tun.",
      heading: "Ihr Passwort wurde geändert",
      paragraphs: [
        hello(p),
        `das Passwort Ihres Kontos wurde${at(p)} geändert. Andere Geräte wurden abgemeldet.`,
        "Waren Sie das, ist nichts zu tun. Wenn nicht, wählen Sie sofort ein neues: Wer es war, kennt das jetzige.",
      ],
      button: "Das war ich nicht: Passwort zurücksetzen",
      code_line: null,
      footer:
        "Sie erhalten diesen Hinweis, weil er die Sicherheit Ihres Kontos betrifft. Er lässt sich nicht abbestellen.",
    }),
    email_change_verify: (p) => ({
      subject: "Bestätigen Sie Ihre neue E-Mail-Adresse",
      preheader: p.code ? `Ihr Code lautet ${groupCode(p.code)}` : "Geändert wird, wenn Sie bestätigen.",
      heading: "Bestätigen Sie Ihre neue Adresse",
      paragraphs: [
        hello(p),
        "Sie möchten diese Adresse für Ihr Konto verwenden. Drücken Sie den Knopf, um zu bestätigen, dass sie Ihnen gehört.",
        `Bis dahin ändert sich nichts. Der Knopf gilt ${good_for(p)}.`,
      ],
      button: "Neue Adresse bestätigen",
      code_line: p.code ? `Oder geben Sie diesen Code auf der Seite ein: ${groupCode(p.code)}` : null,
      footer:
        "Sie erhalten diese E-Mail, weil jemand diese Adresse in seinem Konto eingetragen hat. Waren Sie das nicht, tun Sie nichts.",
    }),
    email_change_notice: (p) => ({
      subject: "Ihre E-Mail-Adresse soll sich ändern",
      preheader: "Waren Sie das, ist nichts zu tun.",
      heading: "Eine Adressänderung wurde angefordert",
      paragraphs: [
        hello(p),
        `jemand, der angemeldet ist, möchte die Adresse Ihres Kontos${
          p.email ? ` auf ${p.email}` : ""
        } ändern; angefordert wurde das${p.when ? at(p) : " soeben"}.`,
        "Es geschieht, wenn die neue Adresse bestätigt ist. Wollen Sie das nicht, ändern Sie jetzt Ihr Passwort: Damit wird die Änderung gestoppt.",
      ],
      button: "Das war ich nicht: Konto sichern",
      code_line: null,
      footer:
        "Sie erhalten diesen Hinweis, weil dies die Adresse Ihres Kontos ist. Er lässt sich nicht abbestellen.",
    }),
    email_changed: (p) => ({
      subject: "Ihre E-Mail-Adresse wurde geändert",
      preheader: "Ab jetzt melden Sie sich mit der neuen Adresse an.",
      heading: "Ihre Adresse wurde geändert",
      paragraphs: [
        hello(p),
        `Ihr Konto verwendet${p.when ? ` seit dem ${format.dateTime(p.when)}` : " jetzt"} ${
          p.email ?? "die neue Adresse"
        }. Melden Sie sich ab jetzt damit an.`,
        "Waren Sie das nicht, wenden Sie sich an den Betreiber dieses Dienstes und nennen Sie diese Zeit.",
      ],
      button: "Konto öffnen",
      code_line: null,
      footer:
        "Sie erhalten diesen Hinweis, weil er die Sicherheit Ihres Kontos betrifft. Er lässt sich nicht abbestellen.",
    }),
    client_secret_expiring: (p) => ({
      subject: `Das Geheimnis von ${p.app ?? "Ihrer App"} läuft bald ab`,
      preheader: "Danach kann die App niemanden mehr anmelden.",
      heading: "Das Geheimnis einer App läuft bald ab",
      paragraphs: [
        hello(p),
        `Das Geheimnis von ${p.app ?? "Ihrer App"}${p.client_id ? ` (${p.client_id})` : ""} endet${
          p.when ? ` am ${format.dateTime(p.when)}` : " bald"
        }. Danach bekommt die App keine Token mehr.`,
        "Bitten Sie den Betreiber dieses Dienstes um ein neues und geben Sie es der App rechtzeitig. Er tippt:",
        `main.ts client rotate-secret ${p.client_id ?? "CLIENT_ID"}`,
      ],
      button: null,
      code_line: null,
      footer: "Sie erhalten diesen Hinweis, weil Ihre Adresse zu den Kontakten dieser App gehört.",
    }),
    ...mfaMails,
    ...tipsMails,
  },
};
