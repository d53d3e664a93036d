/** What stands in an SPF record (RFC 7208 §4.6, §12). */

export type Qualifier = "+" | "-" | "~" | "?";

export interface SpfMechanism {
  qualifier: Qualifier;
  name: "all" | "include" | "a" | "mx" | "ptr" | "ip4" | "ip6" | "exists";
  /** A domain, with macros; for `ip4` and `ip6` the network as written; null: the domain that is asked about. */
  value: string | null;
  /** Prefix lengths of `a` and `mx`. */
  bits: { v4: number; v6: number };
}

export interface SpfRecord {
  mechanisms: SpfMechanism[];
  redirect: string | null;
}

const versionTag = "v=spf1";
const termsMax = 100;

/** RFC 7208 §4.5: the version and then a space or nothing. */
export const isSpf = (text: string): boolean => /^v=spf1(?: |$)/i.test(text);

/** @returns a sentence when the record is wrong, which makes all of it count for nothing (RFC 7208 §4.6) */
export function parseSpf(text: string): SpfRecord | string {
  const record: SpfRecord = { mechanisms: [], redirect: null };
  const terms = text.slice(versionTag.length).split(" ").filter(Boolean);
  if (terms.length > termsMax) return `it has more than ${termsMax} terms`;
  for (const term of terms) {
    const modifier = /^([a-z][\w.-]*)=(.*)$/i.exec(term);
    if (modifier) {
      if (modifier[1].toLowerCase() !== "redirect") continue;
      // RFC 7208 §6: redirect at most once.
      if (record.redirect !== null) return "it has two redirect=";
      if (!isDomainSpec(modifier[2])) return `${term} names no domain`;
      record.redirect = modifier[2];
      continue;
    }
    const mechanism = parseMechanism(term);
    if (typeof mechanism === "string") return mechanism;
    record.mechanisms.push(mechanism);
  }
  return record;
}

function parseMechanism(term: string): SpfMechanism | string {
  const [, sign, word, value, v4, v6] =
    /^([+~?-]?)([a-z0-9]+)(?::([^\s/]*(?:\/(?!\d|\/)[^\s/]*)*))?(?:\/(\d{1,3}))?(?:\/\/(\d{1,3}))?$/i.exec(
      term,
    ) ?? [];
  const name = word?.toLowerCase() as SpfMechanism["name"];
  const qualifier = (sign || "+") as Qualifier;
  const wrong = `${term.slice(0, 80)} is not a term of SPF`;
  if (word === undefined) return wrong;
  if (name === "ip4" || name === "ip6") {
    const most = name === "ip4" ? 32 : 128;
    const bits = Number(v4 ?? most);
    const shape = name === "ip4" ? /^\d{1,3}(\.\d{1,3}){3}$/ : /^[0-9a-f:.]{2,45}$/i;
    if (!value || !shape.test(value) || bits > most || v6 !== undefined) return wrong;
    return { qualifier, name, value: `${value}/${bits}`, bits: { v4: 32, v6: 128 } };
  }
  if (value !== undefined && !isDomainSpec(value)) return wrong;
  const bits = { v4: Number(v4 ?? 32), v6: Number(v6 ?? 128) };
  if (bits.v4 > 32 || bits.v6 > 128) return wrong;
  const sized = v4 !== undefined || v6 !== undefined;
  if (name === "all") return value === undefined && !sized ? { qualifier, name, value: null, bits } : wrong;
  if (name === "a" || name === "mx") return { qualifier, name, value: value ?? null, bits };
  if (name === "ptr") return sized ? wrong : { qualifier, name, value: value ?? null, bits };
  if (name === "include" || name === "exists") {
    return value === undefined || sized ? wrong : { qualifier, name, value, bits };
  }
  return wrong;
}

/** RFC 7208 §7.1, without the last word on what a top level is. */
const isDomainSpec = (text: string): boolean =>
  text.length > 0 && text.length < 254 &&
  /^(?:[!-$&-~]|%%|%_|%-|%\{[slodiphcrtv]\d{0,3}r?[.\-+,/_=]*\})+$/i.test(text);

export interface MacroValues {
  ip: string;
  /** The dotted form of §7.3: nibbles for IPv6. */
  ip_dotted: string;
  sender: string;
  domain: string;
  v6: boolean;
}

/** RFC 7208 §7. `p` is answered as unknown, as §7.3 allows and §5.5 wishes. */
export function expandMacros(text: string, values: MacroValues): string {
  const at = values.sender.lastIndexOf("@");
  const letters: Record<string, string> = {
    s: values.sender,
    l: values.sender.slice(0, at),
    o: values.sender.slice(at + 1),
    d: values.domain,
    i: values.ip_dotted,
    c: values.ip,
    p: "unknown",
    v: values.v6 ? "ip6" : "in-addr",
    h: values.domain,
  };
  const expanded = text.replace(
    /%(?:([%_-])|\{([a-z])(\d{0,3})(r?)([.\-+,/_=]*)\})/gi,
    (_, sign, letter, digits, reverse, delimiters) => {
      if (sign) return sign === "%" ? "%" : sign === "_" ? " " : "%20";
      let parts = (letters[letter.toLowerCase()] ?? "unknown").split(
        new RegExp(`[${(delimiters || ".").replace(/[-\]\\^]/g, "\\$&")}]`),
      );
      if (reverse) parts = parts.reverse();
      if (digits && Number(digits) > 0) parts = parts.slice(-Number(digits));
      return parts.join(".");
    },
  );
  // RFC 7208 §7.3: what became too long loses labels on the left.
  let name = expanded;
  while (name.length > 253 && name.includes(".")) name = name.slice(name.indexOf(".") + 1);
  return name;
}
