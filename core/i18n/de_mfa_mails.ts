/** Mails über zweite Faktoren: Codes, und was sich geändert hat. */
import type { mfaMails as en } from "./en_mfa_mails.ts";
import { formatsFor } from "./format.ts";
import { groupCode, type MailParams } from "./mail_text.ts";

const format = formatsFor("de");
const hello = (p: MailParams) => p.name ? `Hallo ${p.name},` : "Guten Tag,";
const good_for = (p: MailParams) => format.duration(p.expires_in_seconds ?? 600);
const at = (p: MailParams) => p.when ? ` am ${format.dateTime(p.when)}` : "";
const named = (p: MailParams) => p.factor_name ? ` („${p.factor_name}“)` : "";
const factors: Record<string, string> = {
  totp: "eine Authenticator-App",
  passkey: "ein Passkey",
  email_code: "der Code per E-Mail",
};
const factor = (p: MailParams) => factors[p.factor ?? ""] ?? "ein zweiter Faktor";
const because = (p: MailParams) => p.reason ? [`Der angegebene Grund: ${p.reason}`] : [];
const notice =
  "Sie erhalten diesen Hinweis, weil er die Sicherheit Ihres Kontos betrifft. Er lässt sich nicht abbestellen.";

export const mfaMails: typeof en = {
  sign_in_code: (p) => ({
    subject: "Ihr Code zum Anmelden",
    preheader: p.code
      ? `Ihr Code lautet ${groupCode(p.code)}`
      : "Geben Sie ihn dort ein, wo Sie sich anmelden.",
    heading: "Ihr Code zum Anmelden",
    paragraphs: [
      hello(p),
      `jemand mit Ihrem Passwort, hoffentlich Sie, meldet sich gerade an. Der Code gilt ${good_for(p)}.`,
      "Sagen Sie ihn niemandem: Wir fragen nie per Telefon oder Chat danach.",
    ],
    button: null,
    code_line: p.code ? `Geben Sie diesen Code dort ein, wo Sie sich anmelden: ${groupCode(p.code)}` : null,
    footer: "Melden Sie sich gerade nicht an, kennt jemand anderes Ihr Passwort: Ändern Sie es jetzt.",
  }),
  device_verification_code: (p) => ({
    subject: "Sind Sie es, der sich anmeldet?",
    preheader: p.code
      ? `Ihr Code lautet ${groupCode(p.code)}`
      : "Etwas an dieser Anmeldung ist ungewöhnlich.",
    heading: "Sind Sie es?",
    paragraphs: [
      hello(p),
      `etwas an einer Anmeldung bei Ihrem Konto ist ungewöhnlich. Ist es Ihre, geben Sie den Code ein; er gilt ${
        good_for(p)
      }.`,
      "Sagen Sie ihn niemandem: Wir fragen nie per Telefon oder Chat danach.",
    ],
    button: null,
    code_line: p.code ? `Geben Sie diesen Code dort ein, wo Sie sich anmelden: ${groupCode(p.code)}` : null,
    footer: "Melden Sie sich gerade nicht an, kennt jemand anderes Ihr Passwort: Ändern Sie es jetzt.",
  }),
  factor_added: (p) => ({
    subject: "Ein neuer Anmeldeweg für Ihr Konto",
    preheader: "Waren Sie das, ist nichts zu tun.",
    heading: "Ein Anmeldeweg kam hinzu",
    paragraphs: [
      hello(p),
      `zu Ihrem Konto kam${at(p)} hinzu: ${factor(p)}${named(p)}. Andere Geräte wurden abgemeldet.`,
      "Waren Sie das nicht, entfernen Sie den neuen Weg und ändern Sie sofort Ihr Passwort.",
    ],
    button: "Anmeldewege ansehen",
    code_line: null,
    footer: notice,
  }),
  factor_removed: (p) => ({
    subject: "Ein Anmeldeweg wurde entfernt",
    preheader: "Waren Sie das, ist nichts zu tun.",
    heading: "Ein Anmeldeweg wurde entfernt",
    paragraphs: [
      hello(p),
      `aus Ihrem Konto wurde${at(p)} entfernt: ${factor(p)}${named(p)}. Andere Geräte wurden abgemeldet.`,
      "Waren Sie das nicht, ändern Sie sofort Ihr Passwort und sehen Sie Ihre Anmeldewege durch.",
    ],
    button: "Anmeldewege ansehen",
    code_line: null,
    footer: notice,
  }),
  factors_reset: (p) => ({
    subject: "Ihre zweiten Faktoren wurden entfernt",
    preheader: "Vom Betreiber dieses Dienstes.",
    heading: "Ihre zweiten Faktoren wurden entfernt",
    paragraphs: [
      hello(p),
      `der Betreiber dieses Dienstes hat${
        at(p)
      } alle zweiten Faktoren und Wiederherstellungscodes Ihres Kontos entfernt. Alle Geräte wurden abgemeldet; melden Sie sich mit Ihrem Passwort neu an.`,
      ...because(p),
      "Haben Sie das nicht gewünscht, ändern Sie Ihr Passwort und fragen Sie den Betreiber danach.",
    ],
    button: "Neu einrichten",
    code_line: null,
    footer: notice,
  }),
  factor_required: (p) => ({
    subject: "Ihr Konto braucht einen zweiten Faktor",
    preheader: "Es dauert weniger als eine Minute.",
    heading: "Ihr Konto braucht einen zweiten Faktor",
    paragraphs: [
      hello(p),
      `der Betreiber dieses Dienstes möchte, dass Ihr Konto ${
        p.when ? `ab ${format.dateTime(p.when)}` : "ab jetzt"
      } einen zweiten Faktor hat. Ohne einen werden Sie bei der nächsten Anmeldung gebeten, ihn einzurichten.`,
      ...because(p),
    ],
    button: "Jetzt einrichten",
    code_line: null,
    footer: notice,
  }),
  recovery_code_used: (p) => ({
    subject: "Ein Wiederherstellungscode wurde benutzt",
    preheader: "Waren Sie das, ist nichts zu tun.",
    heading: "Ein Wiederherstellungscode wurde benutzt",
    paragraphs: [
      hello(p),
      `jemand mit Ihrem Passwort hat${at(p)} einen Ihrer Wiederherstellungscodes benutzt.${
        p.left === undefined ? "" : ` Übrige Codes: ${p.left}.`
      }`,
      "Waren Sie das nicht, ändern Sie sofort Ihr Passwort und machen Sie neue Wiederherstellungscodes.",
    ],
    button: "Anmeldewege ansehen",
    code_line: null,
    footer: notice,
  }),
  recovery_codes_made: (p) => ({
    subject: "Neue Wiederherstellungscodes wurden gemacht",
    preheader: "Waren Sie das, ist nichts zu tun.",
    heading: "Neue Wiederherstellungscodes",
    paragraphs: [
      hello(p),
      `für Ihr Konto wurden${at(p)} neue Wiederherstellungscodes gemacht. Ältere gelten nicht mehr.`,
      "Waren Sie das nicht, ändern Sie sofort Ihr Passwort und machen Sie selbst neue.",
    ],
    button: "Anmeldewege ansehen",
    code_line: null,
    footer: notice,
  }),
  recovery_confirm: (p: MailParams) => ({
    subject: "Zweite Faktoren entfernen lassen?",
    preheader: "Nur wenn Sie sie verloren haben. Ohne Ihren Klick geschieht nichts.",
    heading: "Haben Sie Ihre zweiten Faktoren verloren?",
    paragraphs: [
      hello(p),
      "Jemand, der Ihr Passwort kennt, sagt, Ihre zweiten Faktoren seien verloren. Wenn Sie das sind, drücken Sie den " +
      "Knopf: Dann beginnt eine Wartezeit, und nach ihr werden sie entfernt, sodass Ihr Passwort allein genügt.",
      `Der Link gilt ${good_for(p)}. Sie können es jederzeit abbrechen.`,
    ],
    button: "Wartezeit beginnen",
    code_line: null,
    footer:
      "Wenn Sie das nicht waren, drücken Sie ihn nicht und ändern Sie Ihr Passwort: Jemand anderes kennt es.",
  }),
  recovery_waiting: (p: MailParams) => ({
    subject: "Ihre zweiten Faktoren werden entfernt",
    preheader: "Wenn Sie das nicht wollten, brechen Sie es jetzt ab.",
    heading: "Ihre zweiten Faktoren werden entfernt",
    paragraphs: [
      hello(p),
      `Jemand, der Ihr Passwort kennt und dieses Postfach liest, hat darum gebeten. Es geschieht${at(p)}.`,
      "Wenn Sie das sind, brauchen Sie nur zu warten. Finden Sie vorher Ihr Telefon, Ihren Schlüssel oder einen " +
      "Wiederherstellungscode, melden Sie sich an und brechen Sie es ab.",
      "Wenn Sie das nicht sind, drücken Sie jetzt den Knopf und ändern Sie Ihr Passwort.",
    ],
    button: "Abbrechen",
    code_line: null,
    footer: notice,
  }),
  recovery_notice: (p: MailParams) => ({
    subject: "Noch immer: Ihre zweiten Faktoren werden entfernt",
    preheader: "Wenn Sie das nicht wollten, brechen Sie es jetzt ab.",
    heading: "Ihre zweiten Faktoren werden bald entfernt",
    paragraphs: [
      hello(p),
      `Eine Wiederherstellung Ihres Kontos läuft. Wird sie nicht abgebrochen, werden alle zweiten Faktoren entfernt${
        at(p)
      }.`,
      "Wenn Sie das nicht wollen, drücken Sie den Knopf und ändern Sie Ihr Passwort.",
    ],
    button: "Abbrechen",
    code_line: null,
    footer: notice,
  }),
  recovery_cancelled: (p: MailParams) => ({
    subject: "Die Wiederherstellung wurde abgebrochen",
    preheader: "Ihre zweiten Faktoren bleiben, wie sie sind.",
    heading: "Die Wiederherstellung wurde abgebrochen",
    paragraphs: [
      hello(p),
      "Nichts wurde entfernt: Ihre zweiten Faktoren bleiben, wie sie sind.",
      "Wer darum gebeten hat, kennt Ihr Passwort. Wenn Sie das nicht waren, ändern Sie es sofort.",
    ],
    button: "Ihre Anmeldearten ansehen",
    code_line: null,
    footer: notice,
  }),
  recovery_done: (p: MailParams) => ({
    subject: "Ihre zweiten Faktoren wurden entfernt",
    preheader: "Melden Sie sich mit Ihrem Passwort an und richten Sie einen neuen ein.",
    heading: "Ihre zweiten Faktoren wurden entfernt",
    paragraphs: [
      hello(p),
      "Die Wartezeit ist vorbei. Alle zweiten Faktoren und Wiederherstellungscodes Ihres Kontos wurden entfernt, alle " +
      "Geräte abgemeldet. Melden Sie sich mit Ihrem Passwort an.",
      "Richten Sie dann einen neuen Faktor ein: Ohne ihn genügt ein gestohlenes Passwort.",
    ],
    button: "Neuen einrichten",
    code_line: null,
    footer: notice,
  }),
  new_device: (p: MailParams) => ({
    subject: "Anmeldung von einem neuen Gerät",
    preheader: "Wenn Sie das waren, ist nichts zu tun.",
    heading: "Anmeldung von einem neuen Gerät",
    paragraphs: [
      hello(p),
      "Jemand hat sich mit einem Gerät, das wir noch nicht kennen, bei Ihrem Konto angemeldet:",
      [p.when ? format.dateTime(p.when) : "", p.device ?? "ein unbekanntes Gerät", p.place ?? "", p.ip ?? ""]
        .filter((part) => part !== "").join(" · "),
      "Wenn Sie das waren, ist nichts zu tun. Wenn nicht, drücken Sie den Knopf: Das Gerät wird abgemeldet, und wir " +
      "schicken Ihnen einen Link, um ein neues Passwort zu wählen.",
    ],
    button: "Das war ich nicht",
    code_line: null,
    footer: notice,
  }),
};
