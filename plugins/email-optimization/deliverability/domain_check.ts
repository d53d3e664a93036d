/** What is found about the sender's domain: one finding for each thing that receivers look at. */

export const checkNames = ["mx", "spf", "dkim", "dmarc", "mta_sts", "ptr"] as const;
export type CheckName = typeof checkNames[number];

/** To be copied into the DNS, or onto a web server. */
export interface ToPublish {
  /** The whole name, without a last dot; for a file, its address. */
  name: string;
  type: "TXT" | "MX" | "PTR" | "file";
  value: string;
}

export interface DomainCheck {
  name: CheckName;
  /** `note`: works, and could be better or cannot be seen from here. `unknown`: the DNS did not answer. */
  state: "good" | "note" | "bad" | "unknown";
  /** Key of its words, under `mail_domain.says` of the catalogue. */
  code: string;
  params: Record<string, string>;
  /** Records as they stand there. */
  found: string[];
  publish: ToPublish[];
}

export type Finding = Omit<DomainCheck, "name">;

export const finding = (
  state: DomainCheck["state"],
  code: string,
  { params = {}, found = [], publish = [] }: Partial<Pick<Finding, "params" | "found" | "publish">> = {},
): Finding => ({ state, code, params, found, publish });

/** A line of a zone file. A string of a TXT record has 255 bytes at most, so long ones stand in several (RFC 1035 §3.3.14). */
export function zoneLine({ name, type, value }: ToPublish): string {
  if (type !== "TXT") return `${name}. 3600 IN ${type} ${value}`;
  const strings = value.match(/.{1,255}/g) ?? [""];
  return `${name}. 3600 IN TXT ${strings.map((one) => `"${one.replace(/[\\"]/g, "\\$&")}"`).join(" ")}`;
}
