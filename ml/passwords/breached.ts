/** Which passwords are known from breaches, by a filter of their SHA-1s, and which are nearly one of those. */
import { hash as digest } from "node:crypto";
import { entryOf, placesOf } from "./breached_fuse.ts";
import { rankBits, readFilterFile, slotAt } from "./breached_file.ts";
import { nearOnes } from "./breached_near.ts";

export interface BreachFilter {
  /** Where its passwords come from. */
  source: string;
  /** How many it knows. */
  size: number;
  /** SHA-256 of the file, hex. */
  hash: string;
  /** How often it takes a stranger for one of them. */
  false_positive_rate: number;
  /** Exactly these letters; other cases are other passwords. */
  has(password: string): boolean;
  /** At most this many are more common: the highest rank of its layer. Null when it is not known. */
  rank(password: string): number | null;
  /**
   * What has to be undone, joined by `+`, to arrive at a known one: `case`, `suffix`, `prefix`, `leet`, `reversed`,
   * `repeated`, `edit`. Null when it is known itself or is not near any.
   */
  near(password: string): { how: string } | null;
}

const shipped = new URL("./model/breached.bin", import.meta.url);

/** @throws Error when the file is not there, is damaged, or has another format */
export async function openBreachFilter(file: URL | string = shipped): Promise<BreachFilter> {
  return createBreachFilter(await Deno.readFile(file));
}

export function createBreachFilter(bytes: Uint8Array): BreachFilter {
  const { shards, shard_bits, fingerprint_bits, ranks, source, hash } = readFilterFile(bytes);
  const bits = fingerprint_bits + rankBits;

  function rank(password: string): number | null {
    const sha1 = digest("sha1", password, "buffer") as Uint8Array;
    const shard = shards[shard_bits === 0 ? 0 : sha1[0]];
    if (shard.keys === 0) return null;
    const view = new DataView(sha1.buffer, sha1.byteOffset);
    const [x, y, z] = [view.getUint32(4), view.getUint32(8), view.getUint32(12)];
    const { a, b, c, fingerprint } = placesOf(shard, x, y, z);
    const at = (index: number) => slotAt(bytes, shard.offset, index, bits);
    const entry = at(a) ^ at(b) ^ at(c);
    const layer = entry >>> fingerprint_bits;
    return entryOf(fingerprint, layer, fingerprint_bits) === entry ? ranks[layer] : null;
  }

  const has = (password: string) => rank(password) !== null;
  return {
    source,
    size: shards.reduce((sum, { keys }) => sum + keys, 0),
    hash,
    false_positive_rate: 2 ** -fingerprint_bits,
    has,
    rank,
    near(password) {
      if (has(password)) return null;
      for (const { password: other, how } of nearOnes(password)) {
        if (has(other)) return { how: how.join("+") };
      }
      return null;
    },
  };
}
