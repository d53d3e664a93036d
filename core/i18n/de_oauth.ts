/** Words on the way to an app, in German. */
import type { oauth as english } from "./en_oauth.ts";

export const oauth: typeof english = {
  consent: {
    title: (app) => `${app} zulassen?`,
    lead: (app, who) => `${app} bittet um Zugriff auf Ihr Konto ${who}.`,
    again: (app) => `Sie haben ${app} schon einmal etwas erlaubt. Neu ist, was so markiert ist.`,
    wants: "Die App würde",
    new_mark: "neu",
    single: (claims) => `sehen: ${claims}`,
    resource: (where) => `dies in Ihrem Namen benutzen: ${where}`,
    sees: "Von Ihnen würde sie sehen",
    nothing: "wissen, dass Sie es sind, und sonst nichts",
    whose: "Ihre Website",
    contact: "Ansprechpartner",
    policy: "Was sie mit Ihren Daten macht",
    terms: "Ihre Bedingungen",
    allow: "Zulassen",
    deny: "Nicht zulassen",
    means: (app) =>
      `In beiden Fällen geht es zurück zu ${app}. Unter Konto, Verbundene Apps, können Sie das jederzeit zurücknehmen.`,
    other: "Anderes Konto benutzen",
    changed: "Die App hat sich inzwischen geändert. Sehen Sie noch einmal nach, worum sie bittet.",
  },
  select: {
    title: (app) => `Weiter zu ${app}`,
    lead: "Mit welchem Konto?",
    go_on: (who) => `Weiter als ${who}`,
    other: "Anderes Konto benutzen",
  },
  refused: {
    for_people:
      "Die App, von der Sie kommen, hat einen Fehler gemacht. Mit Ihrem Konto ist nichts geschehen.",
    what: "Was nicht stimmt",
    app: "App",
    for_developers: "Die Dokumentation für Entwickler",
  },
  form_post: {
    title: (app) => `Weiter zu ${app}`,
    lead: (app) => `Sie sind angemeldet. Wenn nichts geschieht, gehen Sie selbst weiter zu ${app}.`,
    submit: "Weiter",
  },
};

export const oauthWayProblems = {
  request_over: "Diese Anfrage ist beantwortet oder abgelaufen. Beginnen Sie in der App noch einmal.",
  client_changed: "Die App hat sich inzwischen geändert. Sehen Sie noch einmal nach, worum sie bittet.",
};
