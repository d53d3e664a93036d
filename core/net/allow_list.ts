/** The hosts that an operator lets this service reach although strangers name them. */
import {
  type AddressBytes,
  contains,
  type Network,
  readAddress,
  readNetwork,
} from "../http/client_address.ts";

export interface AllowList {
  /** The host is listed by its name, with this port or with none. */
  coversHost(host: string, port: number): boolean;
  coversAddress(address: AddressBytes, port: number): boolean;
}

interface Entry {
  network: Network | null;
  host: string;
  port: number | null;
}

const nameShape =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;

/**
 * @param entries host names, addresses or networks; names and addresses may have a port: `idp.internal`,
 *   `localhost:9000`, `10.0.0.7`, `[fd00::7]:8443`, `10.0.0.0/8`
 * @throws Error naming the entry that is none of them
 */
export function readAllowList(entries: string[]): AllowList {
  const all = entries.map(readEntry);
  return {
    coversHost: (host, port) =>
      all.some((one) => one.network === null && one.host === host && fits(one, port)),
    coversAddress: (address, port) =>
      all.some((one) => one.network !== null && contains(one.network, address) && fits(one, port)),
  };
}

const fits = (entry: Entry, port: number) => entry.port === null || entry.port === port;

function readEntry(text: string): Entry {
  const plain = text.trim().toLowerCase();
  const bare = plain.includes("/") || readAddress(plain) ? null : /^(.+):(\d{1,5})$/.exec(plain);
  const host = (bare ? bare[1] : plain).replace(/^\[(.+)\]$/, "$1").replace(/\.$/, "");
  const port = bare ? Number(bare[2]) : null;
  if (port !== null && (port < 1 || port > 65535)) throw wrong(text);
  if (host.includes("/") || readAddress(host)) return { network: readNetwork(host), host, port };
  if (!nameShape.test(host)) throw wrong(text);
  return { network: null, host, port };
}

const wrong = (text: string) =>
  new Error(`${JSON.stringify(text)} is not a host, host:port, address or network such as 10.0.0.0/8`);
