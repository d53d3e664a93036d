/** Builds a filter from a file of any size: first sorted into 256 heaps on disk, then one heap after another. */
import { hash } from "node:crypto";
import { join } from "node:path";
import { Buffer } from "node:buffer";
import { OperatorError } from "../../../core/operator_error.ts";
import {
  buildFilter,
  layerOf,
  layerRanks,
  oneShardMax,
  type ShardEntries,
} from "../../../ml/passwords/breached_build.ts";

/** A filter of more would have to be read in parts. */
export const keysMax = 200_000_000;

export interface FilterJob {
  file: string;
  out: string;
  source: string;
  fingerprint_bits: number;
  count_min: number;
  say(line: string): void;
}

/** Bytes of one entry: three words of the hash, and its count or its place in the file. */
const entryBytes = 16;
const heapCount = 256;
const heapBufferEntries = 1024;
/** A line is a hash and a count, or a password; longer ones are no passwords that people type. */
const lineMax = 1024;

/** @throws OperatorError when the file has no line that can be used, or too many */
export async function buildFilterFile(
  { file, out, source, fingerprint_bits, count_min, say }: FilterJob,
): Promise<{ keys: number; bytes: number; hash: string }> {
  using input = await Deno.open(file);
  const folder = await Deno.makeTempDir({ prefix: "passwords-filter-" });
  try {
    using heaps = new Heaps(folder);
    const { counted, unread } = await sortInto(heaps, input.readable, count_min);
    heaps.flush();
    if (unread > 0) {
      say(`${unread.toLocaleString("en")} lines were passed over: empty, too long or no SHA1:COUNT`);
    }
    if (heaps.entries === 0) throw new OperatorError(`${file} has no line that can be used.`);
    say(`${heaps.entries.toLocaleString("en")} lines read; now building`);
    const ranks = layerRanks(heaps.entries);
    const layer = counted ? layersOfCounts(heaps.counts, ranks) : (place: number) => layerOf(place, ranks);
    const shard_bits = heaps.entries <= oneShardMax ? 0 : 8;
    const written = writer(out);
    let whole = false;
    try {
      const built = await buildFilter(
        { fingerprint_bits, shard_bits, ranks, source },
        (index) => shard_bits === 0 ? heaps.all(layer) : heaps.read([index], layer),
        written.write,
      );
      whole = true;
      return { ...built, bytes: written.bytes() };
    } finally {
      written.close();
      if (!whole) await Deno.remove(out);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function writer(out: string) {
  const file = Deno.openSync(out, { write: true, createNew: true });
  let total = 0;
  return {
    write(bytes: Uint8Array) {
      for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
      total += bytes.length;
    },
    bytes: () => total,
    close: () => file.close(),
  };
}

/** Entries by the first byte of their hash, in files; in memory is one buffer of each. */
class Heaps {
  readonly #files: Deno.FsFile[];
  readonly #buffers = Array.from({ length: heapCount }, () => Buffer.alloc(entryBytes * heapBufferEntries));
  readonly #filled = new Uint32Array(heapCount);
  /** How many have each count, for the ranks. */
  readonly counts = new Map<number, number>();
  entries = 0;

  constructor(folder: string) {
    this.#files = this.#buffers.map((_, i) =>
      Deno.openSync(join(folder, String(i)), { read: true, write: true, createNew: true })
    );
  }

  add(sha1: Buffer, value: number): void {
    if (++this.entries > keysMax) {
      throw new OperatorError(
        `More than ${keysMax.toLocaleString("en")}: leave the rarest out with --count-min.`,
      );
    }
    const heap = sha1[0];
    const buffer = this.#buffers[heap];
    sha1.copy(buffer, this.#filled[heap], 4, 16);
    buffer.writeUint32BE(value, this.#filled[heap] + 12);
    this.#filled[heap] += entryBytes;
    if (this.#filled[heap] === buffer.length) this.#flush(heap);
  }

  #flush(heap: number): void {
    const bytes = this.#buffers[heap].subarray(0, this.#filled[heap]);
    for (let at = 0; at < bytes.length;) at += this.#files[heap].writeSync(bytes.subarray(at));
    this.#filled[heap] = 0;
  }

  flush(): void {
    for (let heap = 0; heap < heapCount; heap++) this.#flush(heap);
  }

  all(layer: (value: number) => number): ShardEntries {
    return this.read(Array.from({ length: heapCount }, (_, i) => i), layer);
  }

  read(heaps: number[], layer: (value: number) => number): ShardEntries {
    const chunks = heaps.map((heap) => {
      const file = this.#files[heap];
      const bytes = Buffer.alloc(file.statSync().size);
      file.seekSync(0, Deno.SeekMode.Start);
      for (let at = 0; at < bytes.length;) at += file.readSync(bytes.subarray(at))!;
      return bytes;
    });
    const count = chunks.reduce((sum, { length }) => sum + length, 0) / entryBytes;
    const words = new Uint32Array(count * 3);
    const layers = new Uint32Array(count);
    let i = 0;
    for (const bytes of chunks) {
      for (let at = 0; at < bytes.length; at += entryBytes, i++) {
        for (const j of [0, 1, 2]) words[i * 3 + j] = bytes.readUint32BE(at + j * 4);
        layers[i] = layer(bytes.readUint32BE(at + 12));
      }
    }
    return { words, layers };
  }

  [Symbol.dispose](): void {
    for (const file of this.#files) file.close();
  }
}

const countMax = 2 ** 32 - 1;

/** The first line that can be used says which kind of file it is. */
async function sortInto(
  heaps: Heaps,
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  count_min: number,
): Promise<{ counted: boolean; unread: number }> {
  let counted: boolean | null = null;
  let unread = 0;
  let place = 0;
  for await (const line of linesOf(bytes)) {
    const match = /^([0-9A-Fa-f]{40}):(\d{1,12})$/.exec(line);
    if (line === "" || (counted && !match)) {
      unread++;
      continue;
    }
    counted ??= match !== null;
    if (!counted) {
      heaps.add(Buffer.from(hash("sha1", line, "buffer")), ++place);
      continue;
    }
    const count = Math.min(countMax, Number(match![2]));
    if (count < count_min) continue;
    heaps.counts.set(count, (heaps.counts.get(count) ?? 0) + 1);
    heaps.add(Buffer.from(match![1], "hex"), count);
  }
  return { counted: counted ?? false, unread };
}

/** Lines without their end; one that is too long is given as empty. */
async function* linesOf(bytes: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  let tooLong = false;
  for await (const text of bytes.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      yield tooLong || line.length > lineMax ? "" : line.replace(/\r$/, "");
      tooLong = false;
    }
    if (rest.length > lineMax) {
      rest = "";
      tooLong = true;
    }
  }
  if (rest !== "" && !tooLong) yield rest.replace(/\r$/, "");
}

/** As many are ranked before a count as have a greater one. */
function layersOfCounts(counts: ReadonlyMap<number, number>, ranks: number[]): (count: number) => number {
  const layers = new Map<number, number>();
  let before = 0;
  for (const [count, many] of [...counts].sort(([a], [b]) => b - a)) {
    before += many;
    layers.set(count, layerOf(before, ranks));
  }
  return (count) => layers.get(count)!;
}
