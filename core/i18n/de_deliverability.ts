/** Worte darüber, ob Mail ankommt, auf Deutsch. */
import type { mailDomain as inEnglish } from "./en_deliverability.ts";

export const mailDomain: typeof inEnglish = {
  names: {
    mx: "Antworten (MX)",
    spf: "Absender (SPF)",
    dkim: "Unterschrift (DKIM)",
    dmarc: "Regel (DMARC)",
    mta_sts: "TLS für Antworten (MTA-STS)",
    ptr: "Namen der Server (PTR)",
  },
  states: { good: "Gut", note: "Ginge besser", bad: "Zu beheben", unknown: "Keine Antwort" },
  says: {
    dns_failed: ({ asked }) =>
      `Das DNS hat zu ${asked} nicht geantwortet. Versuchen Sie es gleich noch einmal.`,
    mx_there: () => "Antworten und unzustellbare Mails kommen an.",
    mx_address: () =>
      "Es gibt keinen MX, also gehen Antworten an die Adresse der Domain. Ein MX-Eintrag sagt es deutlich.",
    mx_null: () =>
      "Die Domain sagt, dass sie keine Mail nimmt. Empfänger lehnen Mail von ihr womöglich ab. Senden Sie von einer anderen, oder geben Sie ihr einen MX.",
    mx_missing: () =>
      "Die Domain hat keinen Mailserver. Unzustellbare Mails gehen verloren, und Empfänger lehnen Mail von ihr womöglich ab.",
    spf_missing: () =>
      "Nichts sagt, wer für diese Domain senden darf. Veröffentlichen Sie einen Eintrag, der Ihre Server nennt.",
    spf_wrong: ({ problem }) => `Empfänger beachten den Eintrag nicht: ${problem}.`,
    spf_open: () => "Der Eintrag lässt alle für diese Domain senden und schützt damit nichts.",
    spf_included: ({ include }) => `Der Eintrag nennt Ihren Maildienst, ${include}.`,
    spf_not_included: ({ include }) => `Der Eintrag nennt Ihren Maildienst nicht, ${include}.`,
    spf_unknown_server: () =>
      "Der Eintrag ist in Ordnung. Ob er Ihre Server nennt, ist von hier nicht zu sehen: Setzen Sie EMAIL_OPTIMIZATION_SENDING_ADDRESSES auf die öffentlichen Adressen, von denen Mail ausgeht.",
    spf_not_ours: ({ address }) =>
      `Der Eintrag lässt ${address} nicht senden. Wenn Mail von dort ausgeht, fügen Sie sie hinzu.`,
    spf_lookups: ({ lookups }) =>
      `Es geht, mit ${lookups} von zehn Nachfragen: Ein Dienst mehr ist vielleicht einer zu viel.`,
    spf_pass: ({ addresses }) => `Mail von ${addresses} besteht.`,
    dkim_never: () => "Dieser Dienst unterschreibt Mail nicht (EMAIL_OPTIMIZATION_DKIM ist never).",
    dkim_no_key: () =>
      "Es gibt noch keinen Schlüssel. Der Befehl doctor mail oder der Knopf auf der Seite legt einen an.",
    dkim_to_publish: () => "Veröffentlichen Sie diesen Eintrag. Unterschrieben wird, sobald er zu sehen ist.",
    dkim_lost: ({ selector }) =>
      `Mail wird mit ${selector} unterschrieben, und der Eintrag fehlt: Empfänger können nichts prüfen.`,
    dkim_twice: ({ selector }) => `Für ${selector} gibt es mehrere Einträge; behalten Sie diesen.`,
    dkim_wrong: ({ problem }) => `Der Eintrag ist nicht zu gebrauchen: ${problem}.`,
    dkim_differs: ({ selector }) => `Der Eintrag für ${selector} hat einen anderen Schlüssel als wir.`,
    dkim_revoked: ({ selector }) =>
      `Der Schlüssel ${selector} ist im DNS widerrufen. Legen Sie einen neuen an.`,
    dkim_testing: () =>
      "Im Eintrag steht t=y, also behandeln Empfänger die Mail wie ohne Unterschrift. Nehmen Sie das heraus.",
    dkim_next: ({ selector, next }) =>
      `Mail wird mit ${selector} unterschrieben. ${next} übernimmt, sobald der Eintrag zu sehen ist.`,
    dkim_there: ({ selector }) => `Der Eintrag für ${selector} ist da, und der Schlüssel ist unserer.`,
    dmarc_missing: () => "Nichts sagt, was mit Mail geschehen soll, die sich nur als Ihre ausgibt.",
    dmarc_wrong: ({ problem }) => `Empfänger beachten den Eintrag nicht: ${problem}.`,
    dmarc_refuses_us: ({ policy }) =>
      `Die Regel ist ${policy}, und weder Unterschrift noch Absender-Eintrag zeigen, dass Mail von Ihnen ist. Sie wird abgelehnt.`,
    dmarc_nothing_shown: () =>
      "Weder Unterschrift noch Absender-Eintrag zeigen bisher, dass Mail von Ihnen ist. Beheben Sie erst das.",
    dmarc_none: () =>
      "Die Regel sieht nur zu. Wenn die Berichte nichts von Ihnen beanstanden, verlangen Sie quarantine.",
    dmarc_no_reports: ({ policy }) => `Die Regel ist ${policy}; niemand bekommt Berichte (rua).`,
    dmarc_there: ({ policy }) => `Die Regel ist ${policy}, und Ihre Mail erfüllt sie.`,
    sts_no_mx: () => "Die Domain nimmt keine Mail über MX, also ist nichts zu schützen.",
    sts_missing: () =>
      "Wer Ihnen schreibt, erfährt nicht, dass er auf TLS bestehen soll. Beginnen Sie mit testing.",
    sts_wrong: ({ problem }) => `Absender beachten die Regel nicht: ${problem}.`,
    sts_left_out: ({ hosts }) => `Die Regel nennt ${hosts} nicht. Mit enforce kommt dort keine Mail an.`,
    sts_testing: ({ mode }) => `Die Regel gilt im Modus ${mode}. Wenn nichts ausfällt, setzen Sie enforce.`,
    sts_there: () => "Absender bestehen auf TLS.",
    ptr_service: () => "Um die Namen der Server kümmert sich Ihr Maildienst.",
    ptr_unknown_server: () =>
      "Von welchen öffentlichen Adressen Mail ausgeht, ist von hier nicht zu sehen: Setzen Sie EMAIL_OPTIMIZATION_SENDING_ADDRESSES.",
    ptr_missing: ({ address }) =>
      `${address} hat keinen Namen. Große Empfänger lehnen Mail von dort ab; wer Ihnen die Adresse gab, setzt ihn.`,
    ptr_not_back: ({ address, name }) => `${address} heißt ${name}, und das führt nicht dorthin zurück.`,
    ptr_there: ({ addresses }) => `Name und Adresse passen zusammen: ${addresses}.`,
  },
};

/** Nach den Namen von `ml/email/message_rules.ts`. */
export const messageScore: Record<string, string> = {
  subject_missing: "Sie hat keinen Betreff.",
  subject_long: "Der Betreff ist länger als eine Zeile.",
  subject_capitals: "Der Betreff steht in Großbuchstaben.",
  subject_marks: "Der Betreff schreit mit Zeichen oder Bildern.",
  subject_pretends: "Der Betreff gibt sich als Antwort aus.",
  pushing_words: "Sie drängt, mit Worten der Werbung.",
  text_missing: "Sie hat keinen reinen Text.",
  text_differs: "Reiner Text und HTML sagen Verschiedenes.",
  mostly_markup: "Das HTML ist fast nur Auszeichnung.",
  little_text: "Es steht kaum Text darin.",
  html_large: "Das HTML ist so groß, dass es abgeschnitten wird.",
  images_alone: "Es gibt Bilder und kaum Text.",
  active_content: "Es steht ein Formular oder ein Programm darin.",
  hidden_text: "Viel Text darin sieht niemand.",
  many_links: "Es gibt viele Links.",
  many_link_hosts: "Links führen zu vielen Rechnern.",
  links_elsewhere: "Ein Link führt zu einem Rechner, der nicht Ihrer ist.",
  link_shortened: "Ein Link verbirgt sich hinter einem kurzen.",
  link_without_tls: "Ein Link ist nicht https.",
  link_to_number: "Ein Link führt zu einer nackten Adresse.",
  link_says_another: "Ein Link zeigt eine andere Adresse, als er ansteuert.",
  sender_nameless: "Der Absender hat keinen Namen.",
  sender_free_provider: "Die Adresse des Absenders gehört zu einem freien Anbieter.",
  sender_not_answered: "Die Adresse des Absenders sagt, dass niemand Antworten liest.",
  sender_other_address: "Der Name des Absenders zeigt eine andere Adresse.",
  unsigned: "Sie ist nicht unterschrieben (DKIM).",
  no_way_out: "Sie ist verzichtbar, und man kann sie nicht abbestellen.",
  no_one_click: "Das Abbestellen braucht mehr als einen Klick.",
};
