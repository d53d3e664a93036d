/** A name server on this machine, over UDP (RFC 1035), with records of a test's making. */
import { Buffer } from "node:buffer";
import { createSocket } from "node:dgram";

export interface DnsRecords {
  A?: string[];
  /** All eight groups written out. */
  AAAA?: string[];
  MX?: [preference: number, host: string][];
  /** Each a record; longer ones go out in strings of 255 bytes. */
  TXT?: string[];
  PTR?: string[];
  CNAME?: string[];
  NS?: string[];
}

export interface TestDnsServer extends AsyncDisposable {
  name_server: { ipAddr: string; port: number };
  /** Names and types that were asked for, such as `example.org MX`, in order. */
  asked: string[];
}

const types: Record<number, keyof DnsRecords> = {
  1: "A",
  2: "NS",
  5: "CNAME",
  12: "PTR",
  15: "MX",
  16: "TXT",
  28: "AAAA",
};
const numberOf = Object.fromEntries(Object.entries(types).map(([number, name]) => [name, Number(number)]));
const [noError, serverFailure, nameError] = [0, 2, 3];

/** @param zone by lower-case name; `fails`: SERVFAIL, `silent`: no answer ever, a name that is not there: NXDOMAIN */
export async function testDnsServer(
  zone: Record<string, DnsRecords | "fails" | "silent">,
): Promise<TestDnsServer> {
  const socket = createSocket("udp4");
  const asked: string[] = [];
  socket.on("message", (message, from) => {
    const { name, type, end } = readQuestion(message);
    asked.push(`${name} ${types[type] ?? type}`);
    const there = zone[name];
    if (there === "silent") return;
    const records = there === undefined || there === "fails" ? [] : answersOf(there, type);
    const code = there === "fails" ? serverFailure : there === undefined ? nameError : noError;
    const header = Buffer.alloc(12);
    header.writeUInt16BE(message.readUInt16BE(0), 0);
    // An authoritative answer, with recursion as asked and available.
    header.writeUInt16BE(0x8580 | code, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    socket.send(Buffer.concat([header, message.subarray(12, end), ...records]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    name_server: { ipAddr: "127.0.0.1", port: socket.address().port },
    asked,
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function readQuestion(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (; message[at] !== 0; at += message[at] + 1) {
    labels.push(message.toString("latin1", at + 1, at + 1 + message[at]));
  }
  return { name: labels.join(".").toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
}

function answersOf(records: DnsRecords, type: number): Buffer[] {
  const asked = types[type];
  const kind = records.CNAME ? "CNAME" : asked;
  return (kind && records[kind] || []).map((value) => record(numberOf[kind], dataOf(kind, value)));
}

function record(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  // A pointer to the question's name, the type, class IN, a minute to live.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function dataOf(kind: keyof DnsRecords, value: string | [number, string]): Buffer {
  if (typeof value !== "string") {
    const preference = Buffer.alloc(2);
    preference.writeUInt16BE(value[0]);
    return Buffer.concat([preference, nameData(value[1])]);
  }
  if (kind === "A") return Buffer.from(value.split(".").map(Number));
  if (kind === "AAAA") {
    return Buffer.concat(value.split(":").map((group) => Buffer.from(group.padStart(4, "0"), "hex")));
  }
  if (kind !== "TXT") return nameData(value);
  const strings = Buffer.from(value).toString("latin1").match(/[\s\S]{1,255}/g) ?? [""];
  return Buffer.concat(
    strings.map((one) => Buffer.concat([Buffer.from([one.length]), Buffer.from(one, "latin1")])),
  );
}

function nameData(name: string): Buffer {
  const labels = name.split(".").filter(Boolean).map((label) =>
    Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])
  );
  return Buffer.concat([...labels, Buffer.from([0])]);
}
