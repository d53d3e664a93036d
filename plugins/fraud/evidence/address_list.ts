/** A list of networks, one a line: "192.0.2.0/24", "2001:db8::/32", "198.51.100.7". Comments begin with `#`. */
import { OperatorError } from "../../../core/operator_error.ts";

export interface AddressList {
  has(ip: string): boolean;
  size: number;
}

/** A published list of all datacentres has some 50,000 lines. */
const linesMax = 500_000;

/** @throws OperatorError naming the setting and the line */
export async function loadAddressList(setting: string, path: string | null): Promise<AddressList | null> {
  if (path === null) return null;
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new OperatorError(`${setting}: ${path} cannot be read`, { cause: error });
  }
  return readAddressList(setting, text);
}

export function readAddressList(setting: string, text: string): AddressList {
  const lines = text.split("\n");
  if (lines.length > linesMax) throw new OperatorError(`${setting}: at most ${linesMax} lines are read`);
  /** By length of the prefix, for each family. */
  const networks = new Map<string, Set<bigint>>();
  let size = 0;
  for (const [i, line] of lines.entries()) {
    const given = line.replace(/#.*/, "").trim();
    if (given === "") continue;
    const [ip, prefix] = given.split("/");
    const address = addressBits(ip);
    const bits = prefix === undefined ? address?.bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : undefined;
    if (!address || bits === undefined || bits > address.bits) {
      throw new OperatorError(`${setting}: line ${i + 1} is no network such as 192.0.2.0/24`);
    }
    const name = `${address.bits}/${bits}`;
    const known = networks.get(name) ?? new Set();
    networks.set(name, known.add(address.value >> BigInt(address.bits - bits)));
    size++;
  }
  const kinds = [...networks].map(([name, set]) => {
    const [family, bits] = name.split("/").map(Number);
    return { family, shift: BigInt(family - bits), set };
  });
  return {
    size,
    has(ip) {
      const address = addressBits(ip);
      return address !== null &&
        kinds.some(({ family, shift, set }) => family === address.bits && set.has(address.value >> shift));
    },
  };
}

/** Null for what is no address. An IPv4 address as IPv6 (RFC 4291 §2.5.5.2) is the IPv4 address. */
export function addressBits(ip: string): { value: bigint; bits: 32 | 128 } | null {
  const v4 = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/i.exec(ip);
  if (v4) {
    const bytes = v4.slice(1).map(Number);
    if (bytes.some((byte) => byte > 255)) return null;
    return { value: bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n), bits: 32 };
  }
  const plain = ip.split("%")[0];
  if (!/^[0-9a-f:]{2,39}$/i.test(plain)) return null;
  const halves = plain.split("::");
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => half === "" ? [] : half.split(":"));
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array<string>(missing).fill("0"), ...tail ?? []];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return null;
  return { value: groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n), bits: 128 };
}

const localNetworks = readAddressList(
  "local",
  "10.0.0.0/8\n172.16.0.0/12\n192.168.0.0/16\n127.0.0.0/8\n169.254.0.0/16\n::1\nfc00::/7\nfe80::/10",
);

/** This machine, or a network of one's own (RFC 1918, RFC 4193); also where no address is known. */
export const isLocal = (ip: string | null): boolean => ip === null || localNetworks.has(ip);
