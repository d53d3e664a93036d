import { expect } from "expect";
import { locales, stringsFor } from "../i18n/mod.ts";
import type { MailKind } from "../services/mod.ts";
import { greetingName, renderMail } from "./render.ts";
import { markup } from "./templates/escape.ts";
import { dark, light } from "./templates/palette.ts";

const core = { site_name: "Flow Shield", frontend_url: "https://app.example.org" };
const now = new Date("2026-03-01T12:00:00Z");
const kinds = Object.keys(stringsFor("en").mails) as MailKind[];
const whole = {
  url: "https://app.example.org/verify-email?token=abc&x=1",
  code: "012345",
  first_name: "Ada",
  email: "ada@new.example",
  when: "2026-03-01T11:00:00Z",
  expires_at: "2026-03-02T12:00:00Z",
};
const render = (kind: MailKind, data: Record<string, string> = whole, locale = "en") =>
  renderMail({ kind, locale, data, core, now });

Deno.test("every kind in every language has subject, both bodies, its language, and no image or script", () => {
  for (const locale of locales) {
    for (const kind of kinds) {
      const { subject, text, html } = render(kind, whole, locale);
      expect(subject).toMatch(/^[^\r\n]{5,200}$/);
      expect(html).toContain(`<html lang="${locale}"`);
      expect(html).not.toMatch(/<img|<script|<link|url\(|undefined|\[object/i);
      expect(text).not.toMatch(/undefined|\[object|<\w/);
      for (const line of text.split("\n")) {
        if (!line.startsWith("http")) expect(line.length).toBeLessThanOrEqual(74);
      }
    }
  }
});

Deno.test("the link stands whole in the text, and in the HTML as a button and as words", () => {
  const { text, html } = render("verify_email");
  expect(text.split("\n")).toContain(whole.url);
  const escaped = whole.url.replace("&", "&amp;");
  expect(html.split(`href="${escaped}"`)).toHaveLength(3);
  expect(html).toContain(`>${escaped}</a>`);
});

Deno.test("the code stands alone on a line, in two groups, and once in each body", () => {
  const { text, html } = render("verify_email");
  expect(text).toMatch(/^ {4}012 345$/m);
  expect(text.match(/012 345/g)).toHaveLength(1);
  // In the HTML once more: in the preheader.
  expect(html.match(/012 345/g)).toHaveLength(2);
});

Deno.test("tables are for layout only, there is one heading, and the preview is hidden", () => {
  for (const kind of kinds) {
    const { html } = render(kind);
    expect(html.match(/<table/g)!.length).toBe(html.match(/<table role="presentation"/g)!.length);
    expect(html.match(/<h1/g)).toHaveLength(1);
    expect(html).toContain('<div style="display:none');
    expect(html).toContain('<meta name="supported-color-schemes" content="light dark">');
    for (const [, px] of html.matchAll(/font:\d+ (\d+)px/g)) expect(Number(px)).toBeGreaterThanOrEqual(14);
  }
});

Deno.test("a mail without a link has no button, and an address that is not of the web is no link", () => {
  const urls = [
    "",
    "javascript:alert(1)",
    "data:text/html,x",
    "mailto:a@b.example",
    "not a url",
    "//x.example",
  ];
  for (const url of urls) {
    const { html, text } = render("password_reset", { ...whole, url });
    expect(html).not.toContain('class="m-button"');
    expect(html).not.toContain("javascript:");
    expect(text).not.toContain("javascript:");
  }
});

Deno.test("what is inserted is text: no value opens a tag or leaves an attribute", () => {
  const evil = `"><img src=x onerror=1>&'<b>`;
  const { html } = render("email_change_notice", {
    ...whole,
    first_name: evil,
    email: evil,
    url: `https://app.example.org/?a="><b>`,
  });
  expect(html).not.toMatch(/<img|<b>/);
  expect(markup`<p title="${evil}">`.text).toBe(
    '<p title="&quot;&gt;&lt;img src=x onerror=1&gt;&amp;&#39;&lt;b&gt;">',
  );
});

Deno.test("greetingName() greets people, and neither messages nor what breaks lines", () => {
  const rows: [string, string | null][] = [
    ["Ada", "Ada"],
    ["J. R. R. Tolkien", "J. R. R. Tolkien"],
    ["Łukasz-Jürgen O'Neill", "Łukasz-Jürgen O'Neill"],
    ["李小龙", "李小龙"],
    ["🦊 Fox", "🦊 Fox"],
    ["Ada\r\nBcc: all@example.org", null],
    ["Ada\r\nBcc all", "Ada Bcc all"],
    ["Ada\0\u202eadA", "Ada adA"],
    ["You won! https://evil.example", null],
    ["You won! www.evil", null],
    ["visit evil.example now", null],
    ["<b>Ada</b>", null],
    ["a@b", null],
    ["x".repeat(1000), null],
    ["", null],
    [" \u200b\t", null],
    ["\ud800", null],
  ];
  for (const [given, name] of rows) expect([given, greetingName(given)]).toEqual([given, name]);
  expect(greetingName("é".repeat(100))).toHaveLength(60);
});

Deno.test("where mail can be left, its end says so in both bodies; and nowhere else", () => {
  const url = "https://api.example.org/email/unsubscribe?token=abc";
  for (const [locale, words] of [["en", "Get less mail from us"], ["de", "Weniger Mail von uns"]]) {
    const left = renderMail({ kind: "welcome", locale, data: whole, core, now, leave_url: url });
    expect(left.text.trimEnd().split("\n").slice(-2)).toEqual([`${words}:`, url]);
    expect(left.html).toMatch(new RegExp(`<a [^>]*href="${url.replace("?", "\\?")}"[^>]*>${words}</a>`));
    const { text, html } = render("welcome", whole, locale);
    expect(text + html).not.toContain(words);
  }
});

Deno.test("a subject is one line whatever the data says", () => {
  for (const kind of kinds) {
    const { subject } = render(kind, {
      ...whole,
      first_name: "A\r\nTo: b@c",
      email: "x\r\nBcc: y",
      code: "1\r\n2",
    });
    expect(subject).not.toMatch(/[\r\n]/);
  }
});

Deno.test("a welcome names the service as its operator does, on one line", () => {
  for (const locale of locales) {
    const { subject } = renderMail({
      kind: "welcome",
      locale,
      data: {},
      core: { ...core, site_name: "Ada's\r\nParlour" },
      now,
    });
    expect(subject).toMatch(/^W\w+ \w+ Ada's Parlour$/);
  }
});

Deno.test("a mail that is sent late says how long is left, not how long there was", () => {
  const late = { ...whole, expires_at: "2026-03-01T13:00:00Z" };
  expect(render("password_reset", late).text).toContain("60 minutes");
  expect(render("password_reset", { ...whole, expires_at: "nonsense", expires_in_seconds: "x" }).text)
    .toContain("24 hours");
});

Deno.test("every pair of colours that is read has a contrast of 4.5 at least, in both schemes", () => {
  for (const c of [light, dark]) {
    const pairs: [string, string][] = [
      [c.ink, c.surface],
      [c.ink, c.page],
      [c.ink, c.wash],
      [c.muted, c.surface],
      [c.muted, c.page],
      [c.accent, c.surface],
      [c.accent, c.page],
      [c.on_accent, c.accent],
    ];
    for (const [a, b] of pairs) expect(contrast(a, b)).toBeGreaterThanOrEqual(4.5);
  }
});

/** WCAG 2.2, relative luminance. */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
