/**
 * HTML in tagged templates: what is inserted is text, unless it was made here. Not called `html`, because formatters
 * lay out what is so called, and white space is visible in a mail.
 */
export class Html {
  constructor(readonly text: string) {}
}

type Insert = string | number | Html | Html[] | null;

export function markup(parts: TemplateStringsArray, ...inserts: Insert[]): Html {
  return new Html(parts.reduce((text, part, index) => text + insert(inserts[index - 1]) + part));
}

function insert(value: Insert): string {
  if (value === null) return "";
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map((one) => one.text).join("");
  return String(value)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
