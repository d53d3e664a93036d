/** The plain text of every mail: for those who read it so, and for screens that show nothing else. */
import type { Layout } from "./layout_html.ts";

const COLUMNS = 72;

export function layoutText(mail: Layout): string {
  // An address stands on a line of its own, whole: a broken one cannot be pressed.
  const link = mail.action ? [`${mail.action.label}:`, mail.action.url, ""] : [];
  const code = mail.code ? [wrap(mail.code.line), "", `    ${mail.code.code}`, ""] : [];
  const parts = [
    mail.heading,
    "=".repeat(Math.min(COLUMNS, [...mail.heading].length)),
    "",
    ...mail.paragraphs.flatMap((paragraph) => [wrap(paragraph), ""]),
    ...mail.code_first ? [...code, ...link] : [...link, ...code],
    // What follows this line is a signature, which replies leave out (RFC 3676 §4.3).
    "-- ",
    wrap(mail.footer),
    `${mail.site_name} · ${mail.site_url}`,
    ...mail.leave ? ["", `${mail.leave.label}:`, mail.leave.url] : [],
  ];
  return parts.join("\n") + "\n";
}

function wrap(text: string): string {
  const lines = [""];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines[lines.length - 1];
    if (last && last.length + 1 + word.length > COLUMNS) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines.join("\n");
}
