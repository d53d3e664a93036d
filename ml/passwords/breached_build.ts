/** Builds the file of a breach filter from hashes and ranks, one shard after another. */
import { buildFuse, type Built, type Fuse } from "./breached_fuse.ts";
import { type FilterHead, FilterWriter, layerCount, pack } from "./breached_file.ts";

/** Of one shard: the second to fourth word of each SHA-1, and the rank, or what orders like it. */
export interface ShardEntries {
  words: Uint32Array;
  /** The layer of each, 0 for the most common ones. */
  layers: Uint32Array;
}

/** Fewer than so many go into one shard; more are told apart by the first byte of their hash. */
export const oneShardMax = 1_000_000;

/** What ranks the layers end at, of a list of so many. */
export function layerRanks(size: number): number[] {
  const ranks = [1_000, 10_000, 50_000, 100_000, 200_000, 400_000, 1_000_000].map((rank) =>
    Math.min(rank, size)
  );
  return [...ranks, size].slice(-layerCount);
}

export function layerOf(rank: number, ranks: number[]): number {
  const layer = ranks.findIndex((highest) => rank <= highest);
  return layer < 0 ? ranks.length - 1 : layer;
}

/** The same without repetitions; the lowest layer of each stays. */
export function distinct({ words, layers }: ShardEntries): ShardEntries {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, layers.length * 2)));
  const table = new Int32Array(size).fill(-1);
  const kept = { words: new Uint32Array(words.length), layers: new Uint32Array(layers.length) };
  let count = 0;
  for (let i = 0; i < layers.length; i++) {
    const key = words.subarray(i * 3, i * 3 + 3);
    let at = key[0] & (size - 1);
    const same = (j: number) => key.every((word, k) => kept.words[j * 3 + k] === word);
    while (table[at] >= 0 && !same(table[at])) at = (at + 1) & (size - 1);
    if (table[at] >= 0) {
      kept.layers[table[at]] = Math.min(kept.layers[table[at]], layers[i]);
      continue;
    }
    table[at] = count;
    kept.words.set(key, count * 3);
    kept.layers[count++] = layers[i];
  }
  return { words: kept.words.slice(0, count * 3), layers: kept.layers.slice(0, count) };
}

/**
 * @param shard entries of each, asked for twice: once for the head, once for what follows it
 * @returns how many keys there are, and the file's hash
 */
export async function buildFilter(
  head: FilterHead,
  shard: (index: number) => Promise<ShardEntries> | ShardEntries,
  write: (bytes: Uint8Array) => void,
): Promise<{ keys: number; hash: string }> {
  const writer = new FilterWriter(head, write);
  const build = async (index: number): Promise<Built> => {
    const { words, layers } = distinct(await shard(index));
    return buildFuse(words, layers, head.fingerprint_bits);
  };
  const fuses: Fuse[] = [];
  const count = 2 ** head.shard_bits;
  let only: Built | null = null;
  for (let i = 0; i < count; i++) {
    const { array, ...fuse } = await build(i);
    if (count === 1) only = { ...fuse, array };
    fuses.push(fuse);
  }
  writer.begin(fuses);
  for (let i = 0; i < count; i++) writer.shard(pack(only ?? await build(i), head.fingerprint_bits));
  return { keys: fuses.reduce((sum, { keys }) => sum + keys, 0), hash: writer.end() };
}
