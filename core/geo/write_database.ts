/** Writes small GeoIP databases, for tests and for trying things out, after the MaxMind DB file format 2.0. */
import { Buffer } from "node:buffer";

export interface GeoipOptions {
  database_type?: string;
  binary_format_major_version?: number;
}

type Value = string | number | { [key: string]: Value };
/** A record is the number of a node, or what it leads to, or nothing. */
type Node = [left: Node | Leaf | null, right: Node | Leaf | null];
interface Leaf {
  data: Value;
}

/** @param networks such as `{"192.0.2.0/24": {country: {iso_code: "FR"}}}`, IPv4 and IPv6; none within another */
export function geoipDatabase(networks: Record<string, Value>, options: GeoipOptions = {}): Uint8Array {
  const root: Node = [null, null];
  for (const [network, data] of Object.entries(networks)) put(root, network, { data });
  const nodes = flatten(root);
  const data: Buffer[] = [];
  let written = 0;
  const record = (entry: Node | Leaf | null): number => {
    if (entry === null) return nodes.length;
    if (Array.isArray(entry)) return nodes.indexOf(entry);
    const bytes = encode(entry.data);
    data.push(bytes);
    written += bytes.length;
    return nodes.length + separatorBytes + written - bytes.length;
  };
  const tree = Buffer.alloc(nodes.length * 6);
  nodes.forEach((node, i) =>
    node.forEach((entry, side) => tree.writeUIntBE(record(entry), i * 6 + side * 3, 3))
  );
  const metadata = encode({
    node_count: nodes.length,
    record_size: 24,
    ip_version: 6,
    database_type: options.database_type ?? "GeoLite2-City",
    binary_format_major_version: options.binary_format_major_version ?? 2,
    binary_format_minor_version: 0,
    build_epoch: 1_790_000_000,
  });
  const marker = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");
  return Buffer.concat([tree, Buffer.alloc(separatorBytes), ...data, marker, metadata]);
}

const separatorBytes = 16;

function put(root: Node, network: string, leaf: Leaf): void {
  const [address, length] = network.split("/");
  const v4 = !address.includes(":");
  // IPv4 stands at ::/96.
  const bits = v4
    ? "0".repeat(96) + bitsOf(address.split(".").map(Number), 8)
    : bitsOf(groupsOf(address), 16);
  const depth = Number(length) + (v4 ? 96 : 0);
  let node = root;
  for (let i = 0; i < depth; i++) {
    const side = Number(bits[i]);
    if (i === depth - 1) node[side] = leaf;
    else node = (node[side] ??= [null, null]) as Node;
  }
}

const bitsOf = (parts: number[], width: number) =>
  parts.map((part) => part.toString(2).padStart(width, "0")).join("");

function groupsOf(address: string): number[] {
  const [head, tail = ""] = address.split("::").map((part) => part === "" ? [] : part.split(":"));
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  return [...head, ...zeros, ...tail].map((group) => parseInt(group, 16));
}

function flatten(node: Node): Node[] {
  return [node, ...node.flatMap((entry) => Array.isArray(entry) ? flatten(entry) : [])];
}

/** Strings, unsigned numbers and maps are all that a place is made of. */
function encode(value: Value): Buffer {
  if (typeof value === "string") {
    return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  }
  if (typeof value === "number" && !(Number.isInteger(value) && value >= 0)) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return Buffer.concat([control(3, 8), bytes]);
  }
  if (typeof value === "number") {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  const entries = Object.entries(value);
  return Buffer.concat([control(7, entries.length), ...entries.flat().map(encode)]);
}

function control(type: number, size: number): Buffer {
  if (size < 29) return Buffer.from([type << 5 | size]);
  if (size < 285) return Buffer.from([type << 5 | 29, size - 29]);
  throw new Error("a value of a small database is short");
}
