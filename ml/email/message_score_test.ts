import { expect } from "expect";
import { linksOf, textOfHtml } from "./message_parts.ts";
import { type MessageToScore, scoreMessage, scoreReasonNames } from "./message_score.ts";

const words =
  "Please confirm your address, so that we know that it is yours. The button is good for one day.";
const good: MessageToScore = {
  subject: "Confirm your address",
  text: `Hello Ann,\n\n${words}\n\nhttps://app.example.org/verify?token=abc\n`,
  html:
    `<html><head><title>x</title><style>p{margin:0}</style></head><body><p>Hello Ann,</p><p>${words}</p>` +
    `<a href="https://app.example.org/verify?token=abc">Confirm</a></body></html>`,
  headers: { "Auto-Submitted": "auto-generated" },
  from: { name: "Example", address: "mail@example.org" },
  own_hosts: ["app.example.org", "example.org"],
  optional: false,
  signed: true,
};
const withLink = (link: string): Partial<MessageToScore> => ({ html: good.html.replace(/<a.*<\/a>/, link) });

const cases: [string, Partial<MessageToScore>][] = [
  ["subject_missing", { subject: " " }],
  ["subject_long", { subject: "Confirm ".repeat(11) }],
  ["subject_capitals", { subject: "CONFIRM YOUR ADDRESS" }],
  ["subject_marks", { subject: "Confirm now!!" }],
  ["subject_pretends", { subject: "Re: your address" }],
  ["pushing_words", { subject: "Urgent: you are a winner" }],
  ["text_missing", { text: "" }],
  ["text_differs", { text: "Something else entirely stands here, about weather and cattle in Patagonia." }],
  ["mostly_markup", { html: good.html.replace("<body>", `<body>${"<i></i>".repeat(2_000)}`) }],
  ["little_text", { html: "<p>Hi there</p>" }],
  ["html_large", { html: good.html.replace("</body>", `${"a ".repeat(60_000)}</body>`) }],
  ["images_alone", { html: `<p>${words}</p><img src="https://example.org/a.png">` }],
  ["active_content", { html: `${good.html}<script>1</script>` }],
  ["active_content", { html: good.html.replace("<p>", '<p onclick="x()">') }],
  ["hidden_text", {
    html: good.html.replace("<p>", `<div style="color:red; display: none">${"hidden ".repeat(60)}</div><p>`),
  }],
  [
    "many_links",
    withLink([1, 2, 3, 4, 5, 6].map((n) => `<a href="https://example.org/${n}">x</a>`).join("")),
  ],
  [
    "many_link_hosts",
    withLink('<a href="https://a.example.org">x</a><a href="https://b.example.org/">x</a>'),
  ],
  ["links_elsewhere", withLink('<a href="https://example.com/">x</a>')],
  ["links_elsewhere", withLink('<a href="https://example.org.evil.test/">x</a>')],
  ["links_elsewhere", withLink('<a href="https://notexample.org/">x</a>')],
  ["link_shortened", withLink("<a class=b href='https://bit.ly/x'>x</a>")],
  ["link_without_tls", withLink('<a href="http://example.org/">x</a>')],
  ["link_to_number", withLink('<a href="https://192.0.2.1/">x</a>')],
  ["link_to_number", withLink('<a href="https://[2001:db8::1]/">x</a>')],
  ["link_says_another", withLink('<a href="https://example.org/x"><b>https://bank.example.com/</b></a>')],
  ["sender_nameless", { from: { name: "", address: "mail@example.org" } }],
  ["sender_free_provider", { from: { name: "Example", address: "example@GMAIL.com" } }],
  ["sender_not_answered", { from: { name: "Example", address: "no-reply@example.org" } }],
  ["sender_other_address", { from: { name: "boss@example.com", address: "mail@example.org" } }],
  ["unsigned", { signed: false }],
  ["no_way_out", { optional: true }],
  ["no_one_click", { optional: true, headers: { "list-unsubscribe": "<https://example.org/u>" } }],
];

Deno.test("scoreMessage() names what stands out in a message, and only that", () => {
  expect(scoreMessage(good)).toEqual({ score: 0.982, reasons: [] });
  for (const [name, change] of cases) {
    const { score, reasons } = scoreMessage({ ...good, ...change });
    expect([name, reasons.map(({ name }) => name)]).toEqual([name, expect.arrayContaining([name])]);
    expect(score).toBeLessThan(0.982);
  }
  const tried = new Set(cases.map(([name]) => name));
  expect(scoreReasonNames.filter((name) => !tried.has(name))).toEqual([]);
});

Deno.test("scoreMessage() leaves alone what only looks like it", () => {
  const fine: Partial<MessageToScore>[] = [
    { subject: "OTP" },
    { subject: "Ändern Sie Ihr Passwort?" },
    { subject: "Your registration: confirm" },
    withLink('<a href="https://example.org/x">example.org</a>'),
    withLink('<a href="https://app.example.org/x">Read more about it</a>'),
    {
      optional: true,
      headers: { "LIST-Unsubscribe": "<x>", "List-Unsubscribe-POST": "List-Unsubscribe=One-Click" },
    },
    {
      html: good.html.replace(
        "<p>",
        `<div style="display:none">${"&zwnj;&nbsp;&#847;".repeat(60)}</div><p>`,
      ),
    },
    { html: "" },
    { ...withLink('<a href="http://localhost:8000/x">x</a>'), own_hosts: ["localhost", "app.example.org"] },
    { html: good.html.replace("<p>", "<p>Look on=this: javascript: is a word. ") },
  ];
  for (const change of fine) {
    expect([change, scoreMessage({ ...good, ...change }).reasons]).toEqual([change, []]);
  }
});

Deno.test("linksOf() and textOfHtml() end on text that is made to make them slow", () => {
  for (
    const part of ["<a href=", '<a href="x">', "<!--", "<style", "<", "&#", "<div style=display:", 'style="']
  ) {
    const html = part.repeat(100_000);
    linksOf(html, html);
    expect(textOfHtml(html).length).toBeLessThan(500_001);
    expect(scoreMessage({ ...good, html, text: html, subject: html }).score).toBeLessThan(1);
  }
  expect(linksOf("", "https://example.org/ ".repeat(1_000))).toHaveLength(200);
});
