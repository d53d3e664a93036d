/** What is in a message: its links, and what a reader of its HTML sees. Linear in its length, whatever is in it. */

export interface Link {
  href: string;
  /** Lower case. */
  host: string;
  /** The host that its words name, when they look like an address of their own; else null. */
  says: string | null;
}

/** Longer parts are looked at up to here. */
export const charactersMax = 500_000;
const linksMax = 200;

/** A tag with what stands in its brackets, or the text between two. */
type Piece = { tag: string; inside: string; text: null } | { tag: null; inside: null; text: string };

/** Elements whose content nobody sees. */
const unseen = new Set(["style", "script", "head", "title"]);

/** Tags and texts in order, without comments and what nobody sees. No parser: a bracket in an attribute ends its tag. */
export function* piecesOf(html: string): Generator<Piece> {
  const all = html.slice(0, charactersMax);
  const lower = all.toLowerCase();
  for (let at = 0; at < all.length;) {
    if (all[at] !== "<") {
      const next = all.indexOf("<", at);
      const end = next < 0 ? all.length : next;
      yield { tag: null, inside: null, text: all.slice(at, end) };
      at = end;
    } else if (all.startsWith("<!--", at)) {
      at = after(all, "-->", at + 4);
    } else {
      const end = after(all, ">", at + 1);
      const inside = all.slice(at + 1, end - 1);
      const tag = /^\/?[a-z][a-z0-9]{0,20}/i.exec(inside)?.[0].toLowerCase() ?? "";
      yield { tag, inside, text: null };
      at = unseen.has(tag) ? after(lower, `</${tag}`, end) : end;
    }
  }
}

/** Where `what` ends; the end of everything when it is not there. */
function after(all: string, what: string, from: number): number {
  const at = all.indexOf(what, from);
  return at < 0 ? all.length : at + what.length;
}

/** Of both parts, up to 200. */
export function linksOf(html: string, text: string): Link[] {
  const links: Link[] = [];
  let open: { href: string; words: string } | null = null;
  const close = () => {
    if (open) add(links, open.href, open.words);
    open = null;
  };
  for (const { tag, inside, text: words } of piecesOf(html)) {
    if (links.length >= linksMax) break;
    if (tag === "a" || tag === "/a") close();
    if (tag === "a") {
      const [, , href] = /\shref\s*=\s*(["'])(.*?)\1/is.exec(inside.slice(0, 4_000)) ?? [];
      if (href !== undefined) open = { href: unescape(href), words: "" };
    }
    if (words !== null && open && open.words.length < 500) open.words += words.slice(0, 500);
  }
  close();
  for (const [href] of text.slice(0, charactersMax).matchAll(/\bhttps?:\/\/[^\s<>"]{1,4000}/gi)) {
    if (links.length >= linksMax) break;
    add(links, href, "");
  }
  return links;
}

function add(links: Link[], href: string, words: string): void {
  const url = URL.parse(href.trim());
  if (!url || !/^https?:$/.test(url.protocol)) return;
  links.push({ href: url.href, host: url.hostname.toLowerCase(), says: hostIn(unescape(words)) });
}

/** `example.org` of "https://example.org/x" and of "www.example.org"; words of other kinds name none. */
function hostIn(words: string): string | null {
  const shown = words.trim().replace(/^https?:\/\//i, "");
  const host = /^[^/?#:\s]+/.exec(shown)?.[0] ?? "";
  if (/\s/.test(shown) || !/^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}$/i.test(host)) return null;
  return host.toLowerCase();
}

/** Without tags, comments, styles and heads; entities as characters. */
export function textOfHtml(html: string): string {
  let shown = "";
  for (const { text } of piecesOf(html)) shown += text ?? " ";
  return unescape(shown).replace(/[\s\u200b\u200c\u034f\u00ad]+/g, " ").trim();
}

const entities: Record<string, string> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", zwnj: "\u200c", shy: "\u00ad" },
};

function unescape(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{1,10}));/gi, (whole, decimal, hex, name) => {
    if (name) return entities[name.toLowerCase()] ?? whole;
    const code = decimal ? Number(decimal) : parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
}
