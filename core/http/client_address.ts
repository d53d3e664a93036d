/** Whose request this is when proxies stand between: an address is believed only as far as trusted proxies vouch. */

/** Sixteen bytes; IPv4 as `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2). */
export type AddressBytes = Uint8Array;

const hopsMax = 32;

/**
 * Reads `X-Forwarded-For` from right to left while the address at hand is a trusted proxy's.
 *
 * @param trusted addresses or networks such as `10.0.0.0/8` or `fd00::/8`
 * @throws Error at a network that cannot be read
 */
export function clientAddresses(
  trusted: string[],
): (remote: string | null, forwarded: string | null) => string | null {
  const networks = trusted.map(readNetwork);
  const isTrusted = (address: AddressBytes) => networks.some((one) => contains(one, address));
  return (remote, forwarded) => {
    const peer = remote === null ? null : readAddress(remote);
    if (!peer) return null;
    if (networks.length === 0 || forwarded === null || !isTrusted(peer)) return writeAddress(peer);
    let found = peer;
    // Each further hop costs a little, and who is far left is anybody's word.
    for (const hop of forwarded.split(",").slice(-hopsMax).reverse()) {
      const address = readAddress(withoutPort(hop.trim()));
      if (!address) break;
      found = address;
      if (!isTrusted(address)) break;
    }
    return writeAddress(found);
  };
}

/** What a limit counts by: one address, or the /64 that an IPv6 customer is given whole. */
export function addressForLimits(address: string): string {
  const bytes = readAddress(address);
  if (!bytes) return address;
  return isV4(bytes) ? writeAddress(bytes) : writeAddress(masked(bytes, 64)) + "/64";
}

export interface Network {
  address: AddressBytes;
  bits: number;
}

/** @throws Error at a text that is neither an address nor a network */
export function readNetwork(text: string): Network {
  const [host, size] = text.split("/");
  const address = readAddress(host);
  const v4 = address !== null && isV4(address) && !host.includes(":");
  const most = v4 ? 32 : 128;
  const bits = size === undefined ? most : Number(size);
  if (!address || !Number.isInteger(bits) || bits < 0 || bits > most) {
    throw new Error(`${JSON.stringify(text)} is not an address or network such as 10.0.0.0/8`);
  }
  return { address, bits: v4 ? bits + 96 : bits };
}

export function contains(network: Network, address: AddressBytes): boolean {
  const whole = network.bits >> 3;
  for (let i = 0; i < whole; i++) if (network.address[i] !== address[i]) return false;
  const rest = network.bits & 7;
  if (rest === 0) return true;
  const mask = 0xff << (8 - rest) & 0xff;
  return (network.address[whole] & mask) === (address[whole] & mask);
}

function masked(address: AddressBytes, bits: number): AddressBytes {
  return address.map((byte, i) => i * 8 < bits ? byte : 0);
}

/** Some proxies write `192.0.2.1:5678` or `[2001:db8::1]:443`. */
function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text);
  if (bracketed) return bracketed[1];
  const v4 = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text);
  return v4 ? v4[1] : text;
}

/** Null when it is not an address. A zone (`%eth0`) says nothing to us and is dropped. */
export function readAddress(text: string): AddressBytes | null {
  if (text.length > 64) return null;
  const plain = text.replace(/%.*$/, "");
  if (!plain.includes(":")) {
    const v4 = readV4(plain);
    return v4 ? Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...v4]) : null;
  }
  return readV6(plain);
}

function readV4(text: string): number[] | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  const bytes = parts.map((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) ? Number(part) : 256);
  return bytes.every((byte) => byte < 256) ? bytes : null;
}

function readV6(text: string): AddressBytes | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head, tail] = [groups(halves[0]), halves.length === 2 ? groups(halves[1]) : []];
  if (!head || !tail) return null;
  const gap = 16 - head.length - tail.length;
  if (halves.length === 2 ? gap < 2 : gap !== 0) return null;
  return Uint8Array.from([...head, ...new Array<number>(gap).fill(0), ...tail]);
}

/** The bytes of `a:b:c` or `a:b:192.0.2.1`; null when they are none. */
function groups(text: string): number[] | null {
  if (text === "") return [];
  const bytes: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    if (part.includes(".")) {
      const v4 = i === parts.length - 1 ? readV4(part) : null;
      if (!v4) return null;
      bytes.push(...v4);
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(part)) return null;
      const group = parseInt(part, 16);
      bytes.push(group >> 8, group & 255);
    }
  }
  return bytes.length <= 16 ? bytes : null;
}

export function isV4(bytes: AddressBytes): boolean {
  return bytes[10] === 255 && bytes[11] === 255 && bytes.subarray(0, 10).every((byte) => byte === 0);
}

/** One spelling for each address, so that it can be compared and counted (RFC 5952). */
export function writeAddress(bytes: AddressBytes): string {
  if (isV4(bytes)) return bytes.subarray(12).join(".");
  const words = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] << 8) | bytes[2 * i + 1]).toString(16));
  return new URL(`http://[${words.join(":")}]`).hostname.slice(1, -1);
}
