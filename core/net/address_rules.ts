/** Which addresses are the public network's: everything else may be ours, our host's or our cloud's. */
import { type AddressBytes, contains, isV4, readNetwork } from "../http/client_address.ts";

/** The special-purpose blocks of IPv4 (RFC 6890, IANA's registry), multicast (RFC 5771) and what is reserved. */
const closedV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
].map(readNetwork);

/** The only block that global addresses are given from (RFC 4291 §2.4): the rest is loopback, local, multicast, free. */
const globalV6 = readNetwork("2000::/3");

/** Tunnels, whose far end anybody names (Teredo in 2001::/23, 6to4), benchmarks and documentation. */
const closedV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].map(readNetwork);

/** What a resolver makes of an IPv4 host where only IPv6 runs (RFC 6052 §2.1): as public as the host within. */
const nat64 = readNetwork("64:ff9b::/96");

/** True for addresses that every machine of the internet reaches alike. */
export function isPublic(address: AddressBytes): boolean {
  if (isV4(address)) return !closedV4.some((one) => contains(one, address));
  if (contains(nat64, address)) return isPublic(mapped(address.subarray(12)));
  return contains(globalV6, address) && !closedV6.some((one) => contains(one, address));
}

const mapped = (v4: Uint8Array): AddressBytes =>
  Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...v4]);
