/** Whether those who write to a domain are told to insist on TLS (RFC 8461): bounces and answers come that way. */
import { type Outgoing, OutgoingError } from "../../../core/net/outgoing.ts";
import type { Dns } from "./dns.ts";
import { tagList } from "./tag_list.ts";

export interface StsPolicy {
  mode: "enforce" | "testing" | "none";
  /** Host names; `*.` stands for one label. */
  mx: string[];
  max_age: number;
}

export interface StsFound {
  /** `_mta-sts` record. */
  text: string;
  policy: StsPolicy | string;
  /** Hosts of the domain's MX that the policy does not name: with `enforce`, they get no mail. */
  left_out: string[];
}

/** RFC 8461 §3.2. */
const [policyBytesMax, ageMax] = [64 * 1024, 31_557_600];

export const stsUrl = (domain: string): string => `https://mta-sts.${domain}/.well-known/mta-sts.txt`;

/** @returns a sentence when senders would not heed it */
export function parsePolicy(text: string): StsPolicy | string {
  const lines = text.split(/\r?\n/).map((line) => /^([a-z_]+):\s*(.*?)\s*$/.exec(line)).filter((line) =>
    line !== null
  );
  const first = (name: string) => lines.find(([, key]) => key === name)?.[2];
  if (first("version") !== "STSv1") return "it does not say version: STSv1";
  const mode = first("mode");
  if (mode !== "enforce" && mode !== "testing" && mode !== "none") {
    return "its mode is none of enforce, testing, none";
  }
  const max_age = Number(first("max_age") ?? NaN);
  if (!Number.isInteger(max_age) || max_age < 0 || max_age > ageMax) {
    return `its max_age is not 0 to ${ageMax}`;
  }
  const mx = lines.filter(([, key]) => key === "mx").map(([, , host]) =>
    host.toLowerCase().replace(/\.$/, "")
  );
  if (mode !== "none" && mx.length === 0) return "it names no mx";
  return { mode, mx: mx.slice(0, 100), max_age };
}

/** RFC 8461 §4.1: the wildcard is one whole label at the left. */
export function namesHost(mx: string[], host: string): boolean {
  return mx.some((one) =>
    one === host || one.startsWith("*.") && host.slice(host.indexOf(".") + 1) === one.slice(2)
  );
}

/** Null: the domain says nothing. @throws DnsFailure */
export async function findSts(dns: Dns, outgoing: Outgoing, domain: string): Promise<StsFound | null> {
  const texts = (await dns.txt(`_mta-sts.${domain}`)).filter((text) => /^v=STSv1\s*;/.test(text));
  if (texts.length === 0) return null;
  // RFC 8461 §3.1: with more than one record there is no policy; the id has 1 to 32 letters and digits.
  const id = tagList(texts[0])?.get("id");
  const wrong = texts.length > 1 ? `there are ${texts.length} records` : "its record has no id";
  if (texts.length > 1 || !id || !/^[A-Za-z0-9]{1,32}$/.test(id)) {
    return { text: texts[0], policy: wrong, left_out: [] };
  }
  const policy = await fetchPolicy(outgoing, domain);
  if (typeof policy === "string") return { text: texts[0], policy, left_out: [] };
  const hosts = (await dns.mx(domain)).map(({ host }) => host).filter(Boolean);
  return { text: texts[0], policy, left_out: hosts.filter((host) => !namesHost(policy.mx, host)) };
}

async function fetchPolicy(outgoing: Outgoing, domain: string): Promise<StsPolicy | string> {
  try {
    // RFC 8461 §3.3: no redirect is followed, and nothing but 200 is an answer.
    const { status, text } = await outgoing.get(stsUrl(domain), {
      bytes_max: policyBytesMax,
      accept: "text/plain",
    });
    return status === 200 ? parsePolicy(text) : `${stsUrl(domain)} answers ${status}`;
  } catch (error) {
    if (error instanceof OutgoingError) return `${stsUrl(domain)}: ${error.message}`;
    throw error;
  }
}
