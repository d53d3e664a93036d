/** Words about how good a password is, in German. Sentences with {names} in braces. */
import type { passwordIslands as enIslands, passwords as en } from "./en_passwords.ts";

export const passwords: typeof en = {
  locale: "de-DE",
  levels: {
    very_weak: "Sehr schwach",
    weak: "Schwach",
    fair: "Mittel",
    strong: "Stark",
    very_strong: "Sehr stark",
  },
  instantly: "weniger als eine Sekunde",
  centuries: "Jahrhunderte",
  patterns: {
    common_password: "ein sehr häufiges Passwort",
    word: "ein Wort aus dem Wörterbuch",
    name: "ein Name",
    keyboard: "Tasten, die nebeneinanderliegen",
    sequence: "eine Reihe wie abc oder 123",
    repetition: "eine Wiederholung",
    date: "ein Datum",
    year: "ein Jahr",
    personal: "etwas von Ihnen",
    random: "Zeichen ohne Muster",
  },
  disguise: {
    leet: "Buchstaben gegen Ziffern oder Zeichen getauscht",
    reversed: "rückwärts geschrieben",
    case: "mit Großbuchstaben",
  },
  times: "{count}-mal",
  personal_from: {
    email: "Ihrer E-Mail-Adresse",
    username: "Ihrem Benutzernamen",
    first_name: "Ihrem Vornamen",
    last_name: "Ihrem Nachnamen",
    birth_date: "Ihrem Geburtsdatum",
    site_names: "dem Namen dieser Seite",
  },
  personal: "Das stammt aus {from}.",
  summary: {
    empty: "Noch gibt es nichts zu beurteilen.",
    known:
      "Dieses Passwort stand in einem Datenleck und gehört zu den ersten, die jemand versucht. Bitte nehmen Sie ein anderes.",
    near:
      "Das ist ein leicht verändertes Passwort aus einem Datenleck; solche Änderungen werden sofort versucht.",
    personal:
      "Es ist aus {from} gebildet, und das versucht zuerst, wer an Ihr Konto will. Bei gestohlenen Daten: {time}.",
    mostly: "Es ist vor allem {what}. Das versuchen Programme früh. Bei gestohlenen Daten: {time}.",
    several: "Es besteht aus: {what}. Programme setzen solche Teile zusammen. Bei gestohlenen Daten: {time}.",
    guessable: "Es gleicht Passwörtern, die viele Menschen wählen. Bei gestohlenen Daten: {time}.",
    strong: "Schwer zu erraten. Selbst bei gestohlenen Daten: {time}.",
  },
  advice: {
    start_anew:
      "Fangen Sie neu an: Vier Wörter, die nichts miteinander zu tun haben, lassen sich leicht merken.",
    leave_out_personal:
      "Lassen Sie weg, was von Ihnen stammt (Zeichen {from} bis {to}), und setzen Sie ein beliebiges Wort dafür ein.",
    replace_part:
      "Zeichen {from} bis {to} bringen fast nichts: {what}. Setzen Sie dort ein ungewöhnliches Wort ein.",
    add_word: "Fügen Sie noch ein Wort hinzu, das mit dem Rest nichts zu tun hat.",
    add_two_words: "Fügen Sie noch zwei Wörter hinzu, die mit dem Rest nichts zu tun haben.",
  },
  enough: "Gut so. Bewahren Sie es in einem Passwortmanager auf, und benutzen Sie es nur hier.",
};

export const passwordIslands: typeof enIslands = {
  strength: {
    label: "Wie schwer dieses Passwort zu erraten ist",
    idle: "Während Sie tippen, steht hier, wie schwer dieses Passwort zu erraten ist.",
    more: "noch {count}",
    too_long: "Zu lang",
    checking: "Wird beurteilt …",
    away: "Es kann gerade nicht beurteilt werden. Sie können trotzdem weitermachen.",
    level: "{level}",
    spoken: "{level}. {explanation} {suggestion}",
    heat: "Jedes Feld ist ein Zeichen: je dunkler, desto schwerer zu erraten.",
    rules: "Nur nach Regeln beurteilt.",
  },
};
