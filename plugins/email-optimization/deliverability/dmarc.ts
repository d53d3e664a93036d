/** What a domain asks for mail in its name that is not shown to be its own (RFC 7489). */
import type { Dns } from "./dns.ts";
import { tagList } from "./tag_list.ts";

export interface DmarcRecord {
  /** For this domain: `sp` of a parent where it is one. */
  policy: "none" | "quarantine" | "reject";
  /** `s`: the signature's or the envelope's domain must be the very same (§3.1). */
  adkim: "r" | "s";
  aspf: "r" | "s";
  /** Where reports go. */
  rua: string[];
  percent: number;
}

export interface DmarcFound {
  /** The name it stands at. */
  at: string;
  text: string;
  record: DmarcRecord | string;
}

const policies = ["none", "quarantine", "reject"];

/** @param inherited the record is a parent's. @returns a sentence when receivers would not heed it */
export function parseDmarc(text: string, inherited: boolean): DmarcRecord | string {
  const tags = tagList(text);
  // RFC 7489 §6.3: v is the first tag, and p is required.
  if (tags === null || [...tags.keys()][0] !== "v" || tags.get("v") !== "DMARC1") {
    return "it does not begin with v=DMARC1";
  }
  const own = tags.get("p")?.toLowerCase();
  if (own === undefined || !policies.includes(own)) return "it has no policy (p=)";
  const below = tags.get("sp")?.toLowerCase();
  const policy = inherited && below && policies.includes(below) ? below : own;
  const percent = Number(tags.get("pct") ?? 100);
  return {
    policy: policy as DmarcRecord["policy"],
    adkim: tags.get("adkim")?.toLowerCase() === "s" ? "s" : "r",
    aspf: tags.get("aspf")?.toLowerCase() === "s" ? "s" : "r",
    rua: (tags.get("rua") ?? "").split(",").map((one) => one.trim()).filter(Boolean),
    percent: Number.isInteger(percent) && percent >= 0 && percent <= 100 ? percent : 100,
  };
}

/**
 * The record of the domain, else that of a parent (§6.6.3). Which parent is the organisation's is a list's knowledge;
 * here every one above is asked, down to two labels, and the nearest answer counts.
 *
 * @throws DnsFailure
 */
export async function findDmarc(dns: Dns, domain: string): Promise<DmarcFound | null> {
  const labels = domain.split(".").slice(-8);
  for (let from = 0; from === 0 || from <= labels.length - 2; from++) {
    const at = `_dmarc.${labels.slice(from).join(".")}`;
    const texts = (await dns.txt(at)).filter((text) => /^v=DMARC1\b/.test(text.trim()));
    if (texts.length > 1) {
      return { at, text: texts[0], record: `there are ${texts.length}, so none of them counts` };
    }
    if (texts.length === 1) return { at, text: texts[0], record: parseDmarc(texts[0], from > 0) };
  }
  return null;
}

/** `mail.example.org` with `example.org`: relaxed alignment as far as it can be told without a list (§3.1). */
export const aligned = (a: string, b: string, mode: "r" | "s"): boolean =>
  a === b || mode === "r" && (a.endsWith(`.${b}`) || b.endsWith(`.${a}`));
