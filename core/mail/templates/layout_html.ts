/**
 * The HTML of every mail. Tables carry the layout because Outlook knows nothing else, styles are inline because some
 * programs drop the rest, and there is no image: nothing to load, nothing to track, nothing to break.
 */
import { Html, markup } from "./escape.ts";
import { dark, light as c, type Palette } from "./palette.ts";

export interface Layout {
  locale: string;
  site_name: string;
  site_url: string;
  subject: string;
  preheader: string;
  heading: string;
  paragraphs: string[];
  action: { label: string; url: string; link_line: string } | null;
  code: { line: string; code: string } | null;
  /** The code stands above the button. */
  code_first: boolean;
  footer: string;
  /** Of mail that one may do without. */
  leave: { label: string; url: string } | null;
}

const sans = new Html("'Avenir Next', Avenir, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif");
const serif = new Html(
  "'Iowan Old Style', 'Palatino Linotype', Palatino, 'URW Palladio L', P052, Georgia, serif",
);
const mono = new Html(
  "'SF Mono', 'Cascadia Code', Menlo, Consolas, 'DejaVu Sans Mono', 'Courier New', monospace",
);
const body_font = markup`font:400 16px/1.6 ${sans}`;
const small_font = markup`font:400 14px/1.55 ${sans}`;
const table = new Html('<table role="presentation" cellpadding="0" cellspacing="0" border="0"');

/** Class → what the scheme colours; the same classes take both schemes. */
function scheme(c: Palette): string {
  return [
    `.m-page{background:${c.page}!important}`,
    `.m-card{background:${c.surface}!important;border-color:${c.line}!important}`,
    `.m-ink{color:${c.ink}!important}`,
    `.m-muted{color:${c.muted}!important}`,
    `.m-link{color:${c.accent}!important}`,
    `.m-button{background:${c.accent}!important}`,
    `.m-button a{color:${c.on_accent}!important}`,
    `.m-code{background:${c.wash}!important;color:${c.ink}!important}`,
    `.m-rule{border-color:${c.line}!important}`,
    `.m-calm{background:${c.accent}!important}`,
  ].join("\n");
}

const styles = new Html(`<style>
:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:0;width:100%!important;-webkit-text-size-adjust:100%;-ms-text-size-adjust:100%}
table{border-collapse:separate;border-spacing:0;mso-table-lspace:0;mso-table-rspace:0}
a[x-apple-data-detectors]{color:inherit!important;text-decoration:none!important}
@media (max-width:480px){
.m-outer{padding:16px 10px 28px!important}
.m-pad{padding-left:22px!important;padding-right:22px!important}
.m-h1{font-size:25px!important}
.m-press{width:100%!important}
.m-button a{display:block!important;text-align:center!important}
}
@media (prefers-color-scheme:dark){
${scheme(dark)}
}
</style>`);

/** Fills the rest of the preview, so that no other text slips in behind the preheader. */
const previewFiller = new Html("&#8199;&#65279;&#847; ".repeat(60).trim());

export function layoutHtml(mail: Layout): string {
  return markup`<!doctype html>
<html lang="${mail.locale}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<meta name="x-apple-disable-message-reformatting">
<title>${mail.subject}</title>
${styles}
</head>
<body class="m-page" style="margin:0;padding:0;background:${c.page}">
<div style="display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all">${mail.preheader}<span aria-hidden="true">${previewFiller}</span></div>
<div role="article" aria-roledescription="email" aria-label="${mail.subject}" lang="${mail.locale}" dir="ltr">
${table} class="m-page" width="100%" style="background:${c.page}"><tr><td class="m-outer" align="center" style="padding:32px 16px 40px">
${table} width="100%" style="max-width:560px;text-align:left">
<tr><td class="m-ink m-pad" style="padding:0 40px 18px;font:600 19px/1.3 ${serif};letter-spacing:-0.01em;color:${c.ink}">${mail.site_name}</td></tr>
<tr><td class="m-card m-pad" style="padding:34px 40px 38px;background:${c.surface};border:1px solid ${c.line};border-radius:16px">
${stream}
<h1 class="m-ink m-h1" style="margin:24px 0 20px;font:600 28px/1.22 ${serif};letter-spacing:-0.015em;color:${c.ink}">${mail.heading}</h1>
${mail.paragraphs.map(paragraph)}${ways(mail)}${mail.action && plainLink(mail.action)}</td></tr>
<tr><td class="m-muted m-pad" style="padding:22px 40px 0;${small_font};color:${c.muted}">
<p style="margin:0 0 8px">${mail.footer}</p>
<p style="margin:0">${mail.site_name} · <a class="m-link" href="${mail.site_url}" style="color:${c.accent}">${
    mail.site_url.replace(/^https?:\/\//, "")
  }</a></p>
${mail.leave && leaveLink(mail.leave)}</td></tr>
</table>
</td></tr></table>
</div>
</body>
</html>
`.text;
}

const stretch = (percent: number, colour: string, name = "") =>
  markup`<td class="${name}" width="${percent}%" height="4" style="background:${colour};font-size:0;line-height:0;border-radius:2px">&nbsp;</td>`;
const gap = markup`<td width="2%" height="4" style="font-size:0;line-height:0">&nbsp;</td>`;

/** The product's picture in one line: rough on the left, calm on the right. Decoration, so silent. */
const stream = markup`${table} aria-hidden="true" width="100%"><tr>${[
  stretch(3, c.coral),
  gap,
  stretch(6, c.coral),
  gap,
  stretch(11, c.mint),
  gap,
  stretch(74, c.accent, "m-calm"),
]}</tr></table>`;

function ways({ action, code: typed, code_first }: Layout): Html[] {
  const both = [...action ? [button(action)] : [], ...typed ? [code(typed)] : []];
  return code_first ? both.toReversed() : both;
}

function paragraph(text: string): Html {
  return markup`<p class="m-ink" style="margin:0 0 16px;${body_font};color:${c.ink};overflow-wrap:anywhere">${text}</p>
`;
}

function button({ label, url }: { label: string; url: string }): Html {
  return markup`${table} class="m-press" style="margin:26px 0 10px"><tr><td class="m-button" bgcolor="${c.accent}" style="background:${c.accent};border-radius:9px"><a href="${url}" style="display:inline-block;padding:14px 26px;font:600 16px/1.25 ${sans};color:${c.on_accent};text-decoration:none;border-radius:9px">${label}</a></td></tr></table>
`;
}

/** One press selects it whole; read aloud it is two groups of three, as its space says. */
function code({ line, code }: { line: string; code: string }): Html {
  return markup`<p class="m-ink" style="margin:22px 0 10px;${body_font};color:${c.ink}">${line}</p>
<p class="m-code" style="margin:0 0 8px;padding:16px 20px;border-radius:9px;background:${c.wash};color:${c.ink};font:600 30px/1.2 ${mono};letter-spacing:0.08em;text-align:center;white-space:nowrap;-webkit-user-select:all;user-select:all">${code}</p>
`;
}

function plainLink({ url, link_line }: { url: string; link_line: string }): Html {
  return markup`<p class="m-muted m-rule" style="margin:26px 0 0;padding-top:18px;border-top:1px solid ${c.line};${small_font};color:${c.muted}">${link_line}<br><a class="m-link" href="${url}" style="color:${c.accent};word-break:break-all">${url}</a></p>
`;
}

function leaveLink({ label, url }: { label: string; url: string }): Html {
  return markup`<p style="margin:8px 0 0"><a class="m-link" href="${url}" style="color:${c.muted}">${label}</a></p>
`;
}
