/** Makes subject, text and HTML of a mail from the catalogue of its reader's language. */
import type { CoreConfig } from "../config.ts";
import { groupCode, type MailParams } from "../i18n/mail_text.ts";
import { stringsFor } from "../i18n/mod.ts";
import type { MailKind, MailWording } from "../services/mod.ts";
import { type Layout, layoutHtml } from "./templates/layout_html.ts";
import { layoutText } from "./templates/layout_text.ts";

export interface MailToRender {
  kind: MailKind;
  locale: string;
  /**
   * `url`, `code`, `first_name` (or `name`), `email`, `app`, `client_id`, `factor`, `factor_name`, `reason`, `left`,
   * `device`, `place`, `ip`, `tips` (JSON: a list of `code` and `params`), `when` (ISO 8601), and how long link and code are good: `expires_at` (ISO 8601) or `expires_in_seconds`. Unknown
   * ones are ignored.
   */
  data: Record<string, string>;
  core: Pick<CoreConfig, "site_name" | "frontend_url">;
  now: Date;
  /** In place of the catalogue's own words. */
  wording?: MailWording | null;
  /** Where such mail is left. */
  leave_url?: string | null;
}

export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}

export function renderMail(
  { kind, locale, data, core, now, wording = null, leave_url }: MailToRender,
): RenderedMail {
  const t = stringsFor(locale);
  const code = data.code && oneLine(data.code, 32);
  const params: MailParams = {
    site_name: oneLine(core.site_name, 60),
    name: greetingName(data.first_name ?? data.name),
    ...code ? { code } : {},
    ...data.email ? { email: oneLine(data.email, 254) } : {},
    ...data.app ? { app: oneLine(data.app, 100) } : {},
    ...data.client_id ? { client_id: oneLine(data.client_id, 200) } : {},
    ...data.factor ? { factor: data.factor } : {},
    ...data.factor_name ? { factor_name: oneLine(data.factor_name, 60) } : {},
    ...data.reason ? { reason: oneLine(data.reason, 300) } : {},
    ...data.device ? { device: oneLine(data.device, 80) } : {},
    ...data.place ? { place: oneLine(data.place, 120) } : {},
    ...data.ip ? { ip: oneLine(data.ip, 45) } : {},
    ...data.tips ? { tips: readTips(data.tips, Object.keys(t.tips.words)) } : {},
    ...data.left && /^\d{1,3}$/.test(data.left) ? { left: Number(data.left) } : {},
    ...validDate(data.when) ? { when: new Date(data.when) } : {},
    ...expiry(data, now),
  };
  const standard = t.mails[kind](params);
  const words = wording ? wording.rewrite(standard, params) : standard;
  const url = webAddress(data.url);
  const layout: Layout = {
    locale: t.locale,
    site_name: core.site_name,
    site_url: new URL(core.frontend_url).origin,
    subject: oneLine(words.subject, 200),
    preheader: words.preheader,
    heading: words.heading,
    paragraphs: words.paragraphs,
    action: words.button && url ? { label: words.button, url, link_line: t.mail_layout.link } : null,
    code: words.code_line && code ? splitCodeLine(words.code_line, groupCode(code)) : null,
    code_first: wording?.code_first ?? false,
    footer: words.footer,
    leave: leave_url ? { label: t.unsubscribe.in_mail, url: leave_url } : null,
  };
  return { subject: layout.subject, text: layoutText(layout), html: layoutHtml(layout) };
}

/** The sentence without the code at its end, because the code gets a line of its own. */
function splitCodeLine(sentence: string, code: string): { line: string; code: string } {
  return { line: sentence.endsWith(code) ? sentence.slice(0, -code.length).trim() : sentence, code };
}

/**
 * A name is typed by whoever signs up, with any address: so a "name" that is a message to somebody else, with its
 * link, greets nobody.
 */
export function greetingName(given: string | undefined): string | null {
  const name = oneLine(given ?? "", 60);
  const speaks = /:\/\/|www\.|[@\\<>{}[\]]|[\p{L}\p{N}]\.\p{L}{2}/iu.test(name) || (given ?? "").length > 200;
  return speaks || name === "" ? null : name;
}

/** Without line ends, other control characters, and those that turn the direction of what follows. */
function oneLine(text: string, length_max: number): string {
  const line = text.toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]+/gu, " ")
    .replace(/\s+/g, " ").trim();
  const letters = [...line];
  return letters.length > length_max ? `${letters.slice(0, length_max - 1).join("")}…` : line;
}

const tipsMax = 3;

/** Those that there are words for. */
function readTips(json: string, known: string[]): NonNullable<MailParams["tips"]> {
  const given: { code: string; params?: { count?: string } }[] = JSON.parse(json);
  return given.filter(({ code }) => known.includes(code)).slice(0, tipsMax).map(({ code, params }) => ({
    code,
    params: /^\d{1,4}$/.test(params?.count ?? "") ? { count: params!.count } : {},
  }));
}

function expiry(data: Record<string, string>, now: Date): { expires_in_seconds?: number } {
  const seconds = validDate(data.expires_at)
    ? (new Date(data.expires_at).getTime() - now.getTime()) / 1000
    : Number(data.expires_in_seconds ?? "");
  return Number.isFinite(seconds) && seconds > 0 ? { expires_in_seconds: Math.ceil(seconds) } : {};
}

function validDate(text: string | undefined): text is string {
  return text !== undefined && text.length <= 40 && !Number.isNaN(Date.parse(text));
}

function webAddress(text: string | undefined): string | null {
  const url = text && URL.canParse(text) ? new URL(text) : null;
  return url && (url.protocol === "https:" || url.protocol === "http:") ? url.href : null;
}
