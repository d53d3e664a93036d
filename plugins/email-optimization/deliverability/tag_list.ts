/** `name=value; name=value`, as DKIM, DMARC, MTA-STS and TLS reports write it. */

const charactersMax = 10_000;

/** RFC 6376 §3.2. Null: it is none, or has a tag twice. Names keep their order and case. */
export function tagList(text: string): Map<string, string> | null {
  const tags = new Map<string, string>();
  if (text.length > charactersMax) return null;
  for (const part of text.split(";")) {
    if (part.trim() === "") continue;
    const at = part.indexOf("=");
    const name = part.slice(0, at).trim();
    if (at < 1 || !/^[A-Za-z]\w*$/.test(name) || tags.has(name)) return null;
    tags.set(name, part.slice(at + 1).trim());
  }
  return tags.size > 0 ? tags : null;
}
