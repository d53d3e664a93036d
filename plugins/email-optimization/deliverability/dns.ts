/** Questions to the Domain Name System, each with a time limit. */
import { isV4, readAddress } from "../../../core/http/client_address.ts";

/**
 * What does not exist is an empty list; no answer in time throws DnsFailure. The runtime tells a name server's failure
 * (SERVFAIL, RFC 1035 §4.1.1) as a name that is not there, so nothing final may hang on an empty list.
 */
export interface Dns {
  /** Each record's strings joined, as RFC 7208 §3.3 and RFC 6376 §3.6.2.2 want it. */
  txt(name: string): Promise<string[]>;
  /** Best first, without last dots; a null MX (RFC 7505) has the host "". */
  mx(name: string): Promise<{ host: string; preference: number }[]>;
  /** IPv4 and IPv6. */
  addresses(name: string): Promise<string[]>;
  /** Names of an address. */
  ptr(address: string): Promise<string[]>;
  /**
   * Whether the DNS is reached at all: the name or one above it is known to it. As a failure looks like nothing, this
   * is asked before it is said that there is nothing. Never throws.
   */
  reached(name: string): Promise<boolean>;
}

/** Nobody knows: ask again later. `name` is what was asked, a name of public records. */
export class DnsFailure extends Error {
  override name = "DnsFailure";
  constructor(readonly asked: string, cause: unknown) {
    super(`no answer from the DNS about ${asked}`, { cause });
  }
}

export interface DnsOptions {
  /** For one question. Default 3000. */
  timeout_milliseconds?: number;
  /** Asked instead of the machine's own. */
  name_server?: { ipAddr: string; port: number };
}

/** Records of one name and type that are looked at. */
const recordsMax = 100;

export function createDns({ timeout_milliseconds = 3_000, name_server }: DnsOptions = {}): Dns {
  const options = () => ({
    ...name_server ? { nameServer: name_server } : {},
    signal: AbortSignal.timeout(timeout_milliseconds),
  });

  async function ask<T>(name: string, question: () => Promise<T[]>): Promise<T[]> {
    try {
      return (await question()).slice(0, recordsMax);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw new DnsFailure(name, error);
    }
  }

  return {
    txt: async (name) =>
      (await ask(name, () => Deno.resolveDns(name, "TXT", options()))).map((strings) => strings.join("")),
    mx: async (name) =>
      (await ask(name, () => Deno.resolveDns(name, "MX", options())))
        .map(({ exchange, preference }) => ({ host: plain(exchange), preference }))
        .sort((a, b) => a.preference - b.preference),
    async addresses(name) {
      const both = await Promise.all([
        ask(name, () => Deno.resolveDns(name, "A", options())),
        ask(name, () => Deno.resolveDns(name, "AAAA", options())),
      ]);
      return both.flat();
    },
    async ptr(address) {
      const name = reverseName(address);
      return (await ask(name, () => Deno.resolveDns(name, "PTR", options()))).map(plain);
    },
    async reached(name) {
      const labels = name.split(".").slice(-8);
      const above = labels.map((_, at) => labels.slice(at).join("."));
      const servers = above.map((one) =>
        ask(one, () => Deno.resolveDns(one, "NS", options())).catch(() => [])
      );
      return (await Promise.all(servers)).some((found) => found.length > 0);
    },
  };
}

/** Lower case, without a last dot. */
export const plain = (name: string): string => name.toLowerCase().replace(/\.$/, "");

/** Where the names of an address stand: RFC 1035 §3.5, RFC 3596 §2.5. @throws TypeError when it is none */
export function reverseName(address: string): string {
  const bytes = readAddress(address);
  if (!bytes) throw new TypeError("reverseName: not an IP address");
  if (isV4(bytes)) return `${[...bytes.subarray(12)].reverse().join(".")}.in-addr.arpa`;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${[...digits].reverse().join(".")}.ip6.arpa`;
}
