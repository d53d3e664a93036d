/** The checks of a sender's domain, each by its RFC. They ask; nothing is changed. */
import type { Outgoing } from "../../../core/net/outgoing.ts";
import { dkimName, dkimRecord, parseDkim } from "./dkim_record.ts";
import type { DkimKey } from "./dkim_keys.ts";
import { aligned, findDmarc } from "./dmarc.ts";
import { type DnsFailure, plain } from "./dns.ts";
import type { Dns } from "./dns.ts";
import { type Finding, finding, type ToPublish } from "./domain_check.ts";
import { findSts, stsUrl } from "./mta_sts.ts";
import { type Sending, spfTerms } from "./sending.ts";
import { checkSpf, type SpfAnswer } from "./spf.ts";
import { isSpf, parseSpf } from "./spf_record.ts";

export interface DomainToCheck {
  dns: Dns;
  outgoing: Outgoing;
  /** Of the sender's address. */
  domain: string;
  sender: string;
  sending: Sending;
  keys: DkimKey[];
  signing: "published" | "always" | "never";
}

export async function checkMx({ dns, domain }: DomainToCheck): Promise<Finding> {
  const hosts = await dns.mx(domain);
  const found = hosts.map(({ host, preference }) => `${preference} ${host || "."}`);
  // RFC 7505 §4.2: a domain that says so sends no mail either, and receivers may refuse what is said to come from it.
  if (hosts.length === 1 && hosts[0].host === "") return finding("bad", "mx_null", { found });
  if (hosts.length > 0) return finding("good", "mx_there", { found });
  return (await dns.addresses(domain)).length > 0
    ? finding("note", "mx_address")
    : finding("bad", "mx_missing");
}

/** An address for documentation (RFC 5737 §3): nobody lets it send, so all of a record is read. */
const nobody = "192.0.2.1";

export async function checkSenders({ dns, domain, sender, sending }: DomainToCheck): Promise<Finding> {
  const terms = spfTerms(sending);
  const of = (ip: string) => checkSpf(dns, ip, domain, sender);
  const answers = await Promise.all((sending.addresses.length > 0 ? sending.addresses : [nobody]).map(of));
  const [first] = answers;
  const found = first.record === null ? [] : [first.record];
  const publish = (value: string | null): ToPublish[] =>
    value === null ? [] : [{ name: domain, type: "TXT", value }];
  const better = publish(withTerms(first.record, terms));
  if (answers.some(({ result }) => result === "temperror")) return unanswered(domain);
  if (first.record === null && first.result === "none") {
    return finding("bad", "spf_missing", { publish: better });
  }
  const wrong = answers.find(({ problem }) => problem !== null);
  if (wrong) return finding("bad", "spf_wrong", { params: { problem: wrong.problem! }, found });
  if (await anybody(of)) {
    return finding("bad", "spf_open", { found, publish: publish(closed(first.record!)) });
  }
  if (sending.include && !includes(first.record!, sending.include)) {
    return finding("bad", "spf_not_included", {
      params: { include: sending.include },
      found,
      publish: better,
    });
  }
  if (sending.include) {
    return finding("good", "spf_included", { params: { include: sending.include }, found });
  }
  if (sending.addresses.length === 0) return finding("note", "spf_unknown_server", { found });
  const refused = answers.findIndex(({ result }) => result !== "pass");
  const params = { addresses: sending.addresses.join(", "), address: sending.addresses[refused] ?? "" };
  if (refused >= 0) {
    // What a relay sends from may be another address than it listens on.
    const state = sending.from === "relay" ? "note" : "bad";
    return finding(state, "spf_not_ours", { params, found, publish: better });
  }
  const most = Math.max(...answers.map(({ lookups }) => lookups));
  if (most >= 9) return finding("note", "spf_lookups", { params: { lookups: String(most) }, found });
  return finding("good", "spf_pass", { params, found });
}

/** Two addresses for documentation of which both may send: so may everybody. */
async function anybody(of: (ip: string) => Promise<SpfAnswer>): Promise<boolean> {
  const [a, b] = await Promise.all([of(nobody), of("203.0.113.254")]);
  return a.result === "pass" && b.result === "pass";
}

const includes = (record: string, domain: string): boolean => {
  const parsed = parseSpf(record);
  return typeof parsed !== "string" &&
    (parsed.redirect === domain ||
      parsed.mechanisms.some(({ name, value }) => name === "include" && value === domain));
};

/** The record with these terms before its `all`; null: there is nothing to add. */
function withTerms(record: string | null, terms: string[]): string | null {
  if (record === null || !isSpf(record)) {
    return ["v=spf1", ...terms.length > 0 ? terms : ["mx"], "~all"].join(" ");
  }
  const missing = terms.filter((one) => !record.toLowerCase().split(" ").includes(one.toLowerCase()));
  if (missing.length === 0) return null;
  const [, head, all] = /^(.*?)(\s[+~?-]?all\b.*)?$/i.exec(record)!;
  return `${head} ${missing.join(" ")}${all ?? " ~all"}`;
}

const closed = (record: string) => record.replace(/\s\+?all\b/i, " ~all");

export async function checkKeys({ dns, domain, keys, signing }: DomainToCheck): Promise<Finding> {
  if (signing === "never") return finding("note", "dkim_never");
  const used = keys.find(({ state }) => state === "in_use") ?? null;
  const waiting = keys.find(({ state }) => state === "new") ?? null;
  const key = used ?? waiting;
  if (key === null) return finding("bad", "dkim_no_key");
  const publishing = (one: DkimKey): ToPublish => ({
    name: dkimName(one.selector, domain),
    type: "TXT",
    value: dkimRecord(one.public_key),
  });
  const found = await dns.txt(dkimName(key.selector, domain));
  const params = { selector: key.selector };
  const more = { params, found, publish: [publishing(key)] };
  if (found.length === 0) return finding("bad", used ? "dkim_lost" : "dkim_to_publish", more);
  if (found.length > 1) return finding("bad", "dkim_twice", more);
  const record = parseDkim(found[0]);
  if (typeof record === "string") {
    return finding("bad", "dkim_wrong", { ...more, params: { ...params, problem: record } });
  }
  if (record.p !== key.public_key) {
    return finding("bad", record.p === "" ? "dkim_revoked" : "dkim_differs", more);
  }
  if (record.testing) return finding("note", "dkim_testing", more);
  if (used && waiting) {
    return finding("note", "dkim_next", {
      params: { ...params, next: waiting.selector },
      found,
      publish: [publishing(waiting)],
    });
  }
  return finding("good", "dkim_there", { params, found });
}

/** Whether the record of a key stands in the DNS as it should. */
export async function isPublished(dns: Dns, key: DkimKey): Promise<boolean> {
  const found = await dns.txt(dkimName(key.selector, key.domain));
  const record = found.length === 1 ? parseDkim(found[0]) : null;
  return record !== null && typeof record !== "string" && record.p === key.public_key;
}

/** @param shown whether mail is shown to come from the domain, by its signature or by where it comes from */
export async function checkPolicy(
  { dns, domain }: DomainToCheck,
  shown: { dkim: boolean; spf: boolean },
): Promise<Finding> {
  const there = await findDmarc(dns, domain);
  const ask = (policy: string): ToPublish[] => [{
    name: `_dmarc.${domain}`,
    type: "TXT",
    value: `v=DMARC1; p=${policy}; rua=mailto:dmarc@${domain}`,
  }];
  if (there === null) return finding("bad", "dmarc_missing", { publish: ask("none") });
  const found = [there.text];
  if (typeof there.record === "string") {
    return finding("bad", "dmarc_wrong", { params: { problem: there.record }, found, publish: ask("none") });
  }
  const { policy, adkim, aspf, rua } = there.record;
  // Ours are signed by, and sent from, the very domain of the address, so either mode is met (RFC 7489 §3.1).
  const ours = shown.dkim && aligned(domain, domain, adkim) || shown.spf && aligned(domain, domain, aspf);
  if (!ours && policy !== "none") return finding("bad", "dmarc_refuses_us", { params: { policy }, found });
  if (!ours) return finding("note", "dmarc_nothing_shown", { params: { policy }, found });
  if (policy === "none") return finding("note", "dmarc_none", { found, publish: ask("quarantine") });
  if (rua.length === 0) return finding("note", "dmarc_no_reports", { params: { policy }, found });
  return finding("good", "dmarc_there", { params: { policy }, found });
}

export async function checkSts({ dns, outgoing, domain }: DomainToCheck): Promise<Finding> {
  const hosts = (await dns.mx(domain)).map(({ host }) => host).filter(Boolean);
  if (hosts.length === 0) return finding("note", "sts_no_mx");
  const file = (mode: string): ToPublish => ({
    name: stsUrl(domain),
    type: "file",
    value: ["version: STSv1", `mode: ${mode}`, ...hosts.map((host) => `mx: ${host}`), "max_age: 604800", ""]
      .join("\n"),
  });
  const id = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const record: ToPublish = { name: `_mta-sts.${domain}`, type: "TXT", value: `v=STSv1; id=${id}` };
  const there = await findSts(dns, outgoing, domain);
  if (there === null) return finding("note", "sts_missing", { publish: [record, file("testing")] });
  const { policy, left_out, text } = there;
  const found = [text];
  if (typeof policy === "string") {
    return finding("bad", "sts_wrong", {
      params: { problem: policy },
      found,
      publish: [record, file("testing")],
    });
  }
  const params = { mode: policy.mode, hosts: left_out.join(", ") };
  if (left_out.length > 0) {
    const state = policy.mode === "enforce" ? "bad" : "note";
    return finding(state, "sts_left_out", { params, found, publish: [record, file(policy.mode)] });
  }
  if (policy.mode !== "enforce") {
    return finding("note", "sts_testing", { params, found, publish: [record, file("enforce")] });
  }
  return finding("good", "sts_there", { params, found });
}

/** RFC 1912 §2.1: every address has a name, and the name leads back to it. Big receivers insist. */
export async function checkNamesOf({ dns, sending, domain }: DomainToCheck): Promise<Finding> {
  if (sending.addresses.length === 0) {
    return finding("note", sending.include ? "ptr_service" : "ptr_unknown_server");
  }
  const found: string[] = [];
  for (const address of sending.addresses) {
    const names = await dns.ptr(address);
    found.push(...names.map((name) => `${address} ${name}`));
    const params = { address, name: names[0] ?? "" };
    const publish: ToPublish[] = [{ name: address, type: "PTR", value: `mail.${domain}.` }];
    if (names.length === 0) return finding("bad", "ptr_missing", { params, found, publish });
    const back = await Promise.all(names.slice(0, 5).map((name) => dns.addresses(plain(name))));
    if (!back.flat().includes(address)) return finding("bad", "ptr_not_back", { params, found });
  }
  return finding("good", "ptr_there", { params: { addresses: sending.addresses.join(", ") }, found });
}

export const unanswered = (asked: DnsFailure["asked"]): Finding =>
  finding("unknown", "dns_failed", { params: { asked } });
