/**
 * The file of a breach filter. Little-endian: `FSBF`, version 1, bits of a fingerprint, bits of a slot, bits of the
 * shard's number (one byte each); eight highest ranks (u32), the last one the number of all; the source, 64 bytes of
 * UTF-8 padded with NUL; of each shard keys, seed, segment length, slots (u32); the packed slots of each shard, padded
 * to whole bytes and four more; last the SHA-256 of all before it.
 */
import { createHash } from "node:crypto";
import type { Built, Fuse } from "./breached_fuse.ts";

export const rankBits = 3;
export const layerCount = 2 ** rankBits;
const magic = "FSBF";
const version = 1;
const sourceBytes = 64;
const headBytes = 8 + layerCount * 4 + sourceBytes;
const shardBytes = 16;
const hashBytes = 32;

export interface FilterHead {
  /** Of a fingerprint: one of 2^bits strangers is taken for a known password. */
  fingerprint_bits: number;
  /** 0 or 8: the first bits of the SHA-1 choose the shard. */
  shard_bits: number;
  /** The highest rank of each layer. */
  ranks: number[];
  /** Where the passwords come from, for whoever reads an answer. */
  source: string;
}

export interface FilterFile extends FilterHead {
  shards: (Fuse & { offset: number })[];
  bytes: Uint8Array;
  /** SHA-256, hex. */
  hash: string;
}

const packedBytes = (slots: number, bits: number) => Math.ceil(slots * bits / 8) + 4;

/** The parts of a file, in their order, so that no more than one shard has to be in memory. */
export class FilterWriter {
  readonly #hash = createHash("sha256");
  readonly #slotBits: number;

  constructor(
    private readonly head: FilterHead,
    private readonly write: (bytes: Uint8Array) => void,
  ) {
    this.#slotBits = head.fingerprint_bits + rankBits;
    if (this.#slotBits > 25) throw new Error("a slot has at most 25 bits");
  }

  #put(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.write(bytes);
  }

  /** First, with what is known of every shard once all are built. */
  begin(shards: Fuse[]): void {
    const { fingerprint_bits, shard_bits, ranks, source } = this.head;
    if (shards.length !== 2 ** shard_bits || ranks.length !== layerCount) throw new Error("not its shape");
    const bytes = new Uint8Array(headBytes + shards.length * shardBytes);
    const view = new DataView(bytes.buffer);
    bytes.set(new TextEncoder().encode(magic));
    bytes.set([version, fingerprint_bits, this.#slotBits, shard_bits], 4);
    for (const [i, rank] of ranks.entries()) view.setUint32(8 + i * 4, rank, true);
    new TextEncoder().encodeInto(source, bytes.subarray(8 + layerCount * 4, headBytes));
    for (const [i, { keys, seed, segment_length, slots }] of shards.entries()) {
      for (const [j, value] of [keys, seed, segment_length, slots].entries()) {
        view.setUint32(headBytes + i * shardBytes + j * 4, value, true);
      }
    }
    this.#put(bytes);
  }

  shard(packed: Uint8Array): void {
    this.#put(packed);
  }

  /** @returns its hash, hex */
  end(): string {
    const digest = this.#hash.digest();
    this.write(digest);
    return digest.toString("hex");
  }
}

export function pack({ array }: Built, fingerprint_bits: number): Uint8Array {
  const bits = fingerprint_bits + rankBits;
  const bytes = new Uint8Array(packedBytes(array.length, bits));
  for (let i = 0, bit = 0; i < array.length; i++, bit += bits) {
    const shift = bit % 8;
    for (let byte = (bit - shift) / 8, rest = array[i] * 2 ** shift; rest >= 1; byte++) {
      bytes[byte] |= rest % 256;
      rest = Math.floor(rest / 256);
    }
  }
  return bytes;
}

/** The slot at an index; `offset` is where the shard begins. */
export function slotAt(bytes: Uint8Array, offset: number, index: number, bits: number): number {
  const bit = index * bits;
  const shift = bit % 8;
  const at = offset + (bit - shift) / 8;
  const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
  return (word >>> shift) & (2 ** bits - 1);
}

/** @throws Error with a sentence that says what is wrong with it */
export function readFilterFile(bytes: Uint8Array): FilterFile {
  const short = () => new Error("the breach filter's file is cut off");
  if (bytes.length < headBytes + hashBytes) throw short();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (from: number, to: number) => new TextDecoder().decode(bytes.subarray(from, to));
  if (text(0, 4) !== magic) throw new Error("this is no breach filter");
  const [format, fingerprint_bits, slot_bits, shard_bits] = bytes.subarray(4, 8);
  if (format !== version) {
    throw new Error(`the breach filter has format ${format}; this program reads ${version}`);
  }
  const body = bytes.subarray(0, -hashBytes);
  const hash = createHash("sha256").update(body).digest("hex");
  const written = Array.from(bytes.subarray(-hashBytes), (byte) => byte.toString(16).padStart(2, "0"));
  if (hash !== written.join("")) throw new Error("the breach filter is not what its hash says");
  if (slot_bits !== fingerprint_bits + rankBits || slot_bits > 25 || (shard_bits !== 0 && shard_bits !== 8)) {
    throw new Error("the breach filter has a shape that this program does not read");
  }
  const ranks = Array.from({ length: layerCount }, (_, i) => view.getUint32(8 + i * 4, true));
  const source = text(8 + layerCount * 4, headBytes).replace(/\0+$/, "");
  let offset = headBytes + 2 ** shard_bits * shardBytes;
  if (body.length < offset) throw short();
  const shards = Array.from({ length: 2 ** shard_bits }, (_, i) => {
    const number = (j: number) => view.getUint32(headBytes + i * shardBytes + j * 4, true);
    const shard = { keys: number(0), seed: number(1), segment_length: number(2), slots: number(3), offset };
    offset += packedBytes(shard.slots, slot_bits);
    return shard;
  });
  if (offset !== body.length) throw short();
  return { fingerprint_bits, shard_bits, ranks, source, shards, bytes, hash };
}
