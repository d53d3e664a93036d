/** Whether a server may send for a domain: `check_host()` of RFC 7208 §4. */
import { contains, isV4, readAddress, readNetwork } from "../../../core/http/client_address.ts";
import { type Dns, DnsFailure, plain } from "./dns.ts";
import {
  expandMacros,
  isSpf,
  type MacroValues,
  parseSpf,
  type Qualifier,
  type SpfMechanism,
} from "./spf_record.ts";

/** RFC 7208 §2.6. */
export type SpfResult = "none" | "neutral" | "pass" | "fail" | "softfail" | "temperror" | "permerror";

export interface SpfAnswer {
  result: SpfResult;
  /** Terms that asked the DNS, of at most ten. */
  lookups: number;
  /** The domain's own record; null: there is none, or more than one. */
  record: string | null;
  /** What is wrong with it; null where nothing is. */
  problem: string | null;
}

/** RFC 7208 §4.6.4: terms that ask, names without an answer, and hosts of one `mx` or `ptr`. */
const [lookupsMax, voidsMax, hostsMax] = [10, 2, 10];
const resultOf: Record<Qualifier, SpfResult> = { "+": "pass", "-": "fail", "~": "softfail", "?": "neutral" };

class PermError extends Error {}

interface State {
  dns: Dns;
  ip: Uint8Array;
  macros: Omit<MacroValues, "domain">;
  lookups: number;
  voids: number;
}

/**
 * Never throws.
 *
 * @param ip of the sending server
 * @param sender the address of `MAIL FROM`
 */
export async function checkSpf(dns: Dns, ip: string, domain: string, sender: string): Promise<SpfAnswer> {
  const bytes = readAddress(ip);
  if (!bytes) throw new TypeError("checkSpf: not an IP address");
  const v6 = !isV4(bytes);
  const ip_dotted = v6
    ? [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("").split("").join(".")
    : ip;
  const state: State = { dns, ip: bytes, macros: { ip, ip_dotted, sender, v6 }, lookups: 0, voids: 0 };
  let record: string | null = null;
  try {
    record = await recordOf(state, domain);
    if (record === null) return { result: "none", lookups: 0, record, problem: null };
    const result = await evaluate(state, domain, record);
    return { result, lookups: state.lookups, record, problem: null };
  } catch (error) {
    if (!(error instanceof PermError || error instanceof DnsFailure)) throw error;
    const result = error instanceof PermError ? "permerror" : "temperror";
    return { result, lookups: state.lookups, record, problem: error.message };
  }
}

/** Null: none. @throws PermError when there are two (§4.5) */
async function recordOf({ dns }: State, domain: string): Promise<string | null> {
  const records = (await dns.txt(domain)).filter(isSpf);
  if (records.length > 1) {
    throw new PermError(`${domain} has ${records.length} SPF records, and may have one`);
  }
  return records[0] ?? null;
}

async function evaluate(state: State, domain: string, text: string): Promise<SpfResult> {
  const record = parseSpf(text);
  if (typeof record === "string") throw new PermError(`the record of ${domain} is wrong: ${record}`);
  for (const mechanism of record.mechanisms) {
    if (await matches(state, domain, mechanism)) return resultOf[mechanism.qualifier];
  }
  // RFC 7208 §6.1: counts only where no mechanism matched, and there is no `all`.
  if (record.redirect === null || record.mechanisms.some(({ name }) => name === "all")) return "neutral";
  countLookup(state);
  const target = expand(state, domain, record.redirect);
  const there = await recordOf(state, target);
  if (there === null) throw new PermError(`redirect=${target} has no SPF record`);
  return await evaluate(state, target, there);
}

async function matches(state: State, domain: string, { name, value, bits }: SpfMechanism): Promise<boolean> {
  if (name === "all") return true;
  if (name === "ip4" || name === "ip6") return inNetwork(state.ip, value!);
  countLookup(state);
  const target = value === null ? domain : expand(state, domain, value);
  switch (name) {
    case "include": {
      const record = await recordOf(state, target);
      // RFC 7208 §5.2: an include of nothing is an error, and only `pass` matches.
      if (record === null) throw new PermError(`include:${target} has no SPF record`);
      return await evaluate(state, target, record) === "pass";
    }
    case "a":
      return anyOf(state, counted(state, await state.dns.addresses(target)), bits);
    case "mx": {
      const hosts = counted(state, await state.dns.mx(target));
      if (hosts.length > hostsMax) throw new PermError(`mx:${target} has more than ${hostsMax} hosts`);
      for (const { host } of hosts) {
        if (host !== "" && anyOf(state, await state.dns.addresses(host), bits)) return true;
      }
      return false;
    }
    case "exists":
      return counted(state, (await state.dns.addresses(target)).filter((one) => one.includes("."))).length >
        0;
    case "ptr":
      return await validated(state, target);
  }
}

/** RFC 7208 §5.5: a name of the address that leads back to it, below the domain. */
async function validated(state: State, domain: string): Promise<boolean> {
  const names = counted(state, await state.dns.ptr(state.macros.ip)).slice(0, hostsMax);
  for (const name of names) {
    if (name !== plain(domain) && !name.endsWith(`.${plain(domain)}`)) continue;
    if (anyOf(state, await state.dns.addresses(name), { v4: 32, v6: 128 })) return true;
  }
  return false;
}

function countLookup(state: State): void {
  if (++state.lookups > lookupsMax) throw new PermError(`it takes more than ${lookupsMax} look-ups`);
}

function counted<T>(state: State, answers: T[]): T[] {
  if (answers.length === 0 && ++state.voids > voidsMax) {
    throw new PermError(`more than ${voidsMax} names in it have no answer`);
  }
  return answers;
}

const expand = (state: State, domain: string, text: string) =>
  expandMacros(text, { ...state.macros, domain });

function anyOf({ ip }: State, addresses: string[], bits: { v4: number; v6: number }): boolean {
  return addresses.some((one) => {
    const read = readAddress(one);
    return read !== null && inNetwork(ip, `${one}/${isV4(read) ? bits.v4 : bits.v6}`);
  });
}

function inNetwork(ip: Uint8Array, network: string): boolean {
  // RFC 7208 §5.6: an address of one family is in no network of the other.
  if (network.includes(":") === isV4(ip)) return false;
  try {
    return contains(readNetwork(network), ip);
  } catch {
    // Has the shape of a network and is none, such as 999.0.0.0/8.
    throw new PermError(`${network} is not a network`);
  }
}
