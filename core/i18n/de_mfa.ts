/** Wörter zu zweiten Faktoren, Passkeys und dem, was eine Anmeldung sonst noch verlangt, auf Deutsch. */
import type {
  challenge as challengeEnglish,
  mfa as english,
  mfaFieldProblems as fieldProblemsEnglish,
  mfaIslands as islandsEnglish,
  mfaProblems as problemsEnglish,
} from "./en_mfa.ts";

export const challenge: typeof challengeEnglish = {
  title: "Noch ein Schritt",
  lead: "Damit sicher ist, dass Sie es sind, bestätigen Sie es bitte auf einem weiteren Weg.",
  step_up_title: "Sind Sie es noch?",
  step_up_lead:
    "Was Sie vorhaben, braucht einen frischen Nachweis. Danach geht es dort weiter, wo Sie waren.",
  enrol_title: "Zweiten Faktor einrichten",
  enrol_lead: "Dieser Dienst verlangt für Konten wie Ihres einen. Es dauert keine Minute.",
  went_on: "Das war richtig. Es fehlt noch eine Bestätigung.",
  methods: {
    passkey: "Passkey",
    totp: "Code aus der Authenticator-App",
    password: "Ihr Passwort",
    email_code: "Code per E-Mail",
    device_verification: "Code per E-Mail, für dieses Gerät",
    recovery_code: "Einer Ihrer Wiederherstellungscodes",
    enroll_passkey: "Passkey anlegen",
    enroll_totp: "Authenticator-App einrichten",
    webauthn: "Passkey oder Sicherheitsschlüssel",
    push: "Auf einem anderen Gerät zustimmen",
  },
  others: "Andere Wege",
  code: "Code",
  code_problem: "Der Code fehlt oder hat nicht die richtige Länge.",
  wrong: {
    totp:
      "Das war nicht richtig. Tippen Sie den Code ab, den die App jetzt zeigt; jeder gilt einmal. Bleibt es falsch, dann sehen Sie nach der Uhr Ihres Telefons.",
    enroll_totp:
      "Das war nicht richtig. Tippen Sie den Code ab, den die App jetzt zeigt. Bleibt es falsch, dann sehen Sie nach der Uhr Ihres Telefons, oder scannen Sie noch einmal.",
    recovery_code:
      "Das war nicht richtig. Jeder Code gilt einmal; nehmen Sie einen anderen, und lassen Sie kein Zeichen aus.",
    email_code: "Das war nicht richtig. Sehen Sie in die neueste E-Mail; ein Code gilt zehn Minuten.",
    device_verification:
      "Das war nicht richtig. Sehen Sie in die neueste E-Mail; ein Code gilt zehn Minuten.",
    password: "Das ist nicht Ihr Passwort. Prüfen Sie es, und versuchen Sie es noch einmal.",
    passkey:
      "Dieser Passkey wurde nicht angenommen. Vielleicht ist er aus Ihrem Konto entfernt; nehmen Sie einen anderen Weg.",
    enroll_passkey:
      "Dieser Passkey ließ sich nicht prüfen. Versuchen Sie es noch einmal oder auf einem anderen Gerät.",
  },
  totp_hint: "Öffnen Sie Ihre Authenticator-App und tippen Sie die sechs Ziffern ab, die sie gerade zeigt.",
  mailed_hint: "Sechs Ziffern. Es kann eine Minute dauern, bis sie da sind.",
  recovery_hint: "Großschreibung, Leerzeichen und Striche sind egal. Jeder Code gilt einmal.",
  send_code: "Code zusenden",
  send_code_lead: "Wir schicken sechs Ziffern an die Adresse Ihres Kontos.",
  send_again: "Noch einen Code zusenden",
  sent_to: (address) => `Wir schicken einen Code an ${address}.`,
  device_lead:
    "Etwas an dieser Anmeldung ist ungewöhnlich. Deshalb fragen wir, ob Sie die E-Mails Ihres Kontos lesen.",
  passkey_lead: "Ihr Gerät fragt nach Fingerabdruck, Gesicht oder PIN.",
  passkey_use: "Passkey verwenden",
  enrol_passkey_lead:
    "Einen Passkey bewahrt Ihr Gerät oder Ihr Passwortmanager auf. Ab jetzt können Sie sich mit ihm allein anmelden.",
  enrol_totp_lead: "Sie brauchen eine App, die sechsstellige Codes zeigt, etwa auf Ihrem Telefon.",
  enrol_totp_start: "QR-Code zeigen",
  remember: (days) => `Auf diesem Gerät ${days} Tage lang nicht mehr fragen`,
  remember_hint: "Nur auf einem Gerät, das Ihnen gehört.",
  submit: "Bestätigen",
  expires: "Dieser Schritt verfällt",
  start_over: "Von vorn beginnen",
  cancel: "Abbrechen",
  lost: "Nichts davon zur Hand?",
  lost_lead:
    "Sie können Ihre zweiten Faktoren entfernen lassen. Zu Beginn schicken wir Ihnen einen Link per E-Mail; dann läuft eine Wartezeit, in der jeder, der noch im Konto ist, abbrechen kann. Danach genügt Ihr Passwort.",
  lost_submit: "Wiederherstellung beginnen",
  lost_sent: "Sehen Sie nach unserer E-Mail",
  lost_sent_lead:
    "Wenn Sie darin auf die Schaltfläche drücken, beginnt die Wartezeit. Vorher ändert sich nichts, und abbrechen können Sie jederzeit.",
  no_script:
    "Passkeys brauchen Skripte, und die sind in diesem Browser aus. Nehmen Sie einen anderen Weg, oder schalten Sie sie ein.",
};

export const mfa: typeof english = {
  title: "Passkeys und zweite Faktoren",
  lead: "Was neben Ihrem Passwort oder an seiner Stelle zeigt, dass Sie es sind.",
  required:
    "Dieses Konto braucht einen zweiten Faktor. Richten Sie hier einen ein; ohne geht es bei der nächsten Anmeldung nicht weiter.",
  required_from: (day) =>
    `Ab ${day} braucht dieses Konto einen zweiten Faktor. Richten Sie rechtzeitig einen ein.`,
  dones: {
    passkey_added: "Ihr Passkey ist bereit. Andere Geräte sind abgemeldet.",
    totp_added: "Ihre Authenticator-App ist bereit. Andere Geräte sind abgemeldet.",
    email_code_on: "Codes per E-Mail sind an.",
    renamed: "Umbenannt.",
    removed: "Entfernt. Andere Geräte sind abgemeldet.",
    device_forgotten: "Auf diesem Gerät wird wieder nach einem zweiten Faktor gefragt.",
    recovery_cancelled: "Die Wiederherstellung ist abgebrochen. Es wurde nichts entfernt.",
  },
  created: "Hinzugefügt",
  last_used: "Zuletzt benutzt",
  never_used: "noch nicht benutzt",
  change: "Umbenennen oder entfernen",
  change_one: (name) => `${name} umbenennen oder entfernen`,
  name: "Name",
  name_hint: "Zum Unterscheiden, etwa „Telefon“ oder „Stick am Schlüsselbund“.",
  save: "Namen speichern",
  remove: "Entfernen",
  remove_one: (name) => `${name} entfernen`,
  remove_means: "Wer etwas entfernt, meldet seine anderen Geräte ab.",
  passkeys: {
    title: "Passkeys",
    lead:
      "Melden Sie sich mit Fingerabdruck, Gesicht oder PIN an, ganz ohne Passwort. Einen Passkey kann niemand abfischen.",
    empty: "Noch kein Passkey.",
    add: "Passkey hinzufügen",
    unknown: "Passkey",
    synced: "auf Ihren Geräten synchronisiert",
    bound: "nur auf diesem einen Gerät oder Stick",
  },
  add_passkey: {
    title: "Passkey hinzufügen",
    lead:
      "Ihr Gerät fragt nach Fingerabdruck, Gesicht oder PIN und bewahrt den Passkey auf. Auch ein Sicherheitsschlüssel geht.",
    create: "Passkey anlegen",
  },
  totp: {
    title: "Authenticator-App",
    lead:
      "Eine App auf Ihrem Telefon zeigt einen Code aus sechs Ziffern, den Sie nach Ihrem Passwort eingeben.",
    empty: "Noch keine App.",
    add: "Authenticator-App hinzufügen",
    type: "Authenticator-App",
  },
  add_totp: {
    title: "Authenticator-App hinzufügen",
    lead: "Zwei Schritte, keine Minute.",
    scan: "Scannen Sie dies mit der App",
    qr: "QR-Code für die Authenticator-App",
    same_phone: "Auf demselben Telefon? Öffnen Sie die App von hier",
    secret: "Oder tippen Sie diesen Schlüssel in die App",
    secret_hint: "Zeitbasiert, sechs Ziffern, alle 30 Sekunden.",
    code: "Dann tippen Sie den Code ab, den die App zeigt",
    submit: "Bestätigen",
  },
  email_code: {
    title: "Codes per E-Mail",
    lead:
      "Bei jeder Anmeldung schicken wir Ihnen einen Code. Besser als nichts: Wer Ihre E-Mails liest, kommt hinein.",
    on: "An",
    idle: "An, aber nicht gefragt, solange Sie etwas Stärkeres haben.",
    turn_on: "Einschalten",
    turn_off: "Ausschalten",
    stronger: "Nicht nötig: Was Sie haben, ist stärker.",
  },
  codes: {
    title: "Wiederherstellungscodes",
    lead:
      "Jeder lässt Sie einmal hinein, wenn Telefon oder Stick verloren sind. Bewahren Sie sie bei Ihren wichtigen Papieren auf.",
    left: (remaining, total) => `Noch ${remaining} von ${total}`,
    made: "Erstellt",
    none: "Sie haben keine. Erstellen Sie welche, damit ein verlorenes Telefon kein verlorenes Konto ist.",
    few: "Fast aufgebraucht. Erstellen Sie rechtzeitig neue.",
    needs_factor: "Es gibt sie mit dem ersten Passkey oder der ersten Authenticator-App.",
    make: "Wiederherstellungscodes erstellen",
    renew: "Neue Wiederherstellungscodes erstellen",
    renew_means: "Die alten gelten dann sofort nicht mehr.",
    // Where it is broken on a phone.
    shown_title: "Ihre Wiederherstellungs\u00adcodes",
    shown_lead:
      "Sie werden nur dieses eine Mal gezeigt. Speichern oder drucken Sie sie, bevor Sie weitergehen.",
    list: "Wiederherstellungscodes",
    download: "Herunterladen",
    file_name: "wiederherstellungscodes.txt",
    file_lead: (site, email, day) =>
      `Wiederherstellungscodes für ${email} bei ${site}, erstellt am ${day}. Jeder gilt einmal.`,
    saved: "Ich habe sie gesichert",
    offer_title: "Halten Sie sich einen Weg offen",
    offer_lead:
      "Ihr zweiter Faktor ist eingerichtet. Mit Wiederherstellungscodes kommen Sie auch dann hinein, wenn Telefon oder Stick verloren sind. Erstellen Sie sie gleich; es dauert einen Augenblick.",
    later: "Später",
  },
  devices: {
    title: "Gemerkte Geräte",
    lead: "Hier werden Sie nicht nach einem zweiten Faktor gefragt.",
    empty: "Es ist kein Gerät gemerkt.",
    until: "Bis",
    last_seen: "Zuletzt gesehen",
    forget: "Hier wieder fragen",
    forget_one: (device) => `Auf ${device} wieder nach einem zweiten Faktor fragen`,
    unknown: "Unbekanntes Gerät",
  },
  mailed: {
    recover: {
      title: "Haben Sie Ihre zweiten Faktoren verloren?",
      lead:
        "Drücken Sie den Knopf, wenn alle weg sind. Dann beginnt eine Wartezeit; nach ihr werden sie entfernt, und Ihr Passwort allein genügt. Sie können es jederzeit abbrechen.",
      submit: "Wartezeit beginnen",
      done_title: "Die Wartezeit hat begonnen",
      done: "Sie läuft.",
    },
    recover_waits: (when) =>
      `Am ${when} werden Ihre zweiten Faktoren entfernt, wenn es niemand abbricht. Wie das geht, steht in unserer E-Mail.`,
    cancel: {
      title: "Die Wiederherstellung abbrechen?",
      lead:
        "Jemand hat darum gebeten, Ihre zweiten Faktoren zu entfernen. Wenn Sie das nicht wollen oder nicht waren, brechen Sie es ab.",
      submit: "Abbrechen",
      done_title: "Abgebrochen",
      done: "Ihre zweiten Faktoren bleiben. Wenn nicht Sie darum gebeten haben, ändern Sie Ihr Passwort.",
    },
    not_me: {
      title: "Waren nicht Sie das?",
      lead:
        "Drücken Sie den Knopf: Das Gerät wird abgemeldet, und wir schicken Ihnen einen Link für ein neues Passwort.",
      submit: "Das war ich nicht",
      done_title: "Das Gerät ist abgemeldet",
      done:
        "Sehen Sie in Ihre E-Mails und wählen Sie jetzt ein neues Passwort. Prüfen Sie dann Ihre zweiten Faktoren und entfernen Sie, was nicht von Ihnen ist.",
    },
  },
  recovery: {
    title: "Eine Wiederherstellung läuft",
    pending:
      "Jemand mit Ihrem Passwort möchte alle Ihre zweiten Faktoren entfernen. Es beginnt, wenn unsere E-Mail bestätigt ist.",
    waiting: (when) =>
      `Jemand möchte alle Ihre zweiten Faktoren entfernen. Am ${when} geschieht es, wenn es niemand abbricht.`,
    cancel_means: "Waren Sie das nicht, dann brechen Sie es ab und ändern Sie Ihr Passwort.",
    cancel: "Abbrechen",
  },
};

export const mfaIslands: typeof islandsEnglish = {
  passkey: {
    waiting: "Folgen Sie dem, was Ihr Gerät verlangt …",
    cancelled:
      "Das wurde abgebrochen oder hat zu lange gedauert. Versuchen Sie es noch einmal, wann Sie möchten.",
    there_already: "Auf diesem Gerät gibt es schon einen Passkey für Ihr Konto.",
    unsupported:
      "Dieser Browser kann keine Passkeys. Nehmen Sie einen anderen Weg oder einen anderen Browser.",
    unsuitable:
      "Dieses Gerät oder dieser Stick kann keinen solchen Passkey aufbewahren. Nehmen Sie ein anderes.",
    wrong_place:
      "Unter dieser Adresse gehen Passkeys nicht. Wer den Dienst betreibt, muss nach den Einstellungen sehen.",
    failed: "Das hat nicht geklappt. Versuchen Sie es gleich noch einmal.",
    no_connection: "Keine Verbindung. Prüfen Sie sie, und versuchen Sie es noch einmal.",
    use: "Mit Passkey anmelden",
  },
  challenge: {
    raised: "Es wird jetzt mehr verlangt:",
    over: "Dieser Schritt ist vorbei. Beginnen Sie noch einmal bei der Anmeldung.",
  },
  print: { print: "Drucken" },
  copy: { copy: "Kopieren", copied: "Kopiert." },
};

export const mfaFieldProblems: typeof fieldProblemsEnglish = {
  name: "Ein Name hat 1 bis 60 Zeichen, auf einer Zeile.",
  credential: "Ihr Gerät hat keinen Nachweis gegeben. Versuchen Sie es noch einmal.",
};

export const mfaProblems: typeof problemsEnglish = {
  factor_wrong: "Das war nicht richtig. Prüfen Sie es, und versuchen Sie es noch einmal.",
  passkey_refused:
    "Dieser Passkey ist hier nicht mehr bekannt, oder er kam zu spät. Versuchen Sie es noch einmal, oder melden Sie sich anders an.",
  passkey_known: "Dieser Passkey ist schon eingerichtet.",
  factor_needed: "Das braucht einen Passkey oder eine Authenticator-App. Richten Sie zuerst eines davon ein.",
  step_up_required: "Zeigen Sie noch einmal, dass Sie es sind, und tun Sie es dann erneut.",
  factor_required:
    "Ihr Konto braucht einen zweiten Faktor. Richten Sie einen anderen ein, bevor Sie diesen entfernen.",
  stronger_factor: "Sie haben bereits etwas Stärkeres als Codes per E-Mail.",
  too_many_factors: "Mehr kann ein Konto nicht haben. Entfernen Sie etwas, das Sie nicht mehr benutzen.",
};
