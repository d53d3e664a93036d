/**
 * A binary fuse filter (Graf and Lemire, 2022) that tells of each key a small number besides: three slots of an array,
 * exclusive-or, give a fingerprint and a value. Keys are 96 random bits; a slot has at most 25.
 */

/** Three words of a SHA-1. */
export type Key = readonly [number, number, number];

export interface Fuse {
  keys: number;
  seed: number;
  segment_length: number;
  /** Slots. */
  slots: number;
}

export interface Built extends Fuse {
  array: Uint32Array;
}

/** Where a key's three slots are, and its fingerprint, which still has all 32 bits. */
export interface Places {
  a: number;
  b: number;
  c: number;
  fingerprint: number;
}

const seedsMax = 100;

/** @throws Error when no seed will do, which happens only where a key comes twice */
export function buildFuse(words: Uint32Array, values: Uint32Array, fingerprint_bits: number): Built {
  const keys = values.length;
  if (words.length !== keys * 3) throw new Error("a key has three words");
  const shape = shapeFor(keys);
  for (let seed = 1; seed <= seedsMax; seed++) {
    const fuse: Fuse = { keys, seed, ...shape };
    const order = peel(fuse, words);
    if (order) return { ...fuse, array: fill(fuse, words, values, fingerprint_bits, order) };
  }
  throw new Error(`no filter of ${keys} keys in ${seedsMax} tries: one comes twice`);
}

function shapeFor(keys: number): Pick<Fuse, "segment_length" | "slots"> {
  if (keys === 0) return { segment_length: 0, slots: 0 };
  const segment_length = Math.min(
    2 ** 16,
    2 ** Math.max(2, Math.floor(Math.log(Math.max(2, keys)) / Math.log(3.33) + 2.25)),
  );
  const factor = Math.max(1.125, 0.875 + 0.25 * Math.log(1e6) / Math.log(Math.max(2, keys)));
  const segments = Math.max(1, Math.ceil(keys * factor / segment_length) - 2);
  return { segment_length, slots: (segments + 2) * segment_length };
}

/** Murmur's last step: every bit of the key and the seed moves every bit of the answer. */
function mix(word: number, seed: number): number {
  let h = word ^ Math.imul(seed, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

export function placesOf({ seed, segment_length, slots }: Fuse, x: number, y: number, z: number): Places {
  const mask = segment_length - 1;
  const first = mix(x, seed);
  const second = mix(y, seed);
  const a = Math.floor(first * (slots - 2 * segment_length) / 2 ** 32);
  return {
    a,
    b: (a + segment_length) ^ (second & mask),
    c: (a + 2 * segment_length) ^ ((second >>> 16) & mask),
    fingerprint: mix(z, seed),
  };
}

/** Keys and their free slots, in the order in which they were taken off; null where some hold each other. */
function peel(fuse: Fuse, words: Uint32Array): { key: Uint32Array; slot: Uint32Array } | null {
  const { keys, slots } = fuse;
  const count = new Uint8Array(slots);
  const held = new Uint32Array(slots);
  const at = new Uint32Array(keys * 3);
  for (let key = 0; key < keys; key++) {
    const { a, b, c } = placesOf(fuse, words[key * 3], words[key * 3 + 1], words[key * 3 + 2]);
    for (const [i, slot] of [a, b, c].entries()) {
      at[key * 3 + i] = slot;
      if (++count[slot] === 255) return null;
      held[slot] ^= key;
    }
  }
  const order = { key: new Uint32Array(keys), slot: new Uint32Array(keys) };
  const free: number[] = [];
  for (let slot = 0; slot < slots; slot++) if (count[slot] === 1) free.push(slot);
  let done = 0;
  while (free.length > 0) {
    const slot = free.pop()!;
    if (count[slot] !== 1) continue;
    const key = held[slot];
    order.key[done] = key;
    order.slot[done++] = slot;
    for (let i = key * 3; i < key * 3 + 3; i++) {
      held[at[i]] ^= key;
      if (--count[at[i]] === 1) free.push(at[i]);
    }
  }
  return done === keys ? order : null;
}

function fill(
  fuse: Fuse,
  words: Uint32Array,
  values: Uint32Array,
  fingerprint_bits: number,
  order: { key: Uint32Array; slot: Uint32Array },
): Uint32Array {
  const array = new Uint32Array(fuse.slots);
  for (let i = fuse.keys - 1; i >= 0; i--) {
    const key = order.key[i];
    const { a, b, c, fingerprint } = placesOf(
      fuse,
      words[key * 3],
      words[key * 3 + 1],
      words[key * 3 + 2],
    );
    const wanted = entryOf(fingerprint, values[key], fingerprint_bits);
    array[order.slot[i]] = 0;
    array[order.slot[i]] = wanted ^ array[a] ^ array[b] ^ array[c];
  }
  return array;
}

export function entryOf(fingerprint: number, value: number, fingerprint_bits: number): number {
  return ((value << fingerprint_bits) | (fingerprint & (2 ** fingerprint_bits - 1))) >>> 0;
}
