/** What is measured of an act, for operators, in German. */
import { featureWriter, grouped } from "./feature_words.ts";

const { number, count, share, times, flag, scale } = featureWriter("de-DE", {
  yes: "ja",
  no: "nein",
  unknown: "nicht bekannt",
  unit: (unit, n) =>
    unit === "times"
      ? `das ${n}-Fache`
      : unit === "characters"
      ? `${n} Zeichen`
      : unit === "edits"
      ? (n === "1" ? "1 Buchstabe" : `${n} Buchstaben`)
      : `${n} Bit`,
  says: (label, value) => `${label}: ${value}`,
  had: (label, value, instead_of) => `stünde bei „${label}“ ${value} statt ${instead_of}`,
});

const act = (label: string, noun: string, no_noun: string) =>
  flag(label, [`Dies ist ${noun}`, `wäre dies ${noun}`], [
    `Dies ist ${no_noun}`,
    `wäre dies ${no_noun}`,
  ]);

const actFeatures = grouped("act", {
  act_register: act("Registrierung", "eine Registrierung", "keine Registrierung"),
  act_sign_in: act("Anmeldung", "eine Anmeldung", "keine Anmeldung"),
  act_reset_password: act(
    "Zurücksetzen",
    "ein Zurücksetzen des Passworts",
    "kein Zurücksetzen des Passworts",
  ),
  act_change_email: act("Adresswechsel", "ein Adresswechsel", "kein Adresswechsel"),
});

const emailFeatures = grouped("email", {
  email_disposable: flag(
    "Wegwerf-Domain",
    ["Die Mail-Domain leiht jedem für Minuten eine Adresse", "wäre die Mail-Domain eine Wegwerf-Domain"],
    ["Die Mail-Domain ist keine bekannte Wegwerf-Domain", "wäre die Mail-Domain keine Wegwerf-Domain"],
  ),
  email_free_provider: flag(
    "Großer Mailanbieter",
    [
      "Die Adresse liegt bei einem der großen Mailanbieter, wo sie nichts kostet",
      "läge die Adresse bei einem großen Mailanbieter",
    ],
    ["Die Adresse liegt bei keinem der großen Mailanbieter", "läge die Adresse bei einer eigenen Domain"],
  ),
  email_without_mx: flag(
    "Mail-Domain nimmt keine Mail an",
    ["Die Mail-Domain nimmt keine Mail an", "nähme die Mail-Domain keine Mail an"],
    ["Die Mail-Domain nimmt Mail an", "nähme die Mail-Domain Mail an"],
  ),
  email_plus: flag(
    "Plus-Adresse",
    [
      "Die Adresse hat einen Plus-Teil: viele solche Adressen sind ein Postfach",
      "hätte die Adresse einen Plus-Teil",
    ],
    ["Die Adresse hat keinen Plus-Teil", "hätte die Adresse keinen Plus-Teil"],
  ),
  email_dots: number("count", "Punkte vor dem @"),
  email_digits: share("Ziffern unter den Zeichen vor dem @"),
  email_length: number("characters", "Länge des Teils vor dem @"),
  email_bits: number(
    "bits",
    "Wie zufällig der Teil vor dem @ aussieht (üblich sind 3 bis 5 Bit je Zeichen, ab 6 zufällig)",
  ),
  email_domain_bits: number(
    "bits",
    "Wie zufällig die Mail-Domain aussieht (üblich sind 3 bis 5 Bit je Zeichen)",
  ),
  email_same_recently: count("Registrierungen des letzten Tages mit denselben Buchstaben vor dem @"),
  email_near_recently: number(
    "edits",
    "Buchstaben bis zur nächsten Adresse unter den Registrierungen des letzten Tages (4: keine ist nah)",
  ),
  email_domain_registrations_hour: count("Registrierungen mit dieser Mail-Domain in der letzten Stunde"),
  email_domain_registrations_day: count("Registrierungen mit dieser Mail-Domain am letzten Tag"),
});

const networkFeatures = grouped("network", {
  network_datacentre: flag(
    "Rechenzentrum",
    [
      "Die Adresse gehört zu einem Rechenzentrum, wo Programme wohnen und keine Menschen",
      "gehörte die Adresse zu einem Rechenzentrum",
    ],
    [
      "Die Adresse gehört zu keinem bekannten Rechenzentrum",
      "gehörte die Adresse zu keinem Rechenzentrum",
    ],
  ),
  network_tor: flag(
    "Tor-Ausgang",
    ["Die Adresse ist ein Tor-Ausgang", "wäre die Adresse ein Tor-Ausgang"],
    ["Die Adresse ist kein bekannter Tor-Ausgang", "wäre die Adresse kein Tor-Ausgang"],
  ),
  network_country_rare: number("bits", "Wie ungewöhnlich das Land hier ist (je Bit halb so häufig)"),
  ip_tries_minute: count("Versuche aller Art von dieser Adresse in der letzten Minute"),
  ip_tries_hour: count("Versuche aller Art von dieser Adresse in der letzten Stunde"),
  ip_tries_day: count("Versuche aller Art von dieser Adresse am letzten Tag"),
  ip_subjects_minute: count("Von dieser Adresse genannte Konten in der letzten Minute"),
  ip_subjects_hour: count("Von dieser Adresse genannte Konten in der letzten Stunde"),
  ip_registrations_hour: count("Registrierungen von dieser Adresse in der letzten Stunde"),
  ip_registrations_day: count("Registrierungen von dieser Adresse am letzten Tag"),
  block_tries_hour: count("Versuche aller Art aus diesem Adressblock in der letzten Stunde"),
  block_subjects_day: count("Aus diesem Adressblock genannte Konten am letzten Tag"),
  block_registrations_minute: count("Registrierungen aus diesem Adressblock in der letzten Minute"),
  block_registrations_hour: count("Registrierungen aus diesem Adressblock in der letzten Stunde"),
  block_registrations_day: count("Registrierungen aus diesem Adressblock am letzten Tag"),
});

const clientFeatures = grouped("client", {
  client_program: flag(
    "Nennt sich Programm",
    [
      "Der Client nennt sich ein Programm oder einen Browser ohne Fenster, oder gar nichts",
      "nennte sich der Client ein Programm",
    ],
    ["Der Client nennt sich einen Browser", "nennte sich der Client einen Browser"],
  ),
  client_api: flag(
    "Kam zur API",
    ["Es kam zur API und nicht durch eine Seite", "wäre es zur API gekommen und nicht durch eine Seite"],
    ["Es kam durch eine Seite", "wäre es durch eine Seite gekommen"],
  ),
  client_automation: flag(
    "Von einem Programm gesteuert",
    ["Der Browser sagt, dass ihn ein Programm steuert", "sagte der Browser, dass ihn ein Programm steuert"],
    [
      "Der Browser sagt nicht, dass ihn ein Programm steuert",
      "sagte der Browser nicht, dass ihn ein Programm steuert",
    ],
  ),
  client_contradictions: number("count", "Header und Hinweise, die der genannte Browser nicht senden würde"),
  client_unknown_browser: flag(
    "Unbekannter Browser",
    [
      "Der Client ist weder Chromium noch Firefox noch Safari",
      "wäre der Client weder Chromium noch Firefox noch Safari",
    ],
    ["Der Client ist ein bekannter Browser", "wäre der Client ein bekannter Browser"],
  ),
  client_headers: number("count", "Header-Felder der Anfrage (Programme senden wenige)"),
  client_rare: number("bits", "Wie ungewöhnlich diese Art von Client hier ist (je Bit halb so häufig)"),
  client_language_foreign: scale("Sprache gegen Ort", [
    [0.25, "Der Client liest eine Sprache des Landes, in dem er ist"],
    [0.75, "Der Client liest nur Englisch, und das ist nicht die Sprache des Landes"],
    [1, "Der Client liest keine Sprache des Landes, in dem er ist"],
  ]),
  client_time_zone_gap: number("hours", "Zwischen der Uhr des Browsers und der seines Ortes"),
  client_time_zone_untrue: flag(
    "Unwahre Zeitzone",
    [
      "Die Zeitzone, die der Browser nennt, passt nicht zu seiner Uhr",
      "passte die Zeitzone nicht zur Uhr",
    ],
    ["Die Zeitzone, die der Browser nennt, passt zu seiner Uhr", "passte die Zeitzone zur Uhr"],
  ),
  client_odd_screen: flag(
    "Seltsamer Bildschirm",
    [
      "So ein Bildschirm gehört zu Browsern ohne Fenster, oder es gibt ihn nicht",
      "wäre der Bildschirm seltsam",
    ],
    ["So einen Bildschirm haben Menschen", "wäre der Bildschirm ein üblicher"],
  ),
});

const formFeatures = grouped("form", {
  form_shown: number("log2(1+seconds)", "Vom Aufbau der Seite bis zum Absenden"),
  form_trap: flag(
    "Verstecktes Feld ausgefüllt",
    ["Ein Feld, das kein Mensch sieht, wurde ausgefüllt", "wäre das versteckte Feld ausgefüllt"],
    ["Das Feld, das kein Mensch sieht, blieb leer", "wäre das versteckte Feld leer geblieben"],
  ),
  form_unscripted: flag(
    "Nichts vom Skript der Seite",
    [
      "Das Skript der Seite sagte nichts: Es ist aus, oder es gab keine Seite",
      "hätte das Skript der Seite nichts gesagt",
    ],
    ["Das Skript der Seite lief", "wäre das Skript der Seite gelaufen"],
  ),
  form_pasted: share("Felder, deren Text eingefügt wurde"),
  form_filled: share("Felder, die der Browser oder ein Passwortmanager ausfüllte"),
  form_untouched: share("Felder mit Text, den niemand tippte, einfügte oder ausfüllen ließ"),
  form_hold: number("milliseconds", "Wie lange eine Taste gedrückt bleibt (Menschen: etwa 60 bis 140)"),
  form_gap: number("milliseconds", "Von einer Taste zur nächsten"),
  form_unevenness: share("Wie ungleichmäßig die Tasten aufeinander folgen (nahe 0 ist es eine Maschine)"),
  form_pointer_moves: count("Bewegungen des Zeigers auf der Seite"),
  form_visible: share("Anteil der Zeit, in der die Seite zu sehen war"),
});

const timeFeatures = grouped("time", {
  time_hour_rare: number(
    "bits",
    "Wie ungewöhnlich die Stunde hier ist (0: so üblich wie jede; 1: halb so üblich)",
  ),
  time_registrations_surge: times("Registrierungen der letzten Stunde gegen eine übliche"),
  all_failed_hour: share("Fehlgeschlagen, von allem hier in der letzten Stunde"),
  all_failed_day: share("Fehlgeschlagen, von allem hier am letzten Tag"),
});

const sharingFeatures = grouped("sharing", {
  device_accounts: count("Andere Konten auf genau diesem Gerät in 30 Tagen"),
  machine_accounts: count("Andere Konten mit dieser Art von Client und diesem Adressblock in 30 Tagen"),
  block_accounts: count("Andere Konten in diesem Adressblock in 30 Tagen"),
  password_accounts: count("Andere Konten mit demselben Passwort"),
  shared_bad_accounts: count("Schlechte Konten, die etwas mit diesem Vorgang teilen"),
  shared_good_accounts: count("Gute Konten, die etwas mit diesem Vorgang teilen"),
  ring_accounts: count("Konten im Ring, zu dem es gehört"),
  ring_risk: share("Risiko, das von verbundenen Konten herüberfließt"),
  machine_registrations_hour: count(
    "Registrierungen mit dieser Art von Client in diesem Block in der letzten Stunde",
  ),
  machine_registrations_day: count(
    "Registrierungen mit dieser Art von Client in diesem Block am letzten Tag",
  ),
  machine_subjects_hour: count(
    "Genannte Konten mit dieser Art von Client in diesem Block in der letzten Stunde",
  ),
  device_subjects_day: count("Genannte Konten auf genau diesem Gerät am letzten Tag"),
  client_registrations_hour: count(
    "Registrierungen mit dieser Art von Client, wo auch immer, in der letzten Stunde",
  ),
  password_subjects_hour: count("Konten, an denen dieses Passwort in der letzten Stunde versucht wurde"),
  password_subjects_day: count("Konten, an denen dieses Passwort am letzten Tag versucht wurde"),
});

const failureFeatures = grouped("failures", {
  ip_failures_minute: count("Fehlschläge von dieser Adresse in der letzten Minute"),
  ip_failures_hour: count("Fehlschläge von dieser Adresse in der letzten Stunde"),
  ip_failures_day: count("Fehlschläge von dieser Adresse am letzten Tag"),
  ip_failed_hour: share("Fehlgeschlagen, von allem dieser Adresse in der letzten Stunde"),
  ip_probes_hour: count("Vergeblich oder erneut erfragte Konten von dieser Adresse in der letzten Stunde"),
  block_failures_hour: count("Fehlschläge aus diesem Adressblock in der letzten Stunde"),
  block_probes_day: count("Vergeblich oder erneut erfragte Konten aus diesem Block am letzten Tag"),
  machine_failures_hour: count("Fehlschläge mit dieser Art von Client in diesem Block in der letzten Stunde"),
  client_failures_hour: count("Fehlschläge mit dieser Art von Client, wo auch immer, in der letzten Stunde"),
  client_failed_hour: share("Fehlgeschlagen, von allem dieser Art von Client in der letzten Stunde"),
  account_failures_hour: count("Fehlschläge an diesem Konto in der letzten Stunde"),
  account_failures_day: count("Fehlschläge an diesem Konto am letzten Tag"),
  account_sources_day: count("Adressblöcke, die dieses Konto am letzten Tag versuchten"),
  account_resets_day: count("Zurücksetzungen des Passworts dieses Kontos am letzten Tag"),
  identifier_tries_hour: count("Versuche, die das Konto so nannten, in der letzten Stunde"),
});

const historyFeatures = grouped("history", {
  history_age: number("log2(1+days)", "Alter des Kontos"),
  history_sign_ins: count("Frühere Anmeldungen (bis zu 30 werden betrachtet)"),
  history_since: number("log2(1+days)", "Seit der vorigen Anmeldung"),
  history_device_new: flag(
    "Neues Gerät",
    ["Das Konto war auf diesem Gerät nie angemeldet", "wäre dieses Gerät noch nie gesehen worden"],
    ["Das Konto war auf diesem Gerät schon angemeldet", "wäre dieses Gerät schon gesehen worden"],
  ),
  history_client_new: flag(
    "Neue Art von Client",
    [
      "Keine frühere Anmeldung kam von dieser Art von Client",
      "wäre diese Art von Client am Konto noch nie gesehen worden",
    ],
    [
      "Frühere Anmeldungen kamen von dieser Art von Client",
      "wäre diese Art von Client am Konto schon gesehen worden",
    ],
  ),
  history_block_new: flag(
    "Neuer Adressblock",
    ["Keine frühere Anmeldung kam aus diesem Adressblock", "wäre dieser Adressblock ein neuer"],
    [
      "Frühere Anmeldungen kamen aus diesem Adressblock",
      "wären frühere Anmeldungen aus diesem Block gekommen",
    ],
  ),
  history_network_new: flag(
    "Neues Netz",
    [
      "Keine frühere Anmeldung kam über das Netz dieses Anbieters",
      "wäre das Netz dieses Anbieters ein neues",
    ],
    [
      "Frühere Anmeldungen kamen über das Netz dieses Anbieters",
      "wären frühere Anmeldungen über das Netz dieses Anbieters gekommen",
    ],
  ),
  history_country_new: flag(
    "Neues Land",
    ["Keine frühere Anmeldung kam aus diesem Land", "wäre dieses Land ein neues"],
    ["Frühere Anmeldungen kamen aus diesem Land", "wären frühere Anmeldungen aus diesem Land gekommen"],
  ),
  history_distance: number("log2(1+km)", "Bis zum nächsten Ort einer früheren Anmeldung"),
  history_speed: number("log2(1+km/h)", "Nötiges Tempo seit der vorigen Anmeldung (ein Flugzeug: 900 km/h)"),
  history_hours: number("hours", "Bis zur nächsten Tageszeit einer früheren Anmeldung"),
  history_password_changed: number("log2(1+days)", "Seit das Passwort geändert oder zurückgesetzt wurde"),
  history_email_changed: number("log2(1+days)", "Seit die Adresse geändert wurde"),
  history_second_factor: flag(
    "Zweiter Faktor",
    ["Das Konto hat einen zweiten Faktor", "hätte das Konto einen zweiten Faktor"],
    ["Das Konto hat keinen zweiten Faktor", "hätte das Konto keinen zweiten Faktor"],
  ),
  history_disowned: count("Vom Besitzer abgelehnte Sitzungen in 30 Tagen"),
});

export const fraudFeatures = {
  ...actFeatures,
  ...emailFeatures,
  ...networkFeatures,
  ...clientFeatures,
  ...formFeatures,
  ...timeFeatures,
  ...sharingFeatures,
  ...failureFeatures,
  ...historyFeatures,
};
