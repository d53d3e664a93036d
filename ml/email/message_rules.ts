/** What stands out in a message, and how much it counts. See message_score.ts. */
import { isFreeProvider } from "../lists/domains.ts";
import { type Link, piecesOf } from "./message_parts.ts";
import type { MessageToScore } from "./message_score.ts";

/** RFC 5322 §2.1.1, and the size at which Gmail cuts a message off. */
const [subjectMax, htmlBytesMax] = [78, 102_400];
const [linksMany, hostsMany] = [5, 2];

export interface Seen {
  message: MessageToScore;
  headers: Map<string, string>;
  links: Link[];
  /** What a reader of the HTML sees. */
  shown: string;
}

export interface Rule {
  name: string;
  effect: number;
  /** A number or `true` when it applies. */
  of(seen: Seen): number | boolean | null;
}

const share = (text: string, of: RegExp) => (text.match(of)?.length ?? 0) / Math.max(1, text.length);
const isOwn = (host: string, own: string[]) =>
  own.some((one) => host === one.toLowerCase() || host.endsWith(`.${one.toLowerCase()}`));

/** What addresses hide behind; filters know them by name. */
const shorteners = new Set([
  ...[
    "bit.ly",
    "tinyurl.com",
    "t.co",
    "goo.gl",
    "ow.ly",
    "is.gd",
    "buff.ly",
    "rebrand.ly",
    "cutt.ly",
    "t.ly",
  ],
]);
const pushing =
  /\b(act now|urgent|free|winner|congratulations|guarantee[d]?|limited time|click here|cash|prize|risk[- ]free|100 ?%|gratis|gewinn\w*|dringend|jetzt zugreifen|klicken sie hier|kostenlos)\b/giu;

export const rules: Rule[] = [
  { name: "subject_missing", effect: -2.5, of: ({ message }) => message.subject.trim() === "" },
  {
    name: "subject_long",
    effect: -0.4,
    of: ({ message }) => message.subject.length > subjectMax && message.subject.length,
  },
  {
    name: "subject_capitals",
    effect: -1.5,
    of: ({ message: { subject } }) => {
      const letters = subject.replace(/[^\p{L}]/gu, "");
      return letters.length >= 8 && share(letters, /\p{Lu}/gu) > 0.6;
    },
  },
  {
    name: "subject_marks",
    effect: -1,
    of: ({ message }) =>
      /[!?]{2,}|\p{Extended_Pictographic}.*\p{Extended_Pictographic}|[$€£]{2}/u.test(message.subject),
  },
  {
    name: "subject_pretends",
    effect: -1.5,
    of: ({ message }) => /^\s*(re|fwd?|aw|wg)\s*:/i.test(message.subject),
  },
  {
    name: "pushing_words",
    effect: -0.7,
    of: ({ message, shown }) => {
      const found = new Set(`${message.subject} ${shown}`.toLowerCase().match(pushing) ?? []);
      return found.size >= 2 && found.size;
    },
  },
  { name: "text_missing", effect: -1.8, of: ({ message }) => message.text.trim() === "" },
  {
    name: "text_differs",
    effect: -1.2,
    of: ({ message, shown }) => {
      if (message.text.trim() === "" || shown === "") return null;
      const common = overlap(words(message.text), words(shown));
      return common < 0.4 && Math.round(common * 100);
    },
  },
  {
    name: "mostly_markup",
    effect: -0.5,
    of: ({ message, shown }) => {
      const part = shown.length / Math.max(1, message.html.length);
      return message.html !== "" && part < 0.03 && Math.round(part * 1000) / 10;
    },
  },
  {
    name: "little_text",
    effect: -0.9,
    of: ({ message, shown }) => {
      const length = (shown || message.text).trim().length;
      return length < 60 && length;
    },
  },
  {
    name: "html_large",
    effect: -1,
    of: ({ message }) => {
      const bytes = new TextEncoder().encode(message.html).length;
      return bytes > htmlBytesMax && bytes;
    },
  },
  {
    name: "images_alone",
    effect: -1.6,
    of: ({ message, shown }) => /<img\b/i.test(message.html) && shown.length < 200,
  },
  {
    name: "active_content",
    effect: -3,
    of: ({ message }) =>
      piecesOf(message.html).some(({ tag, inside }) =>
        tag !== null && (active.has(tag) || /\son\w{1,30}=|=["']?javascript:/i.test(inside))
      ),
  },
  {
    name: "hidden_text",
    effect: -0.8,
    of: ({ message }) => {
      const hidden = hiddenLength(message.html);
      return hidden > 300 && hidden;
    },
  },
  {
    name: "many_links",
    effect: -0.6,
    of: ({ links }) => {
      const distinct = new Set(links.map(({ href }) => href)).size;
      return distinct > linksMany && distinct;
    },
  },
  {
    name: "many_link_hosts",
    effect: -0.7,
    of: ({ links }) => {
      const hosts = new Set(links.map(({ host }) => host)).size;
      return hosts > hostsMany && hosts;
    },
  },
  {
    name: "links_elsewhere",
    effect: -1,
    of: ({ links, message }) => {
      const foreign = links.filter(({ host }) => !isOwn(host, message.own_hosts)).length;
      return foreign > 0 && foreign;
    },
  },
  { name: "link_shortened", effect: -2, of: ({ links }) => links.some(({ host }) => shorteners.has(host)) },
  {
    name: "link_without_tls",
    effect: -0.7,
    of: ({ links }) => links.some(({ href, host }) => href.startsWith("http:") && !isLocal(host)),
  },
  {
    name: "link_to_number",
    effect: -2,
    of: ({ links }) => links.some(({ host }) => /^\d{1,3}(\.\d{1,3}){3}$|^\[/.test(host)),
  },
  {
    name: "link_says_another",
    effect: -2.5,
    of: ({ links }) => links.some(({ host, says }) => says !== null && says !== host),
  },
  {
    name: "sender_nameless",
    effect: -0.4,
    of: ({ message }) => message.from.name.trim() === "",
  },
  {
    name: "sender_free_provider",
    effect: -1.5,
    of: ({ message }) => isFreeProvider(domainOf(message.from.address)),
  },
  {
    name: "sender_not_answered",
    effect: -0.2,
    of: ({ message }) => /^(no|do-?not)-?reply@/i.test(message.from.address),
  },
  {
    name: "sender_other_address",
    effect: -2,
    of: ({ message: { from } }) => {
      const named = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/.exec(from.name)?.[0].toLowerCase();
      return named !== undefined && named !== from.address.toLowerCase();
    },
  },
  { name: "unsigned", effect: -0.9, of: ({ message }) => !message.signed },
  {
    name: "no_way_out",
    effect: -1.5,
    of: ({ message, headers }) => message.optional && !headers.has("list-unsubscribe"),
  },
  {
    name: "no_one_click",
    effect: -0.5,
    of: ({ message, headers }) =>
      message.optional && headers.has("list-unsubscribe") && !headers.has("list-unsubscribe-post"),
  },
];

const active = new Set(["script", "form", "iframe", "object", "embed"]);

const domainOf = (address: string) => address.slice(address.lastIndexOf("@") + 1).toLowerCase();

const words = (text: string) =>
  new Set(text.toLowerCase().replace(/https?:\/\/\S+/g, " ").match(/[\p{L}\p{N}]{3,}/gu) ?? []);

/** Of the smaller set's words, how many the other has. */
function overlap(a: Set<string>, b: Set<string>): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  if (small.size === 0) return 1;
  return [...small].filter((word) => large.has(word)).length / small.size;
}

/** Where somebody tries the service out. */
const isLocal = (host: string) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host);

/** Characters right in elements that are styled not to be seen; a preheader is short and belongs there. */
function hiddenLength(html: string): number {
  let length = 0;
  let hides = false;
  for (const { inside, text } of piecesOf(html)) {
    if (inside !== null) hides = /\bdisplay\s{0,9}:\s{0,9}none/i.test(inside.slice(0, 4_000));
    else if (hides) length += text.replace(/&#?\w{1,10};|[\s\u200b\u200c\u034f\u00ad]/g, "").length;
  }
  return length;
}
