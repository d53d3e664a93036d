/**
 * One tree by histograms: of every node the gradients are added up bin by bin, and the best border between two bins is
 * taken, with what is not known on whichever side it serves better.
 */
import { type Bins, missingBin } from "./bins.ts";
import type { Random } from "../lib/random.ts";
import { nodesMax, type TreeBuilder } from "./trees.ts";

export interface GrowOptions {
  depth_max: number;
  /** Least sum of second derivatives in a leaf. */
  leaf_min: number;
  /** Ridge on what a leaf says. */
  ridge: number;
  /** What a leaf says is taken so many times. */
  rate: number;
  /** Least gain of a split. */
  gain_min: number;
}

export interface Gradients {
  /** First and second derivative of the loss, a row each. */
  first: Float64Array;
  second: Float64Array;
}

interface Split {
  gain: number;
  column: number;
  bin: number;
  missingLeft: boolean;
}

/** Sums of both derivatives by column and bin. */
type Histogram = Float64Array;

export class Grower {
  readonly #offsets: number[] = [];
  readonly #size: number;
  /** Rows of the tree, those of a node side by side. */
  #rows: Uint32Array = new Uint32Array(0);
  #scratch: Uint32Array = new Uint32Array(0);
  #columns: readonly number[] = [];
  readonly #pool: Histogram[] = [];

  constructor(
    readonly bins: Bins,
    readonly options: GrowOptions,
    readonly builder: TreeBuilder,
  ) {
    let size = 0;
    for (const edges of bins.edges) {
      this.#offsets.push(size);
      size += 2 * (missingBin(edges) + 1);
    }
    this.#size = size;
  }

  /** Adds a tree; `rows` are put into another order. */
  grow(rows: Uint32Array, columns: readonly number[], gradients: Gradients): void {
    this.#rows = rows;
    this.#scratch = new Uint32Array(rows.length);
    this.#columns = columns;
    const histogram = this.#filled(0, rows.length, gradients);
    this.#node(this.builder.begin(), 0, [0, rows.length], gradients, histogram, { nodes: 1 });
    this.#pool.push(histogram);
  }

  /** Answers with the mean of the leaves below, and the weight by which it is one. */
  #node(
    node: number,
    depth: number,
    [from, to]: [number, number],
    gradients: Gradients,
    histogram: Histogram | null,
    tree: { nodes: number },
  ): { value: number; cover: number } {
    let [first, second] = [0, 0];
    for (let i = from; i < to; i++) {
      first += gradients.first[this.#rows[i]];
      second += gradients.second[this.#rows[i]];
    }
    const asks = histogram !== null && tree.nodes + 2 <= nodesMax && second >= 2 * this.options.leaf_min;
    const split = asks ? this.#best(first, second, histogram) : null;
    if (split === null) return this.#leaf(node, from, to, first, second);
    const middle = this.#partition(from, to, split);
    const { edges } = this.bins;
    tree.nodes += 2;
    const left = this.builder.split(
      node,
      split.column,
      edges[split.column][split.bin],
      split.missingLeft,
      split.bin,
    );
    const [ofLeft, ofRight] = this.#children(histogram!, [from, middle, to], gradients, depth);
    const a = this.#node(left, depth + 1, [from, middle], gradients, ofLeft, tree);
    const b = this.#node(left + 1, depth + 1, [middle, to], gradients, ofRight, tree);
    if (ofLeft) this.#pool.push(ofLeft);
    if (ofRight) this.#pool.push(ofRight);
    const cover = a.cover + b.cover;
    const value = cover > 0 ? (a.value * a.cover + b.value * b.cover) / cover : 0;
    this.builder.setValue(node, value);
    return { value, cover };
  }

  #leaf(node: number, from: number, to: number, first: number, second: number) {
    const { ridge, rate } = this.options;
    // As the file will have it, so that the next tree corrects what is truly said.
    const value = Math.fround(second + ridge > 0 ? -first / (second + ridge) * rate : 0);
    this.builder.setValue(node, value);
    return { value, cover: to - from };
  }

  /** Histograms of the children, null where they will be leaves; the larger one's is the parent's less the other's. */
  #children(
    parent: Histogram,
    [from, middle, to]: [number, number, number],
    gradients: Gradients,
    depth: number,
  ): [Histogram | null, Histogram | null] {
    if (depth + 1 >= this.options.depth_max) return [null, null];
    const leftIsSmall = middle - from <= to - middle;
    const small = leftIsSmall ? this.#filled(from, middle, gradients) : this.#filled(middle, to, gradients);
    const large = this.#taken();
    for (let i = 0; i < parent.length; i++) large[i] = parent[i] - small[i];
    return leftIsSmall ? [small, large] : [large, small];
  }

  #taken(): Histogram {
    return this.#pool.pop() ?? new Float64Array(this.#size);
  }

  #filled(from: number, to: number, gradients: Gradients): Histogram {
    const histogram = this.#taken().fill(0);
    for (const column of this.#columns) this.#fill(histogram, column, from, to, gradients);
    return histogram;
  }

  #fill(histogram: Histogram, column: number, from: number, to: number, { first, second }: Gradients): void {
    const bin = this.bins.of[column];
    const offset = this.#offsets[column];
    const rows = this.#rows;
    for (let i = from; i < to; i++) {
      const row = rows[i];
      const at = offset + 2 * bin[row];
      histogram[at] += first[row];
      histogram[at + 1] += second[row];
    }
  }

  #best(first: number, second: number, histogram: Histogram): Split | null {
    let best: Split | null = null;
    for (const column of this.#columns) {
      const found = this.#bestOf(column, histogram, first, second, best?.gain ?? this.options.gain_min);
      if (found) best = found;
    }
    return best;
  }

  /** Of one column, if it gains more than `beat`. */
  #bestOf(column: number, sums: Histogram, first: number, second: number, beat: number): Split | null {
    const { leaf_min, ridge } = this.options;
    const offset = this.#offsets[column];
    const borders = this.bins.edges[column].length;
    const missing = offset + 2 * (borders + 1);
    const [missingFirst, missingSecond] = [sums[missing], sums[missing + 1]];
    const whole = first * first / (second + ridge);
    let best: Split | null = null;
    let gain = beat;
    let [knownFirst, knownSecond] = [0, 0];
    for (let bin = 0; bin < borders; bin++) {
      knownFirst += sums[offset + 2 * bin];
      knownSecond += sums[offset + 2 * bin + 1];
      for (let side = 0; side < 2; side++) {
        // Where nothing is unknown, it goes where more rows go: both sides gain the same.
        if (side === 1 && missingSecond < 1e-9) break;
        const leftFirst = knownFirst + (side === 1 ? missingFirst : 0);
        const leftSecond = knownSecond + (side === 1 ? missingSecond : 0);
        const rightSecond = second - leftSecond;
        if (leftSecond < leaf_min || rightSecond < leaf_min) continue;
        const rightFirst = first - leftFirst;
        const now = leftFirst * leftFirst / (leftSecond + ridge) +
          rightFirst * rightFirst / (rightSecond + ridge) - whole;
        if (now <= gain) continue;
        gain = now;
        const missingLeft = missingSecond < 1e-9 ? leftSecond > rightSecond : side === 1;
        best = { gain, column, bin, missingLeft };
      }
    }
    return best;
  }

  /** Puts the rows that go left before the others, both in their order; answers where the right ones begin. */
  #partition(from: number, to: number, { column, bin, missingLeft }: Split): number {
    const bins = this.bins.of[column];
    const unknown = missingBin(this.bins.edges[column]);
    const rows = this.#rows;
    let middle = from;
    let right = 0;
    for (let i = from; i < to; i++) {
      const row = rows[i];
      const goesLeft = bins[row] === unknown ? missingLeft : bins[row] <= bin;
      if (goesLeft) rows[middle++] = row;
      else this.#scratch[right++] = row;
    }
    rows.set(this.#scratch.subarray(0, right), middle);
    return middle;
  }
}

/** `count` of them, without order, each equally likely. */
export function drawn(of: readonly number[], count: number, chance: Random): number[] {
  const left = of.slice();
  const many = Math.min(count, left.length);
  for (let i = 0; i < many; i++) {
    const j = chance.whole(i, left.length);
    [left[i], left[j]] = [left[j], left[i]];
  }
  return left.slice(0, many);
}
