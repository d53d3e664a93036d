/**
 * Many binary trees in a few arrays, whether boosted or isolating: how a row walks through them, and what each feature
 * did to it on its way. A node keeps the mean of its leaves, so that every step of a path moves the value by so much,
 * and the features of the steps can share the whole among them (Saabas' attribution: exact in sum, cheap, and kinder
 * to features near the root than Shapley values would be).
 */
import { Buffer } from "node:buffer";
import type { Bins } from "./bins.ts";

export interface Trees {
  /** The first node of every tree. */
  roots: Uint32Array;
  /** Column that a node asks; `leaf` if it asks none. */
  feature: Uint16Array;
  /** A value of at most this goes left. */
  threshold: Float32Array;
  /** Where the left child stands, the right one behind it. 0 at leaves. */
  left: Uint32Array;
  /** 1: a value that is not known goes left. */
  missing_left: Uint8Array;
  /** Of a leaf what it says; of any other node the mean of its leaves, by the rows that came through. */
  value: Float32Array;
}

export const leaf = 0xffff;
/** As the file has it: the highest bit of a feature is `missing_left`, all others set mean a leaf. */
const leafInFile = 0x7fff;
/** Of one tree, since a file counts children from the root in 16 bits. */
export const nodesMax = 0xffff;

/** Sum over the trees of what their leaves say. */
export function sumOf(trees: Trees, row: ArrayLike<number>): number {
  const { roots, feature, threshold, left, missing_left, value } = trees;
  let sum = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree];
    let column = feature[node];
    while (column !== leaf) {
      const known = row[column];
      // NaN is not even equal to itself.
      const goesLeft = known === known ? known <= threshold[node] : missing_left[node] === 1;
      node = goesLeft ? left[node] : left[node] + 1;
      column = feature[node];
    }
    sum += value[node];
  }
  return sum;
}

/** Adds to `effects` what each feature did, times `scale`; answers with the sum of the roots, which no feature did. */
export function attribute(
  trees: Trees,
  row: ArrayLike<number>,
  effects: Float64Array,
  scale: number,
): number {
  const { roots, feature, threshold, left, missing_left, value } = trees;
  let base = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree];
    let column = feature[node];
    let before = value[node];
    base += before;
    while (column !== leaf) {
      const known = row[column];
      const goesLeft = known === known ? known <= threshold[node] : missing_left[node] === 1;
      node = goesLeft ? left[node] : left[node] + 1;
      effects[column] += (value[node] - before) * scale;
      before = value[node];
      column = feature[node];
    }
  }
  return base;
}

/** A tree as it grows, before its size is known. */
export class TreeBuilder {
  readonly #roots: number[] = [];
  readonly #feature: number[] = [];
  readonly #threshold: number[] = [];
  readonly #left: number[] = [];
  readonly #missingLeft: number[] = [];
  readonly #value: number[] = [];
  /** Of the threshold, while it grows. */
  readonly #bin: number[] = [];

  /** Begins a tree; answers with its root, a leaf so far. */
  begin(): number {
    this.#roots.push(this.#feature.length);
    return this.#add();
  }

  #add(): number {
    this.#feature.push(leaf);
    this.#threshold.push(0);
    this.#left.push(0);
    this.#missingLeft.push(0);
    this.#bin.push(0);
    return this.#value.push(0) - 1;
  }

  /** Makes a leaf ask; answers with its left child, which the right one stands behind. */
  split(node: number, feature: number, threshold: number, missingLeft: boolean, bin = 0): number {
    const left = this.#add();
    this.#add();
    this.#feature[node] = feature;
    this.#threshold[node] = threshold;
    this.#bin[node] = bin;
    this.#left[node] = left;
    this.#missingLeft[node] = missingLeft ? 1 : 0;
    return left;
  }

  setValue(node: number, value: number): void {
    this.#value[node] = value;
  }

  /** The root of the newest tree. */
  get root(): number {
    return this.#roots[this.#roots.length - 1];
  }

  /** What the newest tree says of a row that is given in bins. */
  saysOf(bins: Bins, row: number): number {
    let node = this.root;
    while (this.#feature[node] !== leaf) {
      const column = this.#feature[node];
      const bin = bins.of[column][row];
      const unknown = bin > bins.edges[column].length;
      const goesLeft = unknown ? this.#missingLeft[node] === 1 : bin <= this.#bin[node];
      node = goesLeft ? this.#left[node] : this.#left[node] + 1;
    }
    return this.#value[node];
  }

  done(): Trees {
    return {
      roots: Uint32Array.from(this.#roots),
      feature: Uint16Array.from(this.#feature),
      threshold: Float32Array.from(this.#threshold),
      left: Uint32Array.from(this.#left),
      missing_left: Uint8Array.from(this.#missingLeft),
      value: Float32Array.from(this.#value),
    };
  }
}

/** In a file: the nodes' numbers little-endian in base64. */
export interface TreesInFile {
  nodes: number[];
  feature: string;
  left: string;
  threshold: string;
  value: string;
}

export function treesToFile({ roots, feature, threshold, left, missing_left, value }: Trees): TreesInFile {
  const count = feature.length;
  const sizes = Array.from(roots, (root, tree) => (roots[tree + 1] ?? count) - root);
  const packed = new Uint16Array(count);
  const children = new Uint16Array(count);
  for (let tree = 0; tree < roots.length; tree++) {
    for (let node = roots[tree]; node < roots[tree] + sizes[tree]; node++) {
      const asks = feature[node] !== leaf;
      packed[node] = (asks ? feature[node] : leafInFile) | (missing_left[node] << 15);
      children[node] = asks ? left[node] - roots[tree] : 0;
    }
  }
  return {
    nodes: sizes,
    feature: encoded(packed),
    left: encoded(children),
    threshold: encoded(threshold),
    value: encoded(value),
  };
}

/** Throws RangeError if a tree could lead a row astray: a child before its parent, a column that is not there. */
export function treesFromFile(file: TreesInFile, columns: number): Trees {
  const count = file.nodes.reduce((sum, size) => sum + size, 0);
  const packed = new Uint16Array(decoded(file.feature, count * 2));
  const children = new Uint16Array(decoded(file.left, count * 2));
  const trees: Trees = {
    roots: new Uint32Array(file.nodes.length),
    feature: new Uint16Array(count),
    threshold: new Float32Array(decoded(file.threshold, count * 4)),
    left: new Uint32Array(count),
    missing_left: new Uint8Array(count),
    value: new Float32Array(decoded(file.value, count * 4)),
  };
  let root = 0;
  for (let tree = 0; tree < file.nodes.length; tree++) {
    const size = file.nodes[tree];
    if (size < 1 || size > nodesMax) throw new RangeError(`a tree of ${size} nodes`);
    trees.roots[tree] = root;
    for (let node = root; node < root + size; node++) {
      const column = packed[node] & leafInFile;
      trees.missing_left[node] = packed[node] >>> 15;
      trees.feature[node] = column === leafInFile ? leaf : column;
      if (column === leafInFile) continue;
      trees.left[node] = root + children[node];
      // Children stand behind their parents: a walk always ends.
      const stays = trees.left[node] > node && trees.left[node] + 1 < root + size;
      if (!stays || column >= columns) throw new RangeError("a tree points out of itself");
    }
    root += size;
  }
  if (!trees.value.every(Number.isFinite)) throw new RangeError("a tree says what is no number");
  return trees;
}

export function encoded(array: Uint16Array | Float32Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64");
}

/** Throws RangeError unless it is exactly so many bytes. */
export function decoded(text: string, bytes: number): ArrayBuffer {
  const buffer = Buffer.from(text, "base64");
  if (buffer.length !== bytes) throw new RangeError(`expected ${bytes} bytes, got ${buffer.length}`);
  return new Uint8Array(buffer).buffer;
}
